#include "cli/help.h"

#include <algorithm>
#include <utility>

#include "cli/terminal.h"

namespace linnet::cli {

namespace {

std::size_t width() { return static_cast<std::size_t>(std::clamp(columns(), 20, 100)); }

std::string heading(const Text& text) { return "\n" + styled(Style::bold, pick(text)) + "\n"; }

// `  name   what it means`, the meaning in a column of its own where there is room, below the name otherwise.
std::string entry(const std::string& name, std::size_t name_width, const std::string& meaning) {
  const bool beside = width() >= name_width + 34;
  const std::size_t indent = beside ? name_width + 4 : 6;
  std::string text = "  " + styled(Style::bold, name);
  if (beside && display_width(name) <= name_width) {
    text += std::string(indent - 2 - display_width(name), ' ');
  } else {
    text += "\n" + std::string(indent, ' ');
  }
  return text + wrapped(meaning, width(), indent) + "\n";
}

std::string paragraph(const Text& text) { return wrapped(pick(text), width(), 0) + "\n"; }

std::string examples_text(const std::vector<Arguments::Example>& examples) {
  std::string text = heading({"Examples", "例子"});
  for (const auto& [command, what] : examples)
    text += fmt::format("  {}\n      {}\n", command, wrapped(pick(what), width(), 6));
  return text;
}

std::string display_name(const Argument& argument) {
  std::string name = argument.names;
  if (const std::size_t comma = name.find(','); comma != std::string::npos) name.insert(comma + 1, " ");
  if (argument.is_positional()) return argument.type + (argument.repeats ? "…" : "");
  return argument.type.empty() ? name : name + " " + argument.type;
}

std::string usage(const Command& command, const Arguments& arguments) {
  std::string text = fmt::format("linnet {}", command.name);
  for (const Argument& argument : arguments.arguments)
    if (argument.is_positional())
      text += argument.required ? " " + display_name(argument) : fmt::format(" [{}]", display_name(argument));
  return text + words({" [options]", " [选项]"}) + "\n";
}

}  // namespace

std::string program_help() {
  std::string text = paragraph(
      {"Linnet: neural networks in C++ with Keras's words.", "Linnet：用 C++ 写成、沿用 Keras 用语的神经网络。"});
  text += heading({"Usage", "用法"}) + words({"  linnet COMMAND [options]\n", "  linnet 命令 [选项]\n"});
  text += heading({"Commands", "命令"});
  for (const Command& command : commands()) text += entry(command.name, 10, pick(command.about));
  text += examples_text(
      {{"linnet train mnist",
        {"trains a first network, which reads handwritten digits", "训练第一个网络，学会识别手写数字"}},
       {"linnet predict runs/mnist/model.safetensors mnist:0-4 photo.png",
        {"what it takes some test images, and a picture of yours, for", "让它认几幅测试图像，和你自己的一张图片"}},
       {"linnet train houses.csv --target price",
        {"learns to predict a column of your own table", "学会预测你自己表格里的一列"}},
       {"linnet datasets", {"the data that is here, and how to get more", "本机有哪些数据集，其余的怎么得到"}}});
  return text + "\n" +
         paragraph({"linnet COMMAND --help says more about each. --lang zh|en chooses the language; exit codes are 0, "
                    "1 (it did "
                    "not work), 2 (the command line makes no sense) and 130 (Ctrl-C).",
                    "linnet 命令 --help 查看详细说明。--lang zh|en 选择语言。退出码：0 成功，1 运行出错，2 "
                    "命令写错，130 被 Ctrl-C 中断。"});
}

std::string command_help(const Command& command, const Arguments& arguments) {
  std::string text = paragraph(command.about) + heading({"Usage", "用法"}) + "  " + usage(command, arguments);
  std::size_t name_width = 0;
  for (const Argument& argument : arguments.arguments)
    name_width = std::max(name_width, display_width(display_name(argument)));
  name_width = std::min<std::size_t>(name_width, 26);
  for (const bool positional : {true, false}) {
    bool first = true;
    for (const Argument& argument : arguments.arguments) {
      if (argument.is_positional() != positional) continue;
      if (std::exchange(first, false))
        text += positional ? heading({"Arguments", "参数"}) : heading({"Options", "选项"});
      text += entry(display_name(argument), name_width, pick(argument.about));
    }
  }
  for (const Text& note : arguments.notes) text += "\n" + paragraph(note);
  return arguments.examples.empty() ? text : text + examples_text(arguments.examples);
}

}  // namespace linnet::cli
