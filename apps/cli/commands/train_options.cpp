#include "cli/commands/train_options.h"

#include "cli/commands/data_options.h"
#include "linnet/optimizers/optimizers.h"

namespace linnet::cli {

namespace {

std::string known_optimizer(const std::string& text) {
  static const std::vector<std::string> names = {"adam",   "adamw",   "sgd",      "rmsprop",   "nadam",
                                                 "adamax", "adagrad", "adadelta", "adafactor", "lion",
                                                 "ftrl",   "lamb",    "muon"};
  try {
    const AnyOptimizer optimizer(text);
  } catch (const InvalidArgument&) {
    throw UsageError(words({"--optimizer: expected {}, received {}{}", "--optimizer：应为 {}，收到的是 {}{}"},
                           fmt::format("{}", fmt::join(names, "|")), text, suggestion(text, names)));
  }
  return text;
}

void declare_network(Arguments& arguments, NetworkOptions& network) {
  arguments.add("--model", network.model, "NAME",
                {"dense, or cnn for pictures: two convolutions, each with pooling, before the hidden layers [dense]",
                 "dense，或用于图片的 cnn：隐藏层之前有两层卷积，各带池化 [dense]"});
  arguments.add("--hidden", network.hidden, whole_above_zero, "N,N",
                {"Units of the hidden layers, such as 128,64 [64; tables 32; cnn none]",
                 "隐藏层的单元数，例如 128,64 [64；表格 32；cnn 没有隐藏层]"});
  arguments.add("--activation", network.activation, "NAME",
                {"Activation of the hidden layers: relu, gelu, tanh, silu, … [relu]",
                 "隐藏层的激活函数：relu、gelu、tanh、silu …… [relu]"});
  arguments.add("--epochs", network.epochs, whole_above_zero, "N",
                {"Rounds through the training samples [10; cnn on mnist 5; small folders 50; tables at most 500]",
                 "训练轮数 [10；cnn 训练 mnist 时 5；小图片文件夹 50；表格最多 500]"});
  arguments.add("--batch-size", network.batch_size, whole_above_zero, "N",
                {"Samples in one step of training [64; cnn 32; small tables and folders 16]",
                 "每一步用多少个样本 [64；cnn 32；小表格、小文件夹 16]"});
  Argument& optimizer =
      arguments.add("--optimizer", network.optimizer, "NAME",
                    {"adam, adamw, sgd, rmsprop, … [adam]", "优化器：adam、adamw、sgd、rmsprop …… [adam]"});
  optimizer.set = [&network](const std::string& text) { network.optimizer = known_optimizer(text); };
  arguments.add("--learning-rate", network.learning_rate, number_above_zero, "X",
                {"Length of a step, at the beginning [what the optimizer has, 0.001 for adam; 0.003 where it decays]",
                 "学习率（开始时）[优化器的默认值，adam 为 0.001；随后下降时为 0.003]"});
  arguments.add(
      "--decay", network.decay, "NAME",
      {"How the learning rate falls to 0 over the training: none, or cosine, along half a cosine [none; cosine "
       "for cnn, unless the data is a small folder or a learning rate is given]",
       "学习率在训练中如何降到 0：none（不变）或 cosine（沿半个余弦）[none；cnn 为 cosine，"
       "小图片文件夹或给出学习率时除外]"});
  arguments.add("--dtype", network.dtype, "NAME",
                {"What layers compute in: float32, or mixed_bfloat16, faster where the processor multiplies bfloat16 "
                 "[float32]",
                 "各层计算用的类型：float32，或 mixed_bfloat16（处理器支持 bfloat16 乘法时更快）[float32]"});
  arguments.add(
      "--dropout", network.dropout, part_of_one, "X",
      {"Part of each hidden layer, and of what cnn has found, to drop in training [0; cnn 0.25, on mnist 0.4]",
       "训练时随机丢弃的比例：每个隐藏层，以及 cnn 卷积的结果 [0；cnn 0.25，训练 mnist 时 0.4]"});
  arguments.add("--l2", network.l2, not_negative, "X",
                {"Penalty on the squares of the hidden layers' weights [0; tables 0.001]",
                 "隐藏层权重平方的惩罚系数 [0；表格 0.001]"});
  arguments.add("--patience", network.patience, whole_not_negative, "N",
                {"End after N epochs without a better validation loss, and keep the best; 0: never [0; tables 30]",
                 "验证损失连续 N 轮没有变好就结束，并保留最好的一轮；0 表示从不 [0；表格 30]"});
}

void declare_run(Arguments& arguments, TrainOptions& options) {
  arguments.add("--seed", options.seed, whole_not_negative, "N",
                {"Same seed, same result, to the bit [0]", "随机种子；种子相同，结果逐位相同 [0]"});
  arguments.add(
      "--threads", options.threads, whole_above_zero, "N",
      {"Threads to use; results do not depend on it [one for each core]", "线程数；不影响结果 [每个物理核一个]"});
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

void declare_train_options(Arguments& arguments, TrainOptions& options) {
  declare_data_options(arguments, options.data,
                       {{"Part of the samples kept for validation [0.2; 0, validating on the test images, for mnist]",
                         "留作验证的比例 [0.2；mnist 为 0，用测试图像验证]"},
                        {"Part of the samples kept for the test, where the data has no test set [0.2]",
                         "留作测试的比例（数据没有自带测试集时）[0.2]"}});
  declare_network(arguments, options.network);
  declare_run(arguments, options);
  add_notes(arguments);
}

}  // namespace linnet::cli
