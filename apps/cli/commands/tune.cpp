#include <algorithm>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>

#include "cli/commands/all.h"
#include "cli/commands/tune_options.h"
#include "cli/dense_space.h"
#include "cli/progress.h"
#include "cli/report.h"
#include "cli/run_folder.h"
#include "cli/terminal.h"
#include "cli/tuning_results.h"
#include "cli/workers.h"
#include "linnet/base/atomic_file.h"
#include "linnet/base/thread_pool.h"
#include "linnet/models/callbacks.h"
#include "linnet/reports/report.h"
#include "linnet/reports/tuning_page.h"
#include "linnet/saving/json.h"
#include "linnet/tuning/tuner.h"

namespace linnet::cli {

namespace {

namespace fs = std::filesystem;

// All that is decided before the search.
struct Plan {
  TuneOptions options;
  TrainingData data;
  NetworkOptions base;  // what is not searched
  Objective objective = "val_loss";
  fs::path folder;
};

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

Plan planned(TuneOptions options) {
  options.data = with_validation(options.data);
  if (!options.trials && options.tuner != "hyperband") options.trials = 20;
  Plan plan;
  plan.data = load_training_data(options.data);
  NetworkOptions asked;
  asked.epochs = options.epochs;
  plan.base = network_defaults(plan.data, asked);
  plan.objective = objective_of(options.objective, plan.data.description.classification);
  plan.folder =
      options.out.empty() ? fs::path("runs") / (name_of_data(options.data.source) + "-tune") : fs::path(options.out);
  plan.options = std::move(options);
  return plan;
}

// What must stay the same for a search to go on.
Config settings_of(const Plan& plan) {
  return {{"dataset", plan.options.data.source},     {"tuner", plan.options.tuner},
          {"objective", plan.objective.name()},      {"epochs", *plan.base.epochs},
          {"executions", plan.options.executions},   {"seed", plan.options.seed},
          {"train_samples", plan.data.train.size()}, {"validation_samples", plan.data.validation.size()}};
}

std::optional<Config> earlier_settings(const fs::path& path) {
  std::ifstream file(path);
  if (!file) return {};
  std::ostringstream text;
  text << file.rdbuf();
  return parse_json(text.str()).as_config();
}

// Takes the folder for this search, or goes on with the one in it.
void claim_folder(const Plan& plan) {
  std::error_code error;
  fs::create_directories(plan.folder, error);
  if (error || !fs::is_directory(plan.folder))
    fail<FileError>(words({"--out {}: cannot make this folder ({})", "--out {}：无法创建这个文件夹（{}）"},
                          plan.folder.string(), error ? error.message() : "it is a file"));
  const fs::path file = plan.folder / "tune.settings.json";
  const Config settings = settings_of(plan);
  if (!plan.options.overwrite)
    if (const std::optional<Config> earlier = earlier_settings(file))
      for (const auto& [name, value] : settings.entries())
        if (const Value* theirs = earlier->find(name); theirs == nullptr || !same_value(*theirs, value))
          fail<FileError>(
              words({"{} holds a search with {} {}, not {}; choose another folder with --out DIR, or begin "
                     "anew with --overwrite",
                     "{} 中已有一次搜索，其 {} 是 {}，不是 {}；请用 --out 另选文件夹，或用 --overwrite 重新开始"},
                    plan.folder.string(), name, theirs == nullptr ? "?" : to_string(*theirs), to_string(value)));
  write_file_atomically(file.string(), to_json(settings, 2) + "\n");
}

std::shared_ptr<const SearchAlgorithm> algorithm_of(const Plan& plan) {
  const std::string& tuner = plan.options.tuner;
  if (tuner == "grid") return grid_search();
  if (tuner == "hyperband") return hyperband({.max_epochs = *plan.base.epochs});
  // a quarter at random: three for each of ten hyper-parameters would be more than all
  if (tuner == "bayesian") return bayesian_optimization({.num_initial_points = std::max(3, *plan.options.trials / 4)});
  return random_search();
}

Tuner tuner_of(const Plan& plan, bool overwrite) {
  HyperModel networks(
      [&plan](HyperParameters& hp) { return make_network(network_of(hp, plan.base), plan.data); },
      [&plan](HyperParameters& hp, FitOptions& fit) { fit.batch_size = *network_of(hp, plan.base).batch_size; });
  return Tuner(networks, algorithm_of(plan),
               {.objective = plan.objective,
                .max_trials = plan.options.trials,
                .executions_per_trial = plan.options.executions,
                .seed = plan.options.seed,
                .overwrite = overwrite,
                .directory = plan.folder.string(),
                .project_name = "trials"});
}

void search(Tuner& tuner, const Plan& plan) {
  FitOptions fit{.epochs = *plan.base.epochs, .validation_data = plan.data.validation, .verbose = 0};
  if (*plan.base.patience > 0)
    fit.callbacks.emplace_back(EarlyStopping({.patience = *plan.base.patience, .restore_best_weights = true}));
  const auto ended = [&plan](const Trial& trial) { say_trial(trial, plan.base, plan.objective); };
  tuner.search(plan.data.train, fit, {.trial_end = ended});
}

// `linnet train …`, which gives the best trial's network once more: its seed, and as many epochs as its best one.
std::string train_command(const Plan& plan, const Oracle& oracle, const Trial& trial) {
  const DataOptions& data = plan.options.data;
  std::vector<std::string> line = {"linnet", "train", data.source};
  const auto add = [&](const char* option, const std::string& value) {
    if (!value.empty()) line.insert(line.end(), {option, value});
  };
  add("--data", data.folder);
  add("--target", data.target);
  add("--task", data.task);
  add("--drop", fmt::format("{}", fmt::join(data.drop, ",")));
  if (data.missing != "fail") add("--missing", data.missing);
  if (data.image_size) add("--image-size", std::to_string(*data.image_size));
  if (data.test_split) add("--test-split", exact_text(*data.test_split));
  add("--validation-split", exact_text(*data.validation_split));
  const std::vector<std::string> network = train_options_of(network_of(trial, plan.base));
  line.insert(line.end(), network.begin(), network.end());
  add("--epochs", std::to_string(trial.best_step + 1));
  if (*plan.base.patience > 0) add("--patience", "0");
  add("--seed", std::to_string(oracle.training_seed(trial)));
  return shell_command(line);
}

Config numbers_of(const Plan& plan, const std::vector<Trial>& trials, const std::string& command) {
  List list;
  for (const Trial& trial : trials) list.emplace_back(trial_numbers(trial));
  Config numbers = settings_of(plan);
  numbers.set("direction", plan.objective.direction());
  numbers.set("trials", std::move(list));
  numbers.set("command", command);
  return numbers;
}

TuningPage page_of(const Plan& plan, const std::vector<Trial>& trials, const std::string& command) {
  TuningPage page{
      .title = plan.options.data.source,
      .text = words({"{} search over {} networks; each was trained on {} samples and measured on {} others.",
                     "{} 搜索，共 {} 个网络；每个网络用 {} 个样本训练，在另外 {} 个样本上评估。"},
                    plan.options.tuner, trials.size(), plan.data.train.size(), plan.data.validation.size()),
      .lang = language_code(),
      .objective = plan.objective.name(),
      .larger_is_better = plan.objective.direction() == "max",
      .logarithmic = {"learning_rate", "units_1", "units_2", "units_3", "batch_size"},
      .command = command};
  for (const Trial& trial : trials)
    page.trials.push_back({.name = trial.trial_id,
                           .score = trial.score,
                           .epoch = trial.best_step + 1,
                           .seconds = trial.seconds,
                           .values = trial.hyperparameters.values(),
                           .message = trial.message});
  return page;
}

int finish(Tuner& tuner, const Plan& plan) {
  const std::vector<Trial> trials = best_first(tuner.oracle().trials(), plan.objective);
  const bool found = !trials.empty() && trials.front().score.has_value();
  const std::string command = found ? train_command(plan, tuner.oracle(), trials.front()) : "";
  const Config numbers = numbers_of(plan, trials, command);
  write_file_atomically((plan.folder / "tune.json").string(), to_json(numbers, 2) + "\n");
  if (can_write_pages()) write_tuning_page((plan.folder / "tune.html").string(), page_of(plan, trials, command));
  write_json(plan.options.json, numbers);
  if (!found) return 1;
  print("\n");
  say_trials(trials, plan.base, plan.objective);
  say({"\nThe best network, {} {:.4f} on {} validation samples, is trained by\n  {}\n",
       "\n最好的网络在 {2} 个验证样本上的 {0} 为 {1:.4f}，用下面的命令训练：\n  {3}\n"},
      plan.objective.name(), *trials.front().score, plan.data.validation.size(), command);
  say({"Saved in {}: tune.json{}\n", "已保存到 {}：tune.json{}\n"}, plan.folder.string(),
      can_write_pages() ? ", tune.html" : "");
  return 0;
}

int tune(const TuneOptions& options, const std::vector<std::string>& command_line) {
  CtrlC ctrl_c;
  check_writable("--json", options.json);
  if (options.json == "-") speak_on_stderr();
  const int workers = worker_count();
  if (options.threads) set_num_threads(*options.threads);
  if (!options.threads && workers > 1) set_num_threads(std::max(1, num_threads() / workers));
  const Plan plan = planned(options);
  const bool alone = workers == 0;
  if (alone) claim_folder(plan);
  ctrl_c.wait_for_files();
  Tuner tuner = tuner_of(plan, alone && plan.options.overwrite);
  int code = 0;
  if (alone && options.processes > 1) code = run_workers(options.processes, command_line);
  if (code != 130) search(tuner, plan);  // after workers: what one that was killed has left
  if (!alone) return tuner.interrupted() ? 130 : 0;
  if (code == 130 || tuner.interrupted()) {
    say({"Stopped. The same command goes on from here.\n", "已停止。再次运行同样的命令会接着做。\n"});
    return 130;
  }
  return finish(tuner, plan);
}

}  // namespace

void declare_tune(Arguments& arguments) {
  auto options = std::make_shared<TuneOptions>();
  declare_tune_options(arguments, *options);
  arguments.action = [options, &arguments] { return tune(*options, arguments.command_line); };
}

}  // namespace linnet::cli
