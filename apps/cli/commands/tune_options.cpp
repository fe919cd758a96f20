#include "cli/commands/tune_options.h"

#include "cli/commands/data_options.h"

namespace linnet::cli {

namespace {

void declare_search(Arguments& arguments, TuneOptions& options) {
  arguments.add_choice("--tuner", options.tuner, {"random", "grid", "hyperband", "bayesian"},
                       {"How to search [random]", "搜索方法 [random]"});
  arguments.add(
      "--trials", options.trials, whole_above_zero, "N",
      {"Networks to try, at most [20; hyperband all of its schedule]", "最多试多少个网络 [20；hyperband 为整个计划]"});
  arguments.add(
      "--epochs", options.epochs, whole_above_zero, "N",
      {"Rounds through the training samples for each; hyperband: for those that get farthest [as linnet train]",
       "每个网络的训练轮数；hyperband 为走得最远的网络的轮数 [与 linnet train 相同]"});
  arguments.add("--objective", options.objective, "NAME",
                {"What to compare by: val_accuracy, val_loss, val_mae [val_accuracy; regression val_loss]",
                 "按什么比较：val_accuracy、val_loss、val_mae [val_accuracy；回归为 val_loss]"});
  arguments.add("--executions", options.executions, whole_above_zero, "N",
                {"Trainings for each network, of which the mean counts [1]", "每个网络训练几次，取平均 [1]"});
}

void declare_run(Arguments& arguments, TuneOptions& options) {
  arguments.add("--processes", options.processes, whole_above_zero, "N",
                {"Processes that share the trials [1]", "分担试验的进程数 [1]"});
  arguments.add("--threads", options.threads, whole_above_zero, "N",
                {"Threads of each process [the cores, shared out]", "每个进程的线程数 [平分物理核]"});
  arguments.add("--seed", options.seed, whole_not_negative, "N",
                {"Same seed, same result, to the bit [0]", "随机种子；种子相同，结果逐位相同 [0]"});
  arguments.add("--out", options.out, "DIR",
                {"The search's folder [runs/DATA-tune]", "搜索结果的文件夹 [runs/数据名-tune]"});
  arguments.add_flag(
      "--overwrite", options.overwrite,
      {"Begin anew instead of going on with the search in that folder", "重新开始，而不是接着该文件夹里的搜索"});
  arguments.add_json(options.json);
}

void add_notes(Arguments& arguments) {
  arguments.notes.push_back(
      {"Searches over dense networks: 1 to 3 hidden layers, their units and activation, dropout, the optimizer, its "
       "learning rate and the batch size. Networks are compared on samples that they did not learn from, never on the "
       "test set; the network of linnet train is measured first, by the same rule. Each trial is kept in the folder: "
       "the same command goes on where it was stopped, even by kill -9, and several may work in one folder at once. In "
       "the end stand the command that trains the best network, and tune.html, a page with all trials.",
       "搜索全连接网络：1 到 3 个隐藏层、各层单元数、激活函数、dropout、优化器、学习率和批大小。网络只在没有学过的"
       "样本上比较，从不使用测试集；最先按同样的规则评估 linnet train 的那个网络。每次试验都保存在文件夹中：再次运行"
       "同样的命令会从停下的地方接着做，即使是被 kill -9 停掉的；多个进程也可以同时在一个文件夹里工作。最后会给出训练"
       "最好网络的命令，以及包含全部试验的网页 tune.html。"});
  arguments.example("linnet tune mnist", {"20 networks at random", "随机试 20 个网络"});
  arguments.example("linnet tune mnist --tuner bayesian --trials 40 --processes 4",
                    {"four at a time; earlier ones tell where to look", "四个进程同时进行；根据已有结果决定下一步"});
  arguments.example("linnet tune mnist --tuner hyperband --epochs 27",
                    {"many short trainings, of which the best go on", "先短训很多网络，好的继续训练"});
  arguments.example("linnet tune houses.csv --target price", {"your own table", "你自己的表格"});
}

}  // namespace

void declare_tune_options(Arguments& arguments, TuneOptions& options) {
  declare_data_options(arguments, options.data,
                       {{"Part of the training samples by which trials are compared [0.2, of mnist the last ones]",
                         "用来比较各次试验的那部分训练样本的比例 [0.2；mnist 取最后那些]"},
                        {"Part of the samples kept out of the search, where the data has no test set [0.2]",
                         "不参与搜索、留作测试的比例（数据没有自带测试集时）[0.2]"}});
  declare_search(arguments, options);
  declare_run(arguments, options);
  add_notes(arguments);
}

}  // namespace linnet::cli
