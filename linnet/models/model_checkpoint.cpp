#include "linnet/models/model_checkpoint.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>

#include "linnet/base/fields.h"
#include "linnet/base/warning.h"
#include "linnet/models/callback_support.h"
#include "linnet/models/checkpoint_name.h"
#include "linnet/models/keras_saving.h"
#include "linnet/models/model.h"

namespace linnet {

SaveFrequency::SaveFrequency(const char* epoch) {
  const bool is_epoch = epoch != nullptr && std::string_view(epoch) == "epoch";
  check(is_epoch, "[save_freq] expected \"epoch\" or a number of batches, received \"", epoch == nullptr ? "" : epoch,
        "\"");
}
SaveFrequency::SaveFrequency(std::int64_t batches) : batches_(batches) {
  check(batches >= 1, "[save_freq] expected \"epoch\" or a number of batches >= 1, received ", batches);
}

namespace {

std::string five_decimals(const std::optional<double>& value) {
  char text[400];
  std::snprintf(text, sizeof text, "%.5f", value.value_or(0));
  return value ? text : "None";
}

}  // namespace

ModelCheckpoint::ModelCheckpoint(std::string filepath, ModelCheckpointOptions options)
    : filepath_(std::move(filepath)), options_(std::move(options)) {
  check(filepath_.ends_with(".safetensors") || has_keras_ending(filepath_),
        "[ModelCheckpoint] expected a filepath that ends in .safetensors, or in .keras or .h5 for Keras, received \"",
        filepath_, "\": the ending says which format the file has");
  check(!has_keras_ending(filepath_) || options_.save_weights_only == filepath_.ends_with(".weights.h5"),
        "[ModelCheckpoint] expected .weights.h5 for weights alone, and another ending for models, received \"",
        filepath_, "\"");
  check(options_.keep_last.value_or(1) >= 1, "[ModelCheckpoint] expected keep_last >= 1, received ",
        options_.keep_last.value_or(1));
  larger_is_better(options_.mode, options_.monitor, "ModelCheckpoint");
}

void ModelCheckpoint::on_train_begin() {
  best_ = options_.initial_value_threshold;
  batches_ = 0;
  kept_.clear();
}

void ModelCheckpoint::on_epoch_begin(int epoch) { epoch_ = epoch; }

bool ModelCheckpoint::needs_batch_logs() const {
  return !options_.save_freq.every_epoch() && batches_ + 1 >= options_.save_freq.batches();
}

void ModelCheckpoint::on_train_batch_end(std::int64_t batch, const Logs& logs) {
  if (options_.save_freq.every_epoch() || ++batches_ < options_.save_freq.batches()) return;
  batches_ = 0;
  save(batch, logs);
}

void ModelCheckpoint::on_epoch_end(int, Logs& logs) {
  if (options_.save_freq.every_epoch()) save(std::nullopt, logs);
}

std::string ModelCheckpoint::path_for(std::optional<std::int64_t> batch, const Logs& logs) const {
  std::vector<std::pair<std::string, double>> values{{"epoch", epoch_ + 1}};
  if (batch && !logs.contains("batch")) values.emplace_back("batch", static_cast<double>(*batch + 1));
  values.insert(values.end(), logs.begin(), logs.end());
  return fill_in(filepath_, values);
}

bool ModelCheckpoint::should_save(const std::string& path, const Logs& logs) {
  const std::string epoch = concat("\nEpoch ", epoch_ + 1, ": ");
  if (!options_.save_best_only) {
    if (options_.verbose > 0) say(concat(epoch, "saving model to ", path));
    return true;
  }
  const double* value = logs.find(options_.monitor);
  if (value == nullptr) {
    warn(concat("[ModelCheckpoint] Can save best model only with ", options_.monitor, " available."));
    return true;
  }
  const bool larger = larger_is_better(options_.mode, options_.monitor, "ModelCheckpoint");
  const bool better = !best_ || improves(*value, *best_, larger, 0);
  if (options_.verbose > 0)
    say(better ? concat(epoch, options_.monitor, " improved from ", five_decimals(best_), " to ", five_decimals(*value),
                        ", saving model to ", path)
               : concat(epoch, options_.monitor, " did not improve from ", five_decimals(best_)));
  if (better) best_ = *value;
  return better;
}

void ModelCheckpoint::save(std::optional<std::int64_t> batch, const Logs& logs) {
  const std::string path = path_for(batch, logs);
  if (!should_save(path, logs)) return;
  std::error_code error;  // what is wrong with the folder, saving says
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  if (!folder.empty()) std::filesystem::create_directories(folder, error);
  if (options_.save_weights_only) {
    model().save_weights(path);
  } else {
    model().save(path);
  }
  if (options_.verbose > 0) say(concat("\nEpoch ", epoch_ + 1, ": finished saving model to ", path));
  if (options_.keep_last) keep(path);
}

void ModelCheckpoint::keep(const std::string& path) {
  std::erase(kept_, path);
  kept_.push_back(path);
  while (kept_.size() > static_cast<std::size_t>(*options_.keep_last)) {
    std::remove(kept_.front().c_str());
    kept_.erase(kept_.begin());
  }
}

CallbackState ModelCheckpoint::state() const {
  return CallbackState({{"class_name", "ModelCheckpoint"},
                        {"best", best_ ? exact_value(*best_) : Value()},
                        {"batches", batches_},
                        {"kept", to_value(kept_)}});
}

void ModelCheckpoint::set_state(const CallbackState& state) {
  check_class(state, "ModelCheckpoint");
  const Value& best = state.values.at("best");
  best_ = best.is_null() ? std::nullopt : std::optional(exact_double(best));
  batches_ = state.values.at("batches").as_int();
  from_value(state.values.at("kept"), kept_);
}

}  // namespace linnet
