#include "cli/arguments.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <utility>

#include "linnet/base/suggest.h"

namespace linnet::cli {

namespace {

bool is_whole(double x) { return x == std::floor(x); }

[[noreturn]] void unexpected(const std::string& name, const Text& expected, const std::string& received) {
  throw UsageError(words({"{}: expected {}, received {}", "{}：应为{}，收到的是 {}"}, name, pick(expected), received));
}

template <class Number>
Number number_from(const std::string& name, const Rule& rule, const std::string& text) {
  Number number = {};
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || stop != end || !rule.holds(static_cast<double>(number)))
    unexpected(name, rule.expected, text);
  return number;
}

std::vector<std::string> parts_of(const std::string& text) {
  std::vector<std::string> parts;
  for (std::size_t first = 0; first <= text.size();) {
    const std::size_t comma = std::min(text.find(',', first), text.size());
    parts.push_back(text.substr(first, comma - first));
    first = comma + 1;
  }
  return parts;
}

// An option whose value is one number, into a plain or an optional variable.
template <class Number, class Variable>
Argument number_argument(const char* names, Variable& value, const Rule& rule, const char* type, Text about) {
  Argument argument{.names = names, .type = type, .about = about};
  argument.set = [&value, rule, name = argument.long_name()](const std::string& text) {
    value = number_from<Number>(name, rule, text);
  };
  return argument;
}

}  // namespace

const Rule whole_above_zero = {[](double x) { return x > 0 && is_whole(x); },
                               {"a whole number above 0", "大于 0 的整数"}};
const Rule number_above_zero = {[](double x) { return x > 0 && std::isfinite(x); },
                                {"a number above 0", "大于 0 的数"}};
const Rule whole_not_negative = {[](double x) { return x >= 0 && is_whole(x); },
                                 {"a whole number of at least 0", "不小于 0 的整数"}};
const Rule not_negative = {[](double x) { return x >= 0 && std::isfinite(x); },
                           {"a number that is not negative", "不小于 0 的数"}};
const Rule part_of_one = {[](double x) { return x >= 0 && x < 1; },
                          {"a number from 0 to below 1", "从 0 到 1（不含 1）的数"}};

std::string suggestion(const std::string& given, const std::vector<std::string>& known) {
  std::string english = did_you_mean(given, known);
  const std::size_t first = english.find('"');
  if (language() == Language::english || first == std::string::npos) return english;
  return "；是不是想写 " + english.substr(first, english.rfind('"') + 1 - first) + "？";
}

std::string Argument::long_name() const {
  const std::size_t comma = names.rfind(',');
  return comma == std::string::npos ? names : names.substr(comma + 1);
}

Argument& Arguments::add(const char* names, std::string& value, const char* type, Text about) {
  return arguments.emplace_back(Argument{
      .names = names, .type = type, .about = about, .set = [&value](const std::string& text) { value = text; }});
}

Argument& Arguments::add(const char* names, std::vector<std::string>& values, const char* type, Text about) {
  return arguments.emplace_back(Argument{.names = names,
                                         .type = type,
                                         .about = about,
                                         .set = [&values](const std::string& text) { values.push_back(text); },
                                         .repeats = true});
}

Argument& Arguments::add(const char* names, int& value, const Rule& rule, const char* type, Text about) {
  return arguments.emplace_back(number_argument<int>(names, value, rule, type, about));
}

Argument& Arguments::add(const char* names, std::int64_t& value, const Rule& rule, const char* type, Text about) {
  return arguments.emplace_back(number_argument<std::int64_t>(names, value, rule, type, about));
}

Argument& Arguments::add(const char* names, std::uint64_t& value, const Rule& rule, const char* type, Text about) {
  return arguments.emplace_back(number_argument<std::uint64_t>(names, value, rule, type, about));
}

Argument& Arguments::add(const char* names, double& value, const Rule& rule, const char* type, Text about) {
  return arguments.emplace_back(number_argument<double>(names, value, rule, type, about));
}

Argument& Arguments::add(const char* names, std::optional<int>& value, const Rule& rule, const char* type, Text about) {
  return arguments.emplace_back(number_argument<int>(names, value, rule, type, about));
}

Argument& Arguments::add(const char* names, std::optional<std::int64_t>& value, const Rule& rule, const char* type,
                         Text about) {
  return arguments.emplace_back(number_argument<std::int64_t>(names, value, rule, type, about));
}

Argument& Arguments::add(const char* names, std::optional<double>& value, const Rule& rule, const char* type,
                         Text about) {
  return arguments.emplace_back(number_argument<double>(names, value, rule, type, about));
}

Argument& Arguments::add(const char* names, std::optional<std::vector<std::int64_t>>& values, const Rule& rule,
                         const char* type, Text about) {
  Argument argument{.names = names, .type = type, .about = about};
  argument.set = [&values, rule, name = argument.long_name()](const std::string& text) {
    values.emplace();
    for (const std::string& part : parts_of(text)) values->push_back(number_from<std::int64_t>(name, rule, part));
  };
  return arguments.emplace_back(std::move(argument));
}

Argument& Arguments::add_choice(const char* names, std::string& value, std::vector<std::string> choices, Text about) {
  std::string type;
  for (const std::string& choice : choices) type += (type.empty() ? "" : "|") + choice;
  Argument argument{.names = names, .type = type, .about = about};
  argument.set = [&value, choices = std::move(choices), name = argument.long_name(), type](const std::string& text) {
    if (std::find(choices.begin(), choices.end(), text) == choices.end())
      throw UsageError(words({"{}: expected {}, received {}{}", "{}：应为 {}，收到的是 {}{}"}, name, type, text,
                             suggestion(text, choices)));
    value = text;
  };
  return arguments.emplace_back(std::move(argument));
}

Argument& Arguments::add_list(const char* names, std::vector<std::string>& values, const char* type, Text about) {
  return arguments.emplace_back(
      Argument{.names = names, .type = type, .about = about, .set = [&values](const std::string& text) {
                 for (std::string& part : parts_of(text)) values.push_back(std::move(part));
               }});
}

Argument& Arguments::add_flag(const char* names, bool& value, Text about) {
  return arguments.emplace_back(
      Argument{.names = names, .about = about, .set = [&value](const std::string&) { value = true; }});
}

Argument& Arguments::add_checkpoint(std::string& value) {
  Argument argument{.names = "--checkpoint", .type = "[N]"};
  argument.about = {"Keep what a killed run needs to go on: after every epoch, or every N steps",
                    "随时保存接着训练所需的一切：每轮一次，或每 N 步一次"};
  argument.set = [&value](const std::string& text) {
    if (text != "epoch") number_from<std::int64_t>("--checkpoint", whole_above_zero, text);
    value = text;
  };
  return arguments.emplace_back(std::move(argument));
}

Argument& Arguments::add_json(std::string& value) {
  return add("--json", value, "[FILE.json]",
             {"All numbers for programs, into a file or to standard output",
              "把全部数字按 JSON 写进文件；不给文件名则写到标准输出"});
}

Argument& Arguments::add_model(std::string& value) {
  Argument& model = add("model", value, "MODEL",
                        {"A model that Linnet or Keras saved: .safetensors, .keras, .h5",
                         "Linnet 或 Keras 保存的模型：.safetensors、.keras、.h5"});
  model.required = true;
  return model;
}

}  // namespace linnet::cli
