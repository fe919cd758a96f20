#include <algorithm>
#include <filesystem>
#include <memory>

#include "cli/commands/all.h"
#include "cli/commands/train_options.h"
#include "cli/pictures.h"
#include "cli/progress.h"
#include "cli/report.h"
#include "cli/terminal.h"
#include "linnet/base/random.h"
#include "linnet/base/thread_pool.h"
#include "linnet/models/backup_and_restore.h"
#include "linnet/models/callbacks.h"
#include "linnet/reports/report.h"
#include "linnet/reports/run_recorder.h"
#include "linnet/saving/json.h"
#include "linnet/saving/safetensors.h"

namespace linnet::cli {

namespace {

// What looks on while the network is trained.
struct Watchers {
  std::shared_ptr<RunRecorder> recorder = std::make_shared<RunRecorder>();
  std::shared_ptr<EarlyStopping> stopping = {};

  bool stopped_early() const { return stopping != nullptr && stopping->stopped_epoch() > 0; }
};

// With hundreds of epochs a line for each is no help.
bool shows_some_epochs(const TrainOptions& options, const NetworkOptions& network) {
  return !options.verbose && *network.epochs > 20;
}

// What the run makes, beside the files of write_run().
void write_files(const std::filesystem::path& folder, Model& model, const RunReport& report,
                 const Description& description, const Config& numbers) {
  const std::string model_file = (folder / "model.safetensors").string();
  if (report.history.epoch.empty()) {
    model.save(model_file);  // stopped in the first epoch: there is nothing to report
  } else {
    write_run(folder.string(), model, report);
  }
  if (std::filesystem::exists(model_file)) save_description(model_file, description);
  write_file_atomically((folder / "report.json").string(), to_json(numbers, 2) + "\n");
}

// Whether the model was written before something else could not be.
class SavedModel {
 public:
  explicit SavedModel(const std::filesystem::path& folder) : path_(folder / "model.safetensors"), before_(time()) {}
  void say_if_whole() const {
    if (time() == before_) return;
    complain(words(
        {"the model itself is saved: {}; what is missing comes after it", "模型本身已完整保存：{}；缺的是之后的文件"},
        path_.string()));
  }

 private:
  std::filesystem::file_time_type time() const {
    std::error_code ignored;
    return std::filesystem::last_write_time(path_, ignored);
  }
  std::filesystem::path path_;
  std::filesystem::file_time_type before_;
};

Results measure(Model& model, const TrainingData& data) {
  Results results;
  results.test = model.evaluate(data.test, {.batch_size = 64, .verbose = 0});
  if (data.description.classification) return results;
  results.network = measure_fit(model.predict(data.test.x[0], {.batch_size = 500, .verbose = 0}), data.test.y[0]);
  results.linear = linear_least_squares(data.train, data.test);
  return results;
}

void say_comparison(const Fit& network, const Fit& linear) {
  if (!linear.r2)
    return say({"The target is the same in all test rows: there is nothing to compare with.\n",
                "测试数据的目标值全都相同，没有可比较的。\n"});
  const double better = 100 * (1 - network.rmse / linear.rmse);
  if (linear.rmse == 0)
    say({"Linear least squares is exact here; the network does not beat it.\n",
         "线性最小二乘在这里没有误差，网络没有胜过它。\n"});
  else if (better > 0)
    say({"The network is better than linear least squares: its errors are {:.1f} % smaller.\n",
         "网络比线性最小二乘更好：误差小 {:.1f} %。\n"},
        better);
  else
    say({"The network does not beat linear least squares here: its errors are {:.1f} % larger.\n",
         "网络在这里没有胜过线性最小二乘：误差大 {:.1f} %。\n"},
        -better);
}

void say_regression(const Results& results) {
  const Fit &network = *results.network, &linear = *results.linear;
  say({"Linear least squares on the same rows: RMSE {:.4g}, {}\n", "同样的数据上线性最小二乘：RMSE {:.4g}，{}\n"},
      linear.rmse, r2_text(linear));
  say_comparison(network, linear);
  say({"Test RMSE: {:.4g} ({})\n", "测试 RMSE：{:.4g}（{}）\n"}, network.rmse, r2_text(network));
}

// How good always giving the most frequent answer would be.
double commonest_share(const Dataset& data) {
  std::vector<double> counts(data.class_names.size());
  for (std::int64_t label : data.y[0].to_vector<std::int64_t>()) counts[static_cast<std::size_t>(label)] += 1;
  return *std::max_element(counts.begin(), counts.end()) / static_cast<double>(data.size());
}

void say_results(const TrainingData& data, const Results& results) {
  if (results.network) return say_regression(results);
  if (data.description.is_table)
    say({"Always giving the most frequent answer would reach {:.4f} on the {} test rows.\n",
         "如果总是回答最常见的类别，在 {1} 行测试数据上的准确率是 {0:.4f}。\n"},
        commonest_share(data.test), data.test.size());
  say({"Test accuracy: {:.4f}\n", "测试准确率：{:.4f}\n"}, results.test.at("accuracy"));
}

std::vector<AnyCallback> callbacks_of(const TrainOptions& options, const NetworkOptions& network, Watchers& watchers,
                                      const std::filesystem::path& folder) {
  std::vector<AnyCallback> callbacks = {watchers.recorder};
  if (*network.patience > 0) {
    watchers.stopping = std::make_shared<EarlyStopping>(
        EarlyStoppingOptions{.patience = *network.patience, .restore_best_weights = true});
    callbacks.emplace_back(watchers.stopping);
  }
  if (shows_some_epochs(options, network)) callbacks.emplace_back(std::make_shared<Milestones>());
  if (options.checkpoint.empty()) return callbacks;
  const SaveFrequency when =
      options.checkpoint == "epoch" ? SaveFrequency("epoch") : SaveFrequency(std::stoll(options.checkpoint));
  callbacks.emplace_back(BackupAndRestore((folder / "backup").string(), {.save_freq = when}));
  return callbacks;
}

void fit(Sequential& model, const TrainOptions& options, const NetworkOptions& network, const TrainingData& data,
         const std::vector<AnyCallback>& callbacks) {
  model.fit(data.train, {.epochs = *network.epochs,
                         .batch_size = *network.batch_size,
                         .validation_data = data.validation,
                         .verbose = shows_some_epochs(options, network) ? 0 : options.verbose.value_or(1),
                         .callbacks = callbacks});
}

RunReport report_of(const TrainOptions& options, const TrainingData& data, const History& history,
                    const std::vector<std::string>& command_line) {
  std::vector<std::string> shell = {"linnet"};
  shell.insert(shell.end(), command_line.begin(), command_line.end());
  RunReport report{.title = options.data.source,
                   .lang = language_code(),
                   .history = history,
                   .validation = data.validation,
                   .train = data.train,
                   .command = shell_command(shell)};
  if (data.description.is_table) report.feature_names = feature_names(data.description.features);
  return report;
}

void say_how_it_ended(const Results& results, const Watchers& watchers, const NetworkOptions& network) {
  if (!watchers.stopped_early() || results.interrupted) return;
  say({"Training ended after epoch {}: the validation loss had not got better for {} epochs. The best weights are "
       "kept.\n",
       "训练在第 {} 轮后结束：验证损失已连续 {} 轮没有变好。保留的是最好那一轮的权重。\n"},
      watchers.stopping->stopped_epoch() + 1, *network.patience);
}

void say_what_was_saved(const TrainOptions& options, const std::filesystem::path& folder, const Results& results) {
  std::string files = "model.safetensors";
  for (const char* name : {"history.csv", "history.json", "report.html"})
    if (std::filesystem::exists(folder / name)) files += std::string(", ") + name;
  say({"Saved in {}: {}\n", "已保存到 {}：{}\n"}, folder.string(), files);
  if (results.interrupted && !options.checkpoint.empty())
    say({"linnet train --resume {} goes on from here.\n", "用 linnet train --resume {} 可以接着训练。\n"},
        folder.string());
}

int train(const TrainOptions& options, const std::vector<std::string>& command_line) {
  CtrlC ctrl_c;
  check_writable("--json", options.json);
  if (options.json == "-") speak_on_stderr();
  if (options.threads) set_num_threads(*options.threads);
  set_random_seed(options.seed);
  const TrainingData data = load_training_data(options.data);
  const NetworkOptions network = network_defaults(data, options.network);
  Sequential model = make_network(network, data);
  if (options.verbose.value_or(1) > 0) print(model.summary_text({.columns = columns()}));

  const std::filesystem::path folder = claim_run_folder(options.run, options.data.source, command_line);
  Watchers watchers;
  const std::vector<AnyCallback> callbacks = callbacks_of(options, network, watchers, folder);
  ctrl_c.wait_for_files();
  const History& history = watchers.recorder->history();
  try {
    fit(model, options, network, data, callbacks);
  } catch (const Error& error) {  // such as a loss that is not finite: reported like a success
    RunReport report = report_of(options, data, history, command_line);
    report.failure = error.what();
    if (!history.epoch.empty()) write_run(folder.string(), model, report);
    give_back_run_folder(folder);
    throw;
  }

  Results results = measure(model, data);
  results.seconds = watchers.recorder->seconds();
  results.interrupted = static_cast<int>(history.epoch.size()) < *network.epochs && !watchers.stopped_early();
  say_how_it_ended(results, watchers, network);
  if (options.show > 0 && !data.description.is_table) show_predictions(model, data.test, options.show);
  const Config numbers = training_report({options.data.source, network, options.seed}, data, model, history, results);
  const SavedModel saved(folder);
  try {
    write_files(folder, model, report_of(options, data, history, command_line), data.description, numbers);
  } catch (const FileError&) {
    saved.say_if_whole();
    throw;
  }
  write_json(options.json, numbers);
  say_what_was_saved(options, folder, results);
  say({"Trained for {:.2f} s on {} thread{}.\n", "训练用时 {:.2f} 秒，{} 个线程。\n"}, results.seconds, num_threads(),
      num_threads() == 1 ? "" : "s");
  say_results(data, results);
  return results.interrupted ? 130 : 0;
}

}  // namespace

void declare_train(Arguments& arguments) {
  auto options = std::make_shared<TrainOptions>();
  declare_train_options(arguments, *options);
  arguments.action = [options, &arguments] { return train(*options, arguments.command_line); };
}

}  // namespace linnet::cli
