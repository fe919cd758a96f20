// Tables: which columns there are, what is missing, what the target asks for.
#include <algorithm>
#include <cmath>
#include <filesystem>
#include <map>

#include "cli/arguments.h"
#include "cli/terminal.h"
#include "cli/training_data.h"
#include "linnet/data/batches.h"
#include "linnet/data/csv.h"
#include "linnet/data/datasets.h"
#include "linnet/ops/elementwise.h"
#include "linnet/ops/reduce.h"

namespace linnet::cli {

namespace {

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

void check_column(const Table& table, const char* option, const std::string& name) {
  const std::vector<std::string> names = table.names();
  if (std::find(names.begin(), names.end(), name) == names.end())
    throw UsageError(words({"{} {}: no such column{}\nThe columns are: {}", "{} {}：没有这一列{}\n表中的列有：{}"},
                           option, name, suggestion(name, names), joined(names)));
}

// The column to predict: the one asked for, or what is known of the tables that come along.
std::string target_of(const Table& table, const DataOptions& options) {
  std::string target = options.target;
  if (target.empty())
    for (const datasets::Description& each : datasets::available(options.folder))
      if (each.name == options.source) target = each.target;
  if (target.empty())
    throw UsageError(words({"--target: which column is to be predicted?\nThe columns of {} are: {}",
                            "--target：要预测哪一列？\n{} 中的列有：{}"},
                           table.path, joined(table.names())));
  check_column(table, "--target", target);
  return target;
}

void drop_columns(Table& table, const DataOptions& options, const std::string& target) {
  for (const std::string& name : options.drop) {
    check_column(table, "--drop", name);
    if (name == target)
      throw UsageError(words({"--drop {}: this is the target", "--drop {}：这一列是要预测的目标"}, name));
    std::erase_if(table.columns, [&](const Column& column) { return column.name == name; });
  }
}

// Which rows lack a value in one of `names`.
std::int64_t incomplete_rows(const Table& table, const std::vector<std::string>& names) {
  return table.rows() - drop_missing(table, names).rows();
}

[[noreturn]] void report_missing(const Table& table, std::int64_t lacking) {
  std::string places;
  for (const auto& [line, column] : table.missing.first)
    if (const std::vector<std::string> names = table.names();
        std::find(names.begin(), names.end(), column) != names.end())
      places += words({"{}line {} ({})", "{}第 {} 行（{}）"}, places.empty() ? "" : pick({", ", "、"}), line, column);
  fail(words({"{}: {} of {} rows have missing cells: {}{}\n"
              "Choose what to do about them:\n"
              "  --missing drop    leave these rows out\n"
              "  --missing mean    put in the column's mean, or its most frequent text\n"
              "  --drop COLUMN     do without the column",
              "{}：{} / {} 行有缺失的单元格：{}{}\n"
              "请选择怎么处理：\n"
              "  --missing drop    去掉这些行\n"
              "  --missing mean    用该列的平均值（文字列用最常见的值）补上\n"
              "  --drop 列名       不用这一列"},
             table.path, lacking, table.rows(), places, table.missing.count > 10 ? ", …" : ""));
}

// What stands for a missing cell: the mean of the training rows, or their most frequent text.
Value replacement(const Column& column, const std::vector<std::int64_t>& training_rows) {
  if (column.numeric) {
    const auto values = column.values.to_vector<double>();
    double sum = 0, count = 0;
    for (std::int64_t row : training_rows)
      if (const double value = values[static_cast<std::size_t>(row)]; !std::isnan(value)) sum += value, ++count;
    return count > 0 ? sum / count : 0.0;
  }
  const auto codes = column.values.to_vector<std::int32_t>();
  std::vector<std::int64_t> counts(column.categories.size());
  for (std::int64_t row : training_rows)
    if (const std::int32_t code = codes[static_cast<std::size_t>(row)]; code >= 0)
      ++counts[static_cast<std::size_t>(code)];
  return column.categories.at(
      static_cast<std::size_t>(std::max_element(counts.begin(), counts.end()) - counts.begin()));
}

// Drops or fills rows with missing cells, as asked for; rows without a target are of no use and always left out.
void treat_missing(Table& table, const std::string& target, const DataOptions& options) {
  if (options.missing == "fail") {
    if (const std::int64_t lacking = incomplete_rows(table, {}); lacking > 0) report_missing(table, lacking);
    return;
  }
  const std::int64_t before = table.rows();
  table = drop_missing(table, options.missing == "drop" ? std::vector<std::string>() : std::vector{target});
  if (table.rows() < before)
    say({"{} of {} rows have missing cells and are left out.\n", "{} / {} 行有缺失的单元格，已去掉。\n"},
        before - table.rows(), before);
}

// Encodes the features anew, missing cells filled with what the training rows say: the others are not looked at.
void fill_features(Table table, TabularData& data, Description& description, const std::vector<std::int64_t>& order,
                   const DataOptions& options) {
  const auto training = order.begin() + training_size(table.rows(), options);
  const std::int64_t filled = incomplete_rows(table, {});
  for (const Feature& feature : data.features)
    description.fill.push_back(replacement(table.column(feature.column), {order.begin(), training}));
  fill_cells(table, data.features, description.fill);
  data.data.x = {encode_features(table, data.features)};
  if (filled > 0)
    say({"{} of {} rows have missing cells, filled with the mean, or the most frequent text, of the training rows.\n",
         "{} / {} 行有缺失的单元格，已用训练数据的平均值（文字列用最常见的值）补上。\n"},
        filled, table.rows());
}

void say_task(const Table& table, const TabularData& data, const DataOptions& options) {
  const Column& target = table.column(data.target);
  const std::string asked = options.task.empty() ? "" : pick({" (as --task says)", "（由 --task 指定）"});
  if (data.classification)
    say({"Target \"{}\" has {} classes: a classification{}.\n", "目标 \"{}\" 有 {} 个类别：这是分类问题{}。\n"},
        data.target, data.data.class_names.size(), asked);
  else
    say({"Target \"{}\" is a number: a regression{}.\n", "目标 \"{}\" 是数值：这是回归问题{}。\n"}, data.target, asked);
  if (options.task.empty() && target.numeric && data.classification)
    say({"(--task regression would predict it as a number.)\n",
         "（若要把它当作数值来预测，加上 --task regression。）\n"});
  say({"{} features: {}\n", "{} 个特征：{}\n"}, data.feature_names.size(),
      wrapped(joined(data.feature_names), static_cast<std::size_t>(columns()), 2));
}

}  // namespace

TrainingData load_table(const DataOptions& options, const std::string& path) {
  Table table = read_csv(path, {.missing = Missing::keep});
  const std::string target = target_of(table, options);
  drop_columns(table, options, target);
  treat_missing(table, target, options);
  const bool fills = options.missing == "mean";
  TabularData data = tabular_dataset(fills ? fill_missing(table) : table, target, {.task = options.task});
  const std::vector<std::int64_t> order = sample_order(data.data);

  TrainingData result{.description = {.data = options.source, .is_table = true, .target = target}};
  if (fills) fill_features(table, data, result.description, order, options);
  say_task(table, data, options);
  result.description.features = data.features;
  result.description.classification = data.classification;
  result.description.classes = data.data.class_names;
  split_samples(result, data.data, order, options);
  return result;
}

}  // namespace linnet::cli
