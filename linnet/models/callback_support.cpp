#include "linnet/models/callback_support.h"

#include <cmath>
#include <limits>

#include "linnet/base/fields.h"
#include "linnet/base/warning.h"
#include "linnet/models/progress_bar.h"

namespace linnet {

namespace {

std::string joined_keys(const Logs& logs) {
  std::string text;
  for (const auto& entry : logs) text += (text.empty() ? "" : ", ") + entry.first;
  return text;
}

}  // namespace

void say(const std::string& line) { default_console().print(line + "\n"); }

const double* monitored(const Logs& logs, const std::string& monitor, const char* who) {
  const double* value = logs.find(monitor);
  if (value == nullptr)
    warn(concat("[", who, "] expected to monitor \"", monitor, "\", but the logs have only: ", joined_keys(logs)));
  return value;
}

bool larger_is_better(const std::string& mode, const std::string& monitor, const char* who) {
  check(mode == "auto" || mode == "min" || mode == "max", "[", who, "] expected mode auto, min or max, received \"",
        mode, "\"");
  if (mode != "auto") return mode == "max";
  const std::string words = "_" + monitor + "_";  // whole words: "previous" holds "iou"
  for (const char* word : {"accuracy", "acc", "auc", "precision", "recall", "f1_score", "fbeta_score", "iou", "io_u",
                           "r2_score", "sensitivity", "specificity", "true_positives", "true_negatives",
                           "cosine_similarity", "pearson_correlation", "concordance_correlation"})
    if (words.find(concat("_", word, "_")) != std::string::npos) return true;
  return false;
}

bool improves(double value, double reference, bool larger, double min_delta) {
  return larger ? value - min_delta > reference : value + min_delta < reference;
}

double worst(bool larger) {
  return larger ? -std::numeric_limits<double>::infinity() : std::numeric_limits<double>::infinity();
}

Value exact_value(double number) {
  return std::isfinite(number) ? Value(number) : Value(std::isnan(number) ? "nan" : number > 0 ? "inf" : "-inf");
}

double exact_double(const Value& value) {
  if (!value.is_string()) return value.as_double();
  const std::string& text = value.as_string();
  check(text == "nan" || text == "inf" || text == "-inf", "[callback] expected a number, received \"", text, "\"");
  const double infinity = std::numeric_limits<double>::infinity();
  return text == "nan" ? std::numeric_limits<double>::quiet_NaN() : text == "inf" ? infinity : -infinity;
}

namespace {

Config array_to_config(const Tensor& array) {
  List numbers;
  for (double number : array.to_vector<double>()) numbers.push_back(exact_value(number));
  return Config{{"shape", to_value(array.shape())}, {"numbers", std::move(numbers)}};
}

Tensor array_from_config(const Config& config) {
  Shape shape;
  from_value(config.at("shape"), shape);
  std::vector<float> numbers;
  for (const Value& number : config.at("numbers").as_list())
    numbers.push_back(static_cast<float>(exact_double(number)));
  check(shape.size() == static_cast<std::int64_t>(numbers.size()), "[callback] expected ", shape.size(),
        " numbers of an array of shape ", shape, ", received ", numbers.size());
  return from_vector(numbers, shape);
}

}  // namespace

Config history_to_config(const History& history) {
  Config values;
  for (const auto& [name, list] : history.history) {
    List numbers;
    for (double number : list) numbers.push_back(exact_value(number));
    values.set(name, std::move(numbers));
  }
  Config arrays;
  for (const auto& [name, list] : history.arrays) {
    List epochs;
    for (const Tensor& results : list) epochs.emplace_back(array_to_config(results));
    arrays.set(name, std::move(epochs));
  }
  return Config{{"epoch", to_value(history.epoch)}, {"history", std::move(values)}, {"arrays", std::move(arrays)}};
}

History history_from_config(const Config& config) {
  History history;
  from_value(config.at("epoch"), history.epoch);
  for (const auto& [name, numbers] : config.at("history").as_config().entries())
    for (const Value& number : numbers.as_list()) history.history[name].push_back(exact_double(number));
  if (const Value* arrays = config.find("arrays"))
    for (const auto& [name, epochs] : arrays->as_config().entries())
      for (const Value& results : epochs.as_list())
        history.arrays[name].push_back(array_from_config(results.as_config()));
  return history;
}

void check_class(const CallbackState& state, const char* class_name) {
  const Value* received = state.values.find("class_name");
  check(received != nullptr && received->is_string() && received->as_string() == class_name, "[", class_name,
        "] expected its own state, received ", received == nullptr ? Value() : *received,
        "; resume with the callbacks of the interrupted training, in their order");
}

}  // namespace linnet
