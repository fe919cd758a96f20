// What a command can be asked for: its options with their meaning, kept apart from the library that parses them, which
// is slow to compile.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "cli/language.h"
#include "linnet/base/check.h"

namespace linnet::cli {

/// The command line makes no sense: exit code 2.
class UsageError : public Error {
 public:
  using Error::Error;
};

/// did_you_mean() in the language of the command.
std::string suggestion(const std::string& given, const std::vector<std::string>& known);

/// Which numbers an option takes, and the words for them.
struct Rule {
  bool (*holds)(double);
  Text expected;
};
extern const Rule whole_above_zero, number_above_zero, whole_not_negative, not_negative, part_of_one;

/// One option ("--epochs", "-n,--name"), flag, or, without dashes, positional argument.
struct Argument {
  std::string names;
  std::string type = {};  // shown behind the name; empty for a flag
  Text about = {};
  std::function<void(const std::string&)> set = {};  // throws UsageError
  bool required = false;
  bool repeats = false;  // takes all that is left
  bool is_positional() const { return names.front() != '-'; }
  std::string long_name() const;  // "--name"
};

class Arguments {
 public:
  /// Options show in help in the order in which they are added:
  ///   arguments.add("--epochs", options->epochs, whole_above_zero, "N", {"Rounds …", "训练轮数 …"});
  Argument& add(const char* names, std::string& value, const char* type, Text about);
  Argument& add(const char* names, std::vector<std::string>& values, const char* type, Text about);
  Argument& add(const char* names, int& value, const Rule& rule, const char* type, Text about);
  Argument& add(const char* names, std::int64_t& value, const Rule& rule, const char* type, Text about);
  Argument& add(const char* names, std::uint64_t& value, const Rule& rule, const char* type, Text about);
  Argument& add(const char* names, double& value, const Rule& rule, const char* type, Text about);
  Argument& add(const char* names, std::optional<int>& value, const Rule& rule, const char* type, Text about);
  Argument& add(const char* names, std::optional<std::int64_t>& value, const Rule& rule, const char* type, Text about);
  Argument& add(const char* names, std::optional<double>& value, const Rule& rule, const char* type, Text about);
  Argument& add(const char* names, std::optional<std::vector<std::int64_t>>& values, const Rule& rule, const char* type,
                Text about);
  /// A word out of a list.
  Argument& add_choice(const char* names, std::string& value, std::vector<std::string> choices, Text about);
  /// Names with commas between them: --drop id,name
  Argument& add_list(const char* names, std::vector<std::string>& values, const char* type, Text about);
  Argument& add_flag(const char* names, bool& value, Text about);
  /// --json [FILE]: FILE must end in .json, so that --json before another argument is not taken for its name; without
  /// one (or with -) the value is "-", standard output.
  Argument& add_json(std::string& value);
  /// MODEL: the file of a saved model, which must be given.
  Argument& add_model(std::string& value);
  /// --checkpoint [N]: alone it means "epoch".
  Argument& add_checkpoint(std::string& value);

  void example(const char* command, Text what) { examples.push_back({command, what}); }

  struct Example {
    const char* command;
    Text what;
  };
  std::vector<Argument> arguments = {};
  std::vector<Example> examples = {};
  std::vector<Text> notes = {};                // paragraphs between options and examples
  std::function<int()> action = {};            // what the command does; its exit code
  std::vector<std::string> command_line = {};  // as it was given, from the name of the command on
};

/// A command of the program: `linnet train …`.
struct Command {
  const char* name;
  Text about;
  void (*declare)(Arguments&);
};
const std::vector<Command>& commands();

}  // namespace linnet::cli
