#include "cli/command_line.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <new>

#include "cli/arguments.h"
#include "cli/help.h"
#include "cli/run_folder.h"
#include "cli/terminal.h"
#include "linnet/tensor/out_of_memory.h"

namespace linnet::cli {

namespace {

using Words = std::vector<std::string>;

bool ends_with(const std::string& text, const std::string& ending) {
  return text.size() >= ending.size() && text.compare(text.size() - ending.size(), ending.size(), ending) == 0;
}

bool is_number(const std::string& text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
}

// Options whose value may be left out swallow no other argument: --json takes a name that ends in .json (or "-"), and
// means --json=- otherwise; --checkpoint takes a number. `linnet help train` is `linnet train --help`, `linnet
// --version` is `linnet version`.
Words usual_forms(Words given) {
  for (std::size_t i = 0; i < given.size() && given[i] != "--"; ++i) {
    const std::string next = i + 1 < given.size() ? given[i + 1] : "";
    if (given[i] == "--json" && next != "-" && !ends_with(next, ".json")) given[i] = "--json=-";
    if (given[i] == "--checkpoint" && next != "epoch" && !is_number(next)) given[i] = "--checkpoint=epoch";
  }
  if (!given.empty() && given[0] == "help") {
    given.erase(given.begin());
    given.push_back("--help");
  } else if (!given.empty() && given[0] == "--version") {
    given[0] = "version";
  }
  return given;
}

// The language is wanted before the rest is understood: errors and help are written in it.
void choose_language(const Words& given) {
  for (std::size_t i = 0; i < given.size() && given[i] != "--"; ++i) {
    const bool joined = given[i].rfind("--lang=", 0) == 0;
    if (!joined && (given[i] != "--lang" || i + 1 == given.size())) continue;
    const std::string code = joined ? given[i].substr(7) : given[i + 1];
    if (code != "en" && code != "zh")
      throw UsageError(words({"--lang: expected en or zh, received {}", "--lang：应为 en 或 zh，收到的是 {}"}, code));
    set_language(code == "zh" ? Language::chinese : Language::english);
  }
}

// What the command line is made of: CLI11 finds the words that belong to each argument, the arguments read them.
struct Parser {
  CLI::App app{"", "linnet"};
  bool help = false;
  std::string language;  // chosen already
  std::vector<Arguments> all = std::vector<Arguments>(commands().size());
  std::vector<std::vector<bool>> given = std::vector<std::vector<bool>>(commands().size());

  Parser() {
    app.set_help_flag("");
    app.add_flag("-h,--help", help);
    app.add_option("--lang", language);
    app.fallthrough();
    for (std::size_t i = 0; i < commands().size(); ++i) {
      commands()[i].declare(all[i]);
      given[i].resize(all[i].arguments.size());
      CLI::App* command = app.add_subcommand(commands()[i].name);
      command->set_help_flag("");
      for (std::size_t j = 0; j < all[i].arguments.size(); ++j) declare(*command, i, j);
    }
  }

  void declare(CLI::App& command, std::size_t i, std::size_t j) {
    const Argument& argument = all[i].arguments[j];
    const auto take = [this, &argument, i, j](const CLI::results_t& values) {
      given[i][j] = true;
      for (const std::string& value : values) argument.set(value);
      return true;
    };
    if (argument.type.empty()) {
      command.add_flag_callback(argument.names, [take] { take({""}); });
      return;
    }
    CLI::Option* option = command.add_option(argument.names, take)->type_name(argument.type);
    if (argument.repeats)
      option->expected(1, -1)->allow_extra_args();
    else
      option->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
  }

  // The position in commands(), or their number before one was named.
  std::size_t chosen() const {
    const auto subcommands = app.get_subcommands();
    const auto named = std::find_if(commands().begin(), commands().end(), [&](const Command& each) {
      return !subcommands.empty() && subcommands.front()->get_name() == each.name;
    });
    return static_cast<std::size_t>(named - commands().begin());
  }
  bool has_chosen() const { return chosen() < commands().size(); }

  void require_arguments() const {
    const std::vector<Argument>& arguments = all[chosen()].arguments;
    for (std::size_t j = 0; j < arguments.size(); ++j)
      if (arguments[j].required && !given[chosen()][j])
        throw UsageError(words({"expected {}: {}", "缺少 {}：{}"},
                               arguments[j].is_positional() ? arguments[j].type : arguments[j].names,
                               pick(arguments[j].about)));
  }
};

// The first argument that the program does not know, and what may have been meant by it.
std::string unknown_argument(const Parser& parser) {
  const CLI::App& command = parser.has_chosen() ? *parser.app.get_subcommands().front() : parser.app;
  Words known = {"--help", "--lang"}, unknown = parser.app.remaining(true);
  for (const CLI::Option* option : command.get_options())
    for (const std::string& name : option->get_lnames()) known.push_back("--" + name);
  if (!parser.has_chosen())
    for (const Command& each : commands()) known.emplace_back(each.name);
  if (unknown.empty()) return "";
  // an unknown option's value is unknown too: the option is what to speak of
  const auto option = std::find_if(unknown.begin(), unknown.end(), [](const auto& text) { return text[0] == '-'; });
  std::string name = option == unknown.end() ? unknown.front() : *option;
  if (name[0] == '-') name.erase(std::min(name.find('='), name.size()));
  const Text text = name[0] == '-'        ? Text{"unknown option \"{}\"{}", "没有选项 \"{}\"{}"}
                    : parser.has_chosen() ? Text{"unexpected argument \"{}\"{}", "多余的参数 \"{}\"{}"}
                                          : Text{"unknown command \"{}\"{}", "没有命令 \"{}\"{}"};
  return fmt::format(fmt::runtime(pick(text)), name, suggestion(name, known));
}

std::string explained(const Parser& parser, const CLI::ParseError& error) {
  if (std::string unknown = unknown_argument(parser); !unknown.empty()) return unknown;
  std::string text = error.what();
  if (dynamic_cast<const CLI::ArgumentMismatch*>(&error) == nullptr) return text;
  return words({"{} needs a value", "{} 后面要跟一个值"}, text.substr(0, text.find(':')));
}

int usage_error(const Parser& parser, const std::string& text) {
  complain(text);
  const std::string command = parser.has_chosen() ? std::string(commands()[parser.chosen()].name) + " " : "";
  complain(words({"linnet {}--help shows what there is", "用法见 linnet {}--help"}, command));
  return 2;
}

int run_command(const Words& words_given) {
  Parser parser;
  try {
    choose_language(words_given);
    const Words given = with_resumed_options(words_given);
    choose_language(given);                         // of the run that is resumed, unless another was asked for now
    Words backwards(given.rbegin(), given.rend());  // as CLI11 wants them
    parser.app.parse(backwards);
    if (!parser.has_chosen()) {
      if (!parser.help) speak_on_stderr();
      print(program_help());
      return parser.help ? 0 : 2;
    }
    Arguments& arguments = parser.all[parser.chosen()];
    arguments.command_line = given;
    if (parser.help) {
      print(command_help(commands()[parser.chosen()], arguments));
      return 0;
    }
    parser.require_arguments();
    return arguments.action();
  } catch (const CLI::ParseError& error) {
    return usage_error(parser, explained(parser, error));
  } catch (const UsageError& error) {
    return usage_error(parser, error.what());
  }
}

// What the library says, `[who] …`, is in English: a line that tells where one stands.
void explain_in_chinese(const Error& error, const std::string& command) {
  if (language() != Language::chinese || error.what()[0] != '[') return;
  const bool file = dynamic_cast<const FileError*>(&error) != nullptr;
  complain(
      fmt::format("{} 没有完成：{}", command,
                  file ? "上面提到的文件读不了、已损坏或写不下。请检查文件名、权限和磁盘空间。"
                       : "上面是库给出的原因（英文），依次是：哪一部分、应为什么、收到了什么。请据此检查选项和数据。"));
}

void complain_of_memory() {
  complain(words({"there is not enough memory; a smaller --batch-size or smaller --hidden needs less",
                  "内存不够；把 --batch-size 或 --hidden 调小一些"}));
}

}  // namespace

int run(int argc, char** argv) {
  int code = 1;
  try {
    adapt_progress_bar();
    code = run_command(usual_forms(Words(argv + 1, argv + argc)));
  } catch (const OutOfMemory&) {
    complain_of_memory();
  } catch (const std::bad_alloc&) {
    complain_of_memory();
  } catch (const Error& error) {
    complain(error.what());
    explain_in_chinese(error, argc > 1 ? argv[1] : "");
  } catch (const std::exception& error) {  // of the standard library: a mistake of ours, but no reason to abort
    complain(error.what());
  }
  if (flush_output()) return code;
  complain(words({"could not write all of the output: the disk may be full", "输出没有写完：磁盘可能已满"}));
  return 1;
}

}  // namespace linnet::cli
