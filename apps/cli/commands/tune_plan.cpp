#include "cli/commands/tune_plan.h"

#include <algorithm>
#include <cmath>

#include "cli/commands/data_options.h"
#include "cli/dense_space.h"
#include "cli/run_folder.h"
#include "linnet/base/atomic_file.h"
#include "linnet/base/whole_file.h"
#include "linnet/models/callbacks.h"
#include "linnet/optimizers/optimizers.h"
#include "linnet/saving/json.h"

namespace linnet::cli {

namespace {

namespace fs = std::filesystem;

Objective objective_of(const std::string& asked, bool classification) {
  const std::vector<std::string> known = classification
                                             ? std::vector<std::string>{"val_accuracy", "val_loss", "accuracy", "loss"}
                                             : std::vector<std::string>{"val_loss", "val_mae", "loss", "mae"};
  if (asked.empty()) return known.front();
  if (std::find(known.begin(), known.end(), asked) == known.end())
    throw UsageError(words({"--objective: expected {}, received {}{}", "--objective：应为 {}，收到的是 {}{}"},
                           fmt::format("{}", fmt::join(known, ", ")), asked, suggestion(asked, known)));
  return asked;
}

// The samples by which trials are compared are never those of the test.
DataOptions with_validation(DataOptions data) {
  if (!data.validation_split) data.validation_split = 0.2;
  if (*data.validation_split == 0)
    throw UsageError(
        words({"--validation-split: expected a number above 0: trials are compared on samples that are not "
               "for the test",
               "--validation-split：应为大于 0 的数：各次试验不能用测试样本来比较"}));
  return data;
}

NetworkOptions base_of(const TrainingData& data, std::optional<int> epochs) {
  NetworkOptions asked;
  asked.epochs = epochs;
  NetworkOptions base = network_defaults(data, asked);
  base.learning_rate = std::round(1e8 * AnyOptimizer(base.optimizer)->learning_rate()) / 1e8;  // 0.001, not as float32
  return base;
}

std::shared_ptr<const SearchAlgorithm> algorithm_of(const TunePlan& plan) {
  const std::string& tuner = plan.options.tuner;
  if (tuner == "grid") return grid_search();
  if (tuner == "hyperband") return hyperband({.max_epochs = *plan.base.epochs});
  // three for each of ten hyper-parameters would be more than all; not a part of --trials, which may grow later
  if (tuner == "bayesian") return bayesian_optimization({.num_initial_points = 5});
  return random_search();
}

TunerOptions tuner_options(const TunePlan& plan, const char* project, bool overwrite) {
  return {.objective = plan.objective,
          .max_trials = plan.options.trials,
          .executions_per_trial = plan.options.executions,
          .seed = plan.options.seed,
          .overwrite = overwrite,
          .directory = plan.folder.string(),
          .project_name = project};
}

constexpr const char* settings_file = "tune.settings.json";

std::optional<Config> earlier_settings(const fs::path& path) {
  const std::optional<std::string> text = detail::read_file_if_any("tune", path.string());
  if (!text) return {};
  try {
    return parse_json(*text).as_config();
  } catch (const Error& error) {
    fail<FileError>(words({"{} is damaged ({}); remove it to go on with this search, or begin anew with --overwrite",
                           "{} 已损坏（{}）；删除它即可接着这次搜索，或用 --overwrite 重新开始"},
                          path.string(), error.what()));
  }
}

void check_same(const TunePlan& plan, const Config& earlier, const Config& settings) {
  for (const auto& [name, value] : settings.entries())
    if (const Value* theirs = earlier.find(name); theirs == nullptr || !same_value(*theirs, value))
      fail<FileError>(
          words({"{} holds a search with {} {}, not {}; choose another folder with --out DIR, or begin "
                 "anew with --overwrite",
                 "{} 中已有一次搜索，其 {} 是 {}，不是 {}；请用 --out 另选文件夹，或用 --overwrite 重新开始"},
                plan.folder.string(), name, theirs == nullptr ? "?" : to_string(*theirs), to_string(value)));
}

}  // namespace

TunePlan planned(TuneOptions options) {
  options.data = with_validation(options.data);
  if (!options.trials && options.tuner != "hyperband") options.trials = 20;
  TunePlan plan;
  plan.data = load_training_data(options.data);
  plan.base = base_of(plan.data, options.epochs);
  plan.objective = objective_of(options.objective, plan.data.description.classification);
  plan.folder =
      options.out.empty() ? fs::path("runs") / (name_of_data(options.data.source) + "-tune") : fs::path(options.out);
  plan.options = std::move(options);
  return plan;
}

Config settings_of(const TunePlan& plan) {
  DataOptions anywhere = plan.options.data;  // the data may be moved
  anywhere.folder = "";
  const std::vector<std::string> data = words_of(anywhere);
  return {{"dataset", plan.options.data.source},
          {"data_options", List(data.begin() + 1, data.end())},
          {"tuner", plan.options.tuner},
          {"objective", plan.objective.name()},
          {"epochs", *plan.base.epochs},
          {"executions", plan.options.executions},
          {"seed", plan.options.seed},
          {"train_samples", plan.data.train.size()},
          {"validation_samples", plan.data.validation.size()}};
}

void claim_folder(const TunePlan& plan) {
  std::error_code error;
  fs::create_directories(plan.folder, error);
  if (error || !fs::is_directory(plan.folder))
    fail<FileError>(words({"--out {}: cannot make this folder ({}); choose another with --out DIR",
                           "--out {}：无法创建这个文件夹（{}）；请用 --out 另选一个"},
                          plan.folder.string(), error ? error.message() : words({"it is a file", "它是一个文件"})));
  const fs::path file = plan.folder / settings_file;
  const Config settings = settings_of(plan);
  if (!plan.options.overwrite)
    if (const std::optional<Config> earlier = earlier_settings(file)) return check_same(plan, *earlier, settings);
  write_file_atomically(file.string(), to_json(settings, 2) + "\n");
}

Tuner network_tuner(const TunePlan& plan, bool overwrite) {
  HyperModel networks(
      [&plan](HyperParameters& hp) { return make_network(network_of(hp, plan.base), plan.data); },
      [&plan](HyperParameters& hp, FitOptions& fit) { fit.batch_size = *network_of(hp, plan.base).batch_size; });
  return Tuner(networks, algorithm_of(plan), tuner_options(plan, "trials", overwrite));
}

Tuner baseline_tuner(const TunePlan& plan, bool overwrite) {
  HyperModel network([&plan](HyperParameters&) { return make_network(plan.base, plan.data); },
                     [&plan](HyperParameters&, FitOptions& fit) { fit.batch_size = *plan.base.batch_size; });
  TunerOptions options = tuner_options(plan, "baseline", overwrite);
  options.max_trials = 1;
  return Tuner(network, random_search(), options);
}

void search(Tuner& tuner, const TunePlan& plan, const SearchHooks& hooks) {
  FitOptions fit{.epochs = *plan.base.epochs, .validation_data = plan.data.validation, .verbose = 0};
  if (*plan.base.patience > 0)
    fit.callbacks.emplace_back(EarlyStopping({.patience = *plan.base.patience, .restore_best_weights = true}));
  tuner.search(plan.data.train, fit, hooks);
}

}  // namespace linnet::cli
