// A backup is the model's file (saving.cpp) and, in the metadata "fit", what the loop and the callbacks know; tensors
// of callbacks are callbacks/<index>/<number>. docs/notes/file_format.md describes it.
#include "linnet/models/backup_and_restore.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <optional>

#include "linnet/base/atomic_file.h"
#include "linnet/base/fields.h"
#include "linnet/base/random_state.h"
#include "linnet/base/warning.h"
#include "linnet/models/callback_support.h"
#include "linnet/models/saving.h"
#include "linnet/models/training.h"
#include "linnet/saving/json.h"

namespace linnet {

namespace {

namespace fs = std::filesystem;

// ---- the folder

struct BackupName {
  int epoch = 0;  // from 1
  long long step = 0;
  std::string path;
};

std::string path_in(const std::string& folder, int epoch, std::int64_t step) {
  char name[64];
  std::snprintf(name, sizeof name, "epoch%04d-batch%06lld.safetensors", epoch + 1, static_cast<long long>(step));
  return (fs::path(folder) / name).string();
}

/// The newest first.
std::vector<BackupName> backups_in(const std::string& folder) {
  std::vector<BackupName> backups;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    BackupName backup{.path = entry->path().string()};
    const std::string name = entry->path().filename().string();
    int length = 0;
    if (std::sscanf(name.c_str(), "epoch%d-batch%lld.safetensors%n", &backup.epoch, &backup.step, &length) == 2 &&
        static_cast<std::size_t>(length) == name.size())
      backups.push_back(std::move(backup));
  }
  std::sort(backups.begin(), backups.end(), [](const BackupName& a, const BackupName& b) {
    return std::pair(a.epoch, a.step) > std::pair(b.epoch, b.step);
  });
  return backups;
}

void remove_all_but(const std::string& folder, const std::vector<std::string>& kept) {
  for (const BackupName& backup : backups_in(folder))
    if (std::find(kept.begin(), kept.end(), backup.path) == kept.end()) std::remove(backup.path.c_str());
  detail::remove_dead_temporaries(folder, "epoch");
}

// ---- what the metrics have added up

Value tracker_to_value(const WeightedMean& mean) {
  return List{exact_value(static_cast<double>(mean.sum)), exact_value(static_cast<double>(mean.weight))};
}

void tracker_from_value(const Value& value, WeightedMean& mean) {
  const List& numbers = value.as_list();
  check(numbers.size() == 2, "[BackupAndRestore] expected a sum and a weight, received ", value);
  mean.sum = static_cast<float>(exact_double(numbers[0]));
  mean.weight = static_cast<float>(exact_double(numbers[1]));
}

std::vector<AnyMetric> all_metrics(const Model::Training& state) {
  std::vector<AnyMetric> metrics;
  for (const OutputTraining& output : state.outputs)
    for (const auto* list : {&output.metrics, &output.weighted_metrics})
      metrics.insert(metrics.end(), list->begin(), list->end());
  return metrics;
}

Config metrics_to_config(const Model::Training& state) {
  List losses{tracker_to_value(state.loss_tracker)}, metrics;
  for (const OutputTraining& output : state.outputs) losses.push_back(tracker_to_value(output.loss_tracker));
  for (const AnyMetric& metric : all_metrics(state)) {
    List numbers;
    for (double number : metric->state()) numbers.push_back(exact_value(number));
    if (numbers.empty())
      warn(concat("[BackupAndRestore] the metric \"", metric->name(), "\" does not say what it has added up ",
                  "(Metric::state): in an epoch that is resumed it counts the rest of it only"));
    metrics.emplace_back(std::move(numbers));
  }
  Config reported;
  for (const auto& [name, mean] : state.reported) reported.set(name, tracker_to_value(mean));
  return Config{{"losses", std::move(losses)}, {"metrics", std::move(metrics)}, {"reported", std::move(reported)}};
}

void metrics_from_config(const Config& config, Model::Training& state) {
  const List &losses = config.at("losses").as_list(), &states = config.at("metrics").as_list();
  const std::vector<AnyMetric> metrics = all_metrics(state);
  check(losses.size() == 1 + state.outputs.size() && states.size() == metrics.size(),
        "[BackupAndRestore] expected the losses and metrics of the interrupted training, received ", metrics.size(),
        " metrics, not ", states.size());
  tracker_from_value(losses[0], state.loss_tracker);
  if (const Value* reported = config.find("reported"))
    for (const auto& [name, mean] : reported->as_config().entries()) tracker_from_value(mean, state.reported[name]);
  for (std::size_t i = 0; i < state.outputs.size(); ++i)
    tracker_from_value(losses[i + 1], state.outputs[i].loss_tracker);
  for (std::size_t i = 0; i < metrics.size(); ++i) {
    std::vector<double> numbers;
    for (const Value& number : states[i].as_list()) numbers.push_back(exact_double(number));
    if (!numbers.empty()) metrics[i]->set_state(numbers);
  }
}

// ---- the file

std::string callback_prefix(std::size_t index) { return concat("callbacks/", index, "/"); }

TensorFile backup_of(const Model& model, int epoch, std::int64_t step, const History& history) {
  const Model::Training& state = model.training();
  const FitProgress& progress = state.progress;
  TensorFile file = model_to_file(model);
  const RandomState random = random_state();
  Config fit{{"epoch", epoch},
             {"step", step},
             {"position", state.position},
             {"samples", progress.samples},
             {"batch_size", progress.batch_size},
             {"stop", state.stop},
             {"random", List{word_to_value(random.seed), word_to_value(random.next_stream)}},
             {"history", history_to_config(history)}};
  if (step > 0) fit.set("metrics", metrics_to_config(state));
  List callbacks;
  for (std::size_t i = 0; i < progress.callbacks.size(); ++i) {
    const CallbackState each = progress.callbacks[i]->state();
    callbacks.emplace_back(each.values);
    for (std::size_t j = 0; j < each.tensors.size(); ++j)
      file.tensors.emplace_back(callback_prefix(i) + std::to_string(j), each.tensors[j].detach());
  }
  fit.set("callbacks", std::move(callbacks));
  file.metadata.emplace_back("fit", to_json(fit));
  return file;
}

/// The tensors whose names begin with `prefix`, in the order of the file.
std::vector<Tensor> tensors_below(const TensorFile& file, const std::string& prefix) {
  std::vector<Tensor> tensors;
  for (const auto& [name, tensor] : file.tensors)
    if (name.starts_with(prefix)) tensors.push_back(tensor);
  return tensors;
}

struct Backup {
  std::string path;
  TensorFile file;
};

/// The newest backup that is intact; none if there are no files.
std::optional<Backup> newest_backup(const std::string& folder) {
  std::string damaged;
  for (const BackupName& each : backups_in(folder)) {
    try {
      Backup backup{each.path, read_safetensors(each.path)};
      metadata_of(backup.file, backup.path, "fit", "BackupAndRestore");
      if (!damaged.empty())
        warn(
            concat("[BackupAndRestore] goes on from \"", backup.path, "\"; what is newer could not be read:", damaged));
      return backup;
    } catch (const FileError& error) {
      damaged += concat("\n  ", error.what());
    }
  }
  if (!damaged.empty())
    fail<FileError>("[BackupAndRestore] no backup in \"", folder,
                    "\" is intact; remove the folder to begin anew:", damaged);
  return std::nullopt;
}

// ---- putting it back

/// Checks that all have their shapes before any of them is assigned.
void check_shapes(const Backup& backup, const char* what, const std::vector<Tensor>& values,
                  const Variables& variables) {
  const char* remedy = "; go on with the same model and optimizer, or remove the folder to begin anew";
  check(values.size() == variables.size(), "[BackupAndRestore] \"", backup.path, "\" has ", values.size(), " ", what,
        ", the present model ", variables.size(), remedy);
  for (std::size_t i = 0; i < values.size(); ++i)
    check(values[i].shape() == variables[i].shape(), "[BackupAndRestore] \"", backup.path, "\" has shape ",
          values[i].shape(), " for \"", variables[i].path(), "\", the present model ", variables[i].shape(), remedy);
}

void assign_all(const Variables& variables, const std::vector<Tensor>& values) {
  for (std::size_t i = 0; i < variables.size(); ++i) Variable(variables[i]).assign(values[i]);
}

void restore_callbacks(const Backup& backup, const List& states, const std::vector<AnyCallback>& callbacks) {
  check(states.size() == callbacks.size(), "[BackupAndRestore] \"", backup.path, "\" has the states of ", states.size(),
        " callbacks, this fit has ", callbacks.size(),
        "; resume with the callbacks of the interrupted training, or remove the folder to begin anew");
  for (std::size_t i = 0; i < callbacks.size(); ++i) {
    const CallbackState state(states[i].as_config(), tensors_below(backup.file, callback_prefix(i)));
    if (!state.empty()) callbacks[i]->set_state(state);
  }
}

void restore_progress(const Backup& backup, const Config& fit, Model::Training& state) {
  FitProgress& progress = state.progress;
  const std::int64_t step = fit.at("step").as_int(), position = fit.at("position").as_int(),
                     samples = fit.at("samples").as_int(), batch_size = fit.at("batch_size").as_int();
  check((step == 0 && position == 0) || (samples == progress.samples && batch_size == progress.batch_size),
        "[BackupAndRestore] \"", backup.path, "\" is of an epoch with ", samples, " samples in batches of ", batch_size,
        ", this fit has ", progress.samples, " in batches of ", progress.batch_size,
        "; resume with the same, or remove the folder to begin anew");
  restore_callbacks(backup, fit.at("callbacks").as_list(), progress.callbacks);
  if (step > 0) metrics_from_config(fit.at("metrics").as_config(), state);
  progress.epoch = static_cast<int>(fit.at("epoch").as_int());
  progress.step = step;
  progress.history = history_from_config(fit.at("history").as_config());
  state.position = position;
  state.stop = fit.at("stop").as_bool();
}

void restore(const Backup& backup, Model& model) {
  const Value fit = parse_json(metadata_of(backup.file, backup.path, "fit")),
              training = parse_json(metadata_of(backup.file, backup.path, "training"));
  const Variables weights = model.weights(), slots = model.optimizer().variables();
  const std::vector<Tensor> weight_values = tensors_below(backup.file, "weights/"),
                            slot_values = tensors_below(backup.file, "optimizer/");
  check_shapes(backup, "weights", weight_values, weights);
  check_shapes(backup, "variables of the optimizer", slot_values, slots);
  restore_progress(backup, fit.as_config(), model.training());
  restore_sample_order(model, training.as_config());
  restore_random(backup.file, backup.path, model);
  const List& random = fit.as_config().at("random").as_list();
  set_random_state({word_from_value(random.at(0)), word_from_value(random.at(1))});
  assign_all(weights, weight_values);
  assign_all(slots, slot_values);
}

}  // namespace

BackupAndRestore::BackupAndRestore(std::string backup_dir, BackupAndRestoreOptions options)
    : folder_(std::move(backup_dir)), options_(options) {
  check(!folder_.empty(), "[BackupAndRestore] expected a folder for the backups, received an empty name");
}

void BackupAndRestore::on_train_begin() {
  latest_.clear();
  batches_ = 0;
  const std::optional<Backup> backup = newest_backup(folder_);
  resumed_ = backup.has_value();
  if (!backup) return;
  restore(*backup, model());
  latest_ = backup->path;
}

void BackupAndRestore::on_train_batch_end(std::int64_t, const Logs&) {
  const FitProgress& progress = model().training().progress;
  const bool due = !options_.save_freq.every_epoch() && ++batches_ >= options_.save_freq.batches();
  if (due || progress.interrupted) save(progress.epoch, progress.step, progress.history);
}

void BackupAndRestore::on_epoch_end(int epoch, Logs& logs) {
  if (!options_.save_freq.every_epoch()) return;
  History history = model().training().progress.history;
  history.append(epoch, logs);
  save(epoch + 1, 0, history);
}

void BackupAndRestore::on_train_end(const Logs&) {
  if (!options_.delete_checkpoint || model().training().progress.interrupted) return;
  remove_all_but(folder_, {});
  std::error_code not_empty;
  fs::remove(folder_, not_empty);
}

void BackupAndRestore::save(int epoch, std::int64_t step, const History& history) {
  batches_ = 0;
  std::error_code error;  // what is wrong with the folder, saving says
  fs::create_directories(folder_, error);
  const std::string path = path_in(folder_, epoch, step);
  write_safetensors(path, backup_of(model(), epoch, step, history));
  remove_all_but(folder_, {path, latest_});
  latest_ = path;
}

}  // namespace linnet
