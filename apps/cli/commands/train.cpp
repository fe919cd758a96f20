#include <algorithm>
#include <filesystem>
#include <memory>

#include "cli/arguments.h"
#include "cli/commands/all.h"
#include "cli/pictures.h"
#include "cli/progress.h"
#include "cli/report.h"
#include "cli/run_folder.h"
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

struct Options {
  DataOptions data;
  NetworkOptions network;
  RunFolderOptions run;
  std::uint64_t seed = 0;
  std::optional<int> verbose, threads;
  int show = 0;
  std::string checkpoint, json;
};

void declare_data(Arguments& arguments, DataOptions& data) {
  arguments.add("data", data.source, "DATA",
                {"A data set by name (see linnet datasets), a table FILE.csv, or a folder of pictures with a folder "
                 "per class [mnist]",
                 "数据集的名字（见 linnet datasets）、表格 FILE.csv，或图片文件夹（每个类别一个子文件夹）[mnist]"});
  arguments.add("--target", data.target, "COLUMN", {"Tables: the column to predict", "表格：要预测的列"});
  arguments.add_choice(
      "--task", data.task, {"classification", "regression"},
      {"Tables: what the target asks for [decided by what is in it]", "表格：分类还是回归 [由目标列的内容决定]"});
  arguments.add_list("--drop", data.drop, "COLUMN,COLUMN", {"Tables: columns to do without", "表格：不使用的列"});
  arguments.add_choice(
      "--missing", data.missing, {"fail", "drop", "mean"},
      {"Tables: what to do about missing cells: stop and list them, leave the rows out, or put in the mean [fail]",
       "表格：遇到缺失单元格时报错列出（fail）、去掉该行（drop）或用平均值补上（mean）[fail]"});
  arguments.add("--image-size", data.image_size, whole_above_zero, "N",
                {"Folders: pictures become N x N [64]", "图片文件夹：把图片缩放为 N x N [64]"});
  arguments.add("--validation-split", data.validation_split, part_of_one, "X",
                {"Part of the samples kept for validation [0.2; 0, validating on the test images, for mnist]",
                 "留作验证的比例 [0.2；mnist 为 0，用测试图像验证]"});
  arguments.add("--test-split", data.test_split, part_of_one, "X",
                {"Part of the samples kept for the test, where the data has no test set [0.2]",
                 "留作测试的比例（数据没有自带测试集时）[0.2]"});
  arguments.add("--data", data.folder, "DIR", {"Folder of the data set [looked for]", "数据集所在的文件夹 [自动寻找]"});
}

void declare_network(Arguments& arguments, NetworkOptions& network) {
  arguments.add(
      "--hidden", network.hidden, whole_above_zero, "N,N",
      {"Units of the hidden layers, such as 128,64 [64; tables 32]", "隐藏层的单元数，例如 128,64 [64；表格 32]"});
  arguments.add("--epochs", network.epochs, whole_above_zero, "N",
                {"Rounds through the training samples [10; small folders 50; tables at most 500]",
                 "训练轮数 [10；小图片文件夹 50；表格最多 500]"});
  arguments.add("--batch-size", network.batch_size, whole_above_zero, "N",
                {"Samples in one step of training [64; small tables and folders 16]",
                 "每一步用多少个样本 [64；小表格、小文件夹 16]"});
  arguments.add("--optimizer", network.optimizer, "NAME",
                {"adam, adamw, sgd, rmsprop, … [adam]", "优化器：adam、adamw、sgd、rmsprop …… [adam]"});
  arguments.add(
      "--learning-rate", network.learning_rate, number_above_zero, "X",
      {"Length of a step [what the optimizer has, 0.001 for adam]", "学习率 [优化器的默认值，adam 为 0.001]"});
  arguments.add("--dropout", network.dropout, part_of_one, "X",
                {"Part of each hidden layer to drop in training [0]", "训练时随机丢弃隐藏层的比例 [0]"});
  arguments.add("--l2", network.l2, not_negative, "X",
                {"Penalty on the squares of the hidden layers' weights [0; tables 0.001]",
                 "隐藏层权重平方的惩罚系数 [0；表格 0.001]"});
  arguments.add("--patience", network.patience, whole_not_negative, "N",
                {"End after N epochs without a better validation loss, and keep the best; 0: never [0; tables 30]",
                 "验证损失连续 N 轮没有变好就结束，并保留最好的一轮；0 表示从不 [0；表格 30]"});
}

void declare_run(Arguments& arguments, Options& options) {
  arguments.add("--seed", options.seed, whole_not_negative, "N",
                {"Same seed, same result, to the bit [0]", "随机种子；种子相同，结果逐位相同 [0]"});
  arguments.add("--threads", options.threads, whole_above_zero, "N",
                {"Threads to use; results do not depend on it [all processors]", "线程数；不影响结果 [所有处理器]"});
  arguments.add("--verbose", options.verbose,
                {[](double x) { return x == 0 || x == 1 || x == 2; }, {"0, 1 or 2", "0、1 或 2"}}, "0|1|2",
                {"Silent, a progress bar, or one line an epoch [1; with many epochs some lines]",
                 "不输出、进度条、每轮一行 [1；轮数很多时只输出其中一些]"});
  arguments.add("--show", options.show, whole_not_negative, "N",
                {"Test images to show in the end [0]", "最后显示几幅测试图像 [0]"});
  arguments.add("--name", options.run.name, "NAME",
                {"The run's folder is runs/NAME [after the data]", "结果写到 runs/NAME [按数据取名]"});
  arguments.add("--out", options.run.out, "DIR",
                {"The run's folder, instead of runs/NAME", "结果写到这个文件夹，而不是 runs/NAME"});
  arguments.add_flag("--overwrite", options.run.overwrite,
                     {"Replace the files of an earlier run in that folder", "覆盖该文件夹中以前的结果"});
  arguments.add_checkpoint(options.checkpoint);
  arguments.add("--resume", options.run.resume, "DIR",
                {"Go on with a run that was cut short, with its own options", "接着完成中断的训练，选项与当时相同"});
  arguments.add_json(options.json);
}

// What looks on while the network is trained.
struct Watchers {
  std::shared_ptr<RunRecorder> recorder = std::make_shared<RunRecorder>();
  std::shared_ptr<EarlyStopping> stopping = {};

  bool stopped_early() const { return stopping != nullptr && stopping->stopped_epoch() > 0; }
};

// With hundreds of epochs a line for each is no help.
bool shows_some_epochs(const Options& options, const NetworkOptions& network) {
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

Results measure(Model& model, const TrainingData& data) {
  Results results;
  results.test = model.evaluate(data.test, {.batch_size = 64, .verbose = 0});
  if (data.description.classification) return results;
  results.network = measure_fit(model.predict(data.test.x[0], {.batch_size = 500, .verbose = 0}), data.test.y[0]);
  results.linear = linear_least_squares(data.train, data.test);
  return results;
}

void say_regression(const Results& results) {
  const Fit &network = *results.network, &linear = *results.linear;
  say({"Linear least squares on the same rows: RMSE {:.4g}, R² {:.4f}\n",
       "同样的数据上线性最小二乘：RMSE {:.4g}，R² {:.4f}\n"},
      linear.rmse, linear.r2);
  const double better = 100 * (1 - network.rmse / linear.rmse);
  if (better > 0)
    say({"The network is better than linear least squares: its errors are {:.1f} % smaller.\n",
         "网络比线性最小二乘更好：误差小 {:.1f} %。\n"},
        better);
  else
    say({"The network does not beat linear least squares here: its errors are {:.1f} % larger.\n",
         "网络在这里没有胜过线性最小二乘：误差大 {:.1f} %。\n"},
        -better);
  say({"Test RMSE: {:.4g} (R² {:.4f})\n", "测试 RMSE：{:.4g}（R² {:.4f}）\n"}, network.rmse, network.r2);
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

std::vector<AnyCallback> callbacks_of(const Options& options, const NetworkOptions& network, Watchers& watchers,
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

// Trains; an error that ends the training, such as a loss that is not finite, is reported like its success.
History fit(Sequential& model, const Options& options, const NetworkOptions& network, const TrainingData& data,
            const std::vector<AnyCallback>& callbacks) {
  return model.fit(data.train, {.epochs = *network.epochs,
                                .batch_size = *network.batch_size,
                                .validation_data = data.validation,
                                .verbose = shows_some_epochs(options, network) ? 0 : options.verbose.value_or(1),
                                .callbacks = callbacks});
}

RunReport report_of(const Options& options, const TrainingData& data, const History& history,
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

void say_what_was_saved(const Options& options, const std::filesystem::path& folder, const Results& results) {
  std::string files = "model.safetensors";
  for (const char* name : {"history.csv", "history.json", "report.html"})
    if (std::filesystem::exists(folder / name)) files += std::string(", ") + name;
  say({"Saved in {}: {}\n", "已保存到 {}：{}\n"}, folder.string(), files);
  if (results.interrupted && !options.checkpoint.empty())
    say({"linnet train --resume {} goes on from here.\n", "用 linnet train --resume {} 可以接着训练。\n"},
        folder.string());
}

int train(const Options& options, const std::vector<std::string>& command_line) {
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
  History history;
  try {
    history = fit(model, options, network, data, callbacks);
  } catch (const Error& error) {
    RunReport report = report_of(options, data, watchers.recorder->history(), command_line);
    report.failure = error.what();
    if (!report.history.epoch.empty()) write_run(folder.string(), model, report);
    give_back_run_folder(folder);
    throw;
  }
  if (watchers.recorder->history().epoch.size() == history.epoch.size()) history = watchers.recorder->history();

  Results results = measure(model, data);
  results.interrupted = static_cast<int>(history.epoch.size()) < *network.epochs && !watchers.stopped_early();
  say_how_it_ended(results, watchers, network);
  if (options.show > 0 && !data.description.is_table) show_predictions(model, data.test, options.show);
  const Config numbers = training_report({options.data.source, network, options.seed}, data, model, history, results);
  write_files(folder, model, report_of(options, data, history, command_line), data.description, numbers);
  write_json(options.json, numbers);
  say_what_was_saved(options, folder, results);
  say({"Trained for {:.2f} s on {} thread{}.\n", "训练用时 {:.2f} 秒，{} 个线程。\n"}, training_seconds(history),
      num_threads(), num_threads() == 1 ? "" : "s");
  say_results(data, results);
  return results.interrupted ? 130 : 0;
}

void add_notes(Arguments& arguments) {
  arguments.notes.push_back(
      {"The run's folder gets model.safetensors, history.csv, history.json and report.html, a page with curves, "
       "mistakes "
       "and advice. A folder that holds an earlier run is left as it is: the next free NAME-2, NAME-3, … is taken and "
       "said. Ctrl-C ends after the step, and what was learned is saved; with --checkpoint even a killed run can be "
       "resumed.",
       "结果文件夹里有 model.safetensors、history.csv、history.json 和 "
       "report.html（网页，含曲线、认错的样本和建议）。已有训练结果的文件夹不会被改动："
       "会改用 NAME-2、NAME-3 …… 并说明。按 Ctrl-C 会在这一步之后停下，并保存已经学到的；加上 "
       "--checkpoint，即使进程被杀也能接着训练。"});
  arguments.example("linnet train mnist", {"the first network: handwritten digits", "第一个网络：识别手写数字"});
  arguments.example("linnet train mnist --hidden 256,128 --dropout 0.2 --name larger",
                    {"a larger one, into runs/larger", "更大的网络，结果写到 runs/larger"});
  arguments.example("linnet train iris", {"a small table that comes along", "自带的小表格"});
  arguments.example("linnet train houses.csv --target price --missing drop",
                    {"your own table: learns to predict the column price", "你自己的表格：学会预测 price 这一列"});
  arguments.example("linnet train flowers/",
                    {"pictures in flowers/rose/, flowers/tulip/, …", "图片放在 flowers/rose/、flowers/tulip/ …… 里"});
  arguments.example("linnet train mnist --epochs 50 --checkpoint; linnet train --resume runs/mnist",
                    {"a training that survives a power cut", "断电也不怕的训练"});
}

}  // namespace

void declare_train(Arguments& arguments) {
  auto options = std::make_shared<Options>();
  declare_data(arguments, options->data);
  declare_network(arguments, options->network);
  declare_run(arguments, *options);
  add_notes(arguments);
  arguments.action = [options, &arguments] { return train(*options, arguments.command_line); };
}

}  // namespace linnet::cli
