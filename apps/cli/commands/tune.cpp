#include <memory>

#include "cli/commands/all.h"
#include "cli/commands/data_options.h"
#include "cli/commands/tune_plan.h"
#include "cli/dense_space.h"
#include "cli/progress.h"
#include "cli/report.h"
#include "cli/terminal.h"
#include "cli/tuning_results.h"
#include "cli/workers.h"
#include "linnet/base/atomic_file.h"
#include "linnet/base/thread_pool.h"
#include "linnet/models/interrupt.h"
#include "linnet/models/progress_bar.h"
#include "linnet/reports/report.h"
#include "linnet/reports/tuning_page.h"
#include "linnet/saving/json.h"

namespace linnet::cli {

namespace {

constexpr int stopped = 130;  // the exit code after Ctrl-C

using Named = TriedNetwork (&)(const Trial&, const NetworkOptions&, std::uint64_t seed);  // tried, baseline

TriedNetwork network_of(const Tuner& tuner, const TunePlan& plan, const Trial& trial, Named named) {
  return named(trial, plan.base, tuner.oracle().training_seed(trial));
}

void run_trials(Tuner& tuner, const TunePlan& plan, Named named) {
  search(tuner, plan, {.trial_end = [&](const Trial& trial) {
           say_network(network_of(tuner, plan, trial, named), plan.objective);
         }});
}

TuneResults results_of(Tuner& tuner, Tuner& baseline_tuner, const TunePlan& plan) {
  TuneResults results;
  for (const Trial& trial : tuner.oracle().trials()) results.trials.push_back(network_of(tuner, plan, trial, tried));
  sort_best_first(results.trials, plan.objective);
  for (const Trial& trial : baseline_tuner.oracle().trials())
    results.baseline = network_of(baseline_tuner, plan, trial, baseline);
  return results;
}

// `linnet train …`, which gives this network once more: its seed, and as many epochs as its best one.
std::string train_command(const TunePlan& plan, const TriedNetwork& best) {
  std::vector<std::string> line = {"linnet", "train"};
  const auto add = [&](const std::vector<std::string>& words) { line.insert(line.end(), words.begin(), words.end()); };
  add(words_of(plan.options.data));
  add(train_options_of(best.network));
  add({"--epochs", std::to_string(best.trial.best_step + 1)});
  if (*plan.base.patience > 0) add({"--patience", "0"});
  add({"--seed", std::to_string(best.seed)});
  return shell_command(line);
}

Config numbers_of(const TunePlan& plan, const TriedNetwork& tried) {
  Config numbers = numbers_of(tried);
  if (tried.trial.score) numbers.set("command", train_command(plan, tried));
  return numbers;
}

Config numbers_of(const TunePlan& plan, const TuneResults& results, const std::string& command) {
  List trials;
  for (const TriedNetwork& each : results.trials) trials.emplace_back(numbers_of(plan, each));
  Config numbers = settings_of(plan);
  numbers.set("direction", plan.objective.direction());
  if (results.baseline) numbers.set("baseline", numbers_of(plan, *results.baseline));
  numbers.set("trials", std::move(trials));
  numbers.set("command", command);
  return numbers;
}

TuningPageTrial page_trial(const TriedNetwork& tried) {
  return {.name = tried.name,
          .score = tried.trial.score,
          .epoch = tried.trial.best_step + 1,
          .seconds = tried.trial.seconds,
          .values = tried.values,
          .message = tried.trial.message};
}

const char* title_of(const std::string& tuner) {
  if (tuner == "grid") return pick({"Grid search", "网格搜索"});
  if (tuner == "hyperband") return pick({"Hyperband", "Hyperband 搜索"});
  if (tuner == "bayesian") return pick({"Bayesian optimization", "贝叶斯优化"});
  return pick({"Random search", "随机搜索"});
}

TuningPage page_of(const TunePlan& plan, const TuneResults& results, const std::string& command) {
  TuningPage page{
      .title = plan.options.data.source,
      .text = words({"{} over {} networks; each was trained on {} samples and measured on {} others. The "
                     "baseline is what linnet train trains when nothing is asked for.",
                     "{}，共 {} 个网络；每个网络用 {} 个样本训练，在另外 {} 个样本上评估。基线是 linnet train "
                     "不加选项时训练的网络。"},
                    title_of(plan.options.tuner), results.trials.size(), plan.data.train.size(),
                    plan.data.validation.size()),
      .lang = language_code(),
      .objective = plan.objective.name(),
      .larger_is_better = plan.objective.direction() == "max",
      .logarithmic = logarithmic_names(),
      .command = command};
  for (const TriedNetwork& each : results.trials) page.trials.push_back(page_trial(each));
  if (results.baseline) page.baseline = page_trial(*results.baseline);
  return page;
}

void say_best(const TunePlan& plan, const TuneResults& results, const std::string& command) {
  if (!results.beats_baseline(plan.objective))
    return say({"\nNo network was better than the baseline on the {} validation samples: {} {:.4f} at best, {:.4f} for "
                "the baseline. More trials, or more epochs, may find one; until then this is best:\n  {}\n",
                "\n在 {} 个验证样本上没有网络胜过基线：{} 最好为 {:.4f}，基线为 "
                "{:.4f}。更多的试验或更多的轮数也许能找到；目前最好的是：\n  {}\n"},
               plan.data.validation.size(), plan.objective.name(), *results.best()->trial.score,
               *results.baseline->trial.score, command);
  const std::string gain = gain_text(results, plan.objective);
  say({"\nThe best network: {} {:.4f} on {} validation samples{}. It is trained by\n  {}\n",
       "\n最好的网络：{} 为 {:.4f}（{} 个验证样本{}）。用下面的命令训练：\n  {}\n"},
      plan.objective.name(), *results.best()->trial.score, plan.data.validation.size(),
      gain.empty() ? "" : words({", {} against the baseline", "，相对基线 {}"}, gain), command);
}

int finish(Tuner& tuner, Tuner& baseline_tuner, const TunePlan& plan) {
  const TuneResults results = results_of(tuner, baseline_tuner, plan);
  const TriedNetwork* best = results.best();
  const bool found = best != nullptr && results.beats_baseline(plan.objective);
  const std::string command = best == nullptr ? "" : train_command(plan, found ? *best : *results.baseline);
  const Config numbers = numbers_of(plan, results, command);
  write_file_atomically((plan.folder / "tune.json").string(), to_json(numbers, 2) + "\n");
  if (can_write_pages()) write_tuning_page((plan.folder / "tune.html").string(), page_of(plan, results, command));
  write_json(plan.options.json, numbers);
  if (best == nullptr) return 1;
  print("\n");
  say_table(results, plan.objective);
  say_best(plan, results, command);
  say({"Saved in {}: tune.json{}\n", "已保存到 {}：tune.json{}\n"}, plan.folder.string(),
      can_write_pages() ? ", tune.html" : "");
  return 0;
}

void choose_threads(const std::optional<int>& asked, int workers) {
  if (asked) set_num_threads(*asked);
  if (!asked && workers > 1) set_num_threads(std::max(1, num_threads() / workers));
}

// fit's words are about a network that is kept; a trial that was cut short is not.
void say_nothing_of_trials_cut_short() {
  Console console = default_console();
  console.stopped_text = [](int, std::int64_t, std::size_t) { return std::string(); };
  set_console(console);
}

TunePlan plan_of(const TuneOptions& options, bool is_worker) {
  const Silence silence(is_worker);  // the process that started it has said what the data are
  return planned(options);
}

// One of the processes that share a search.
int work(const TunePlan& plan) {
  Tuner tuner = network_tuner(plan, false);
  run_trials(tuner, plan, tried);
  return tuner.interrupted() ? stopped : 0;
}

// The process that was started by hand. Ends with `stopped` or 0.
int lead(Tuner& tuner, Tuner& baseline_tuner, const TunePlan& plan, const std::vector<std::string>& command_line) {
  run_trials(baseline_tuner, plan, baseline);
  if (baseline_tuner.interrupted()) return stopped;
  if (plan.options.processes > 1 && run_workers(plan.options.processes, command_line) == stopped) return stopped;
  if (InterruptGuard::interrupted()) return stopped;
  run_trials(tuner, plan, tried);  // after workers: what one that was killed has left
  return tuner.interrupted() ? stopped : 0;
}

int tune(const TuneOptions& options, const std::vector<std::string>& command_line) {
  CtrlC ctrl_c;
  check_writable("--json", options.json);
  if (options.json == "-") speak_on_stderr();
  const int workers = worker_count();
  choose_threads(options.threads, workers);
  const TunePlan plan = plan_of(options, workers > 0);
  if (workers == 0) claim_folder(plan);
  ctrl_c.wait_for_files();
  const InterruptGuard guard;  // from here on Ctrl-C ends what is going on, wherever that is
  say_nothing_of_trials_cut_short();
  if (workers > 0) return work(plan);
  Tuner tuner = network_tuner(plan, plan.options.overwrite);
  Tuner before = baseline_tuner(plan, plan.options.overwrite);
  if (lead(tuner, before, plan, command_line) == 0) return finish(tuner, before, plan);
  say({"Stopped. The same command goes on from here.\n", "已停止。再次运行同样的命令会接着做。\n"});
  return stopped;
}

}  // namespace

void declare_tune(Arguments& arguments) {
  auto options = std::make_shared<TuneOptions>();
  declare_tune_options(arguments, *options);
  arguments.action = [options, &arguments] { return tune(*options, arguments.command_line); };
}

}  // namespace linnet::cli
