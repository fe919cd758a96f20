#include "linnet/data/tabular.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "linnet/base/suggest.h"
#include "linnet/tensor/record.h"

namespace linnet {

TabularData::TabularData() = default;
TabularData::TabularData(const TabularData& other) = default;
TabularData::TabularData(TabularData&& other) noexcept = default;
TabularData& TabularData::operator=(const TabularData& other) = default;
TabularData& TabularData::operator=(TabularData&& other) noexcept = default;
TabularData::~TabularData() = default;

namespace {

constexpr std::int64_t most_number_classes = 20;

void check_complete(const Column& column, const char* who) {
  const std::int64_t missing = column.missing();
  check(missing == 0, "[", who, "] expected no missing cells, received ", missing, " in column \"", column.name,
        "\"; use drop_missing or fill_missing first");
}

// The classes that a numeric target counts: 0, 1, 2, … or 1, 2, 3, …; empty if it does not.
std::vector<float> counted_classes(const Column& column) {
  std::set<float> values;
  for (float value : column.values.to_vector<float>())
    if (values.insert(value).second && static_cast<std::int64_t>(values.size()) > most_number_classes) return {};
  if (values.size() < 2 || (*values.begin() != 0 && *values.begin() != 1)) return {};
  float expected = *values.begin();
  for (float value : values)
    if (value != expected++) return {};
  return {values.begin(), values.end()};
}

std::vector<float> different_values(const Column& column) {
  const auto values = column.values.to_vector<float>();
  const std::set<float> different(values.begin(), values.end());
  return {different.begin(), different.end()};
}

void set_classes(TabularData& result, const Column& column) {
  result.classification = true;
  if (!column.numeric) {
    result.data.y = {column.values};
    result.data.class_names = column.categories;
  } else {
    const std::vector<float> classes = different_values(column);
    check(classes.size() <= 1000, "[tabular_dataset] expected classes in \"", column.name, "\", received ",
          classes.size(), " different numbers; task = \"regression\" predicts numbers");
    std::vector<std::int32_t> labels;
    for (float value : column.values.to_vector<float>())
      labels.push_back(
          static_cast<std::int32_t>(std::lower_bound(classes.begin(), classes.end(), value) - classes.begin()));
    result.data.y = {from_vector(labels)};
    for (float value : classes) result.data.class_names.push_back(concat(double{value}));
  }
  check(result.data.class_names.size() >= 2, "[tabular_dataset] expected at least two classes in \"", column.name,
        "\", received ", result.data.class_names.size());
}

void set_target(TabularData& result, const Column& column, const std::string& task) {
  check(task.empty() || task == "classification" || task == "regression",
        "[tabular_dataset] expected task \"classification\", \"regression\" or \"\", received \"", task, "\"");
  check_complete(column, "tabular_dataset");
  const bool classes = task.empty() ? !column.numeric || !counted_classes(column).empty() : task == "classification";
  if (classes) return set_classes(result, column);
  check(column.numeric, "[tabular_dataset] expected numbers in the target \"", column.name, "\" of a regression, but ",
        column.first_text);
  Tensor y({column.values.size(), 1});
  const auto values = column.values.to_vector<float>();
  std::copy(values.begin(), values.end(), mutable_view(y).as<float>());
  result.data.y = {y};
}

Feature feature_of(const Column& column, const TabularOptions& options) {
  if (column.numeric) return {column.name};
  const auto count = static_cast<std::int64_t>(column.categories.size());
  check(count <= options.max_categories, "[tabular_dataset] expected at most ", options.max_categories,
        " different texts in column \"", column.name, "\", received ", count, " in ", column.values.size(), " rows (",
        column.first_text.empty() ? "it was declared categorical" : column.first_text,
        "); leave it out with ignore = {\"", column.name, "\"}, or raise max_categories");
  return {column.name, column.categories};
}

void encode_numbers(const Column& column, float* out, std::int64_t width) {
  const auto values = column.values.to_vector<float>();
  for (float value : values) {
    *out = value;
    out += width;
  }
}

// One 0/1 feature per category; what training did not know stays 0 everywhere.
void encode_categories(const Column& column, const std::vector<std::string>& known, float* out, std::int64_t width) {
  std::vector<std::int64_t> place;
  for (const std::string& category : column.categories) {
    const auto found = std::find(known.begin(), known.end(), category);
    place.push_back(found == known.end() ? -1 : found - known.begin());
  }
  for (std::int32_t code : column.values.to_vector<std::int32_t>()) {
    const std::int64_t at = place[static_cast<std::size_t>(code)];
    if (at >= 0) out[at] = 1;
    out += width;
  }
}

}  // namespace

std::vector<std::string> feature_names(const std::vector<Feature>& features) {
  std::vector<std::string> names;
  for (const Feature& feature : features) {
    if (feature.categories.empty()) names.push_back(feature.column);
    for (const std::string& category : feature.categories) names.push_back(concat(feature.column, "=", category));
  }
  return names;
}

Tensor encode_features(const Table& table, const std::vector<Feature>& features) {
  const auto width = static_cast<std::int64_t>(feature_names(features).size());
  check(width > 0, "[encode_features] expected at least one feature, received none");
  const std::vector<std::string> known = table.names();
  Tensor x = zeros({table.rows(), width});
  auto* out = mutable_view(x).as<float>();
  for (const Feature& feature : features) {
    check(std::find(known.begin(), known.end(), feature.column) != known.end(),
          "[encode_features] expected a column \"", feature.column,
          "\" as in the training data, received a table without", did_you_mean(feature.column, known));
    const Column& column = table.column(feature.column);
    check_complete(column, "encode_features");
    const bool numeric = feature.categories.empty();
    check(!numeric || column.numeric, "[encode_features] expected numbers in column \"", feature.column,
          "\" as in the training data, but ", column.first_text);
    check(numeric || !column.numeric, "[encode_features] expected texts in column \"", feature.column,
          "\" as in the training data, received numbers; read it with categorical = {\"", feature.column, "\"}");
    if (numeric) {
      encode_numbers(column, out, width);
      out += 1;
    } else {
      encode_categories(column, feature.categories, out, width);
      out += feature.categories.size();
    }
  }
  return x;
}

TabularData tabular_dataset(const Table& table, const std::string& target, const TabularOptions& options) {
  TabularData result;
  result.target = target;
  const Column& column = table.column(target);
  for (const std::string& name : options.ignore) static_cast<void>(table.column(name));
  for (const Column& each : table.columns) {
    const bool ignored = std::find(options.ignore.begin(), options.ignore.end(), each.name) != options.ignore.end();
    if (each.name != target && !ignored) result.features.push_back(feature_of(each, options));
  }
  check(!result.features.empty(), "[tabular_dataset] expected columns besides the target \"", target,
        "\" as features, received none");
  result.feature_names = feature_names(result.features);
  set_target(result, column, options.task);
  result.data.x = {encode_features(table, result.features)};
  result.data.name = table.path;
  return result;
}

}  // namespace linnet
