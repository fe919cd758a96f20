// What can be done with a table once it is read.
#include <algorithm>
#include <charconv>
#include <cmath>

#include "linnet/base/atomic_file.h"
#include "linnet/base/suggest.h"
#include "linnet/data/csv.h"
#include "linnet/data/file_reader.h"
#include "linnet/ops/gather.h"
#include "linnet/tensor/record.h"

namespace linnet {

Column::Column() = default;
Column::Column(const Column& other) = default;
Column::Column(Column&& other) noexcept = default;
Column& Column::operator=(const Column& other) = default;
Column& Column::operator=(Column&& other) noexcept = default;
Column::~Column() = default;

Table::Table() = default;
Table::Table(const Table& other) = default;
Table::Table(Table&& other) noexcept = default;
Table& Table::operator=(const Table& other) = default;
Table& Table::operator=(Table&& other) noexcept = default;
Table::~Table() = default;

namespace {

bool is_missing(const Column& column, std::int64_t row) {
  const kernels::View values = view(column.values);
  if (values.dtype == float32) return std::isnan(values.as<float>()[row]);
  return values.dtype == int32 && values.as<std::int32_t>()[row] < 0;
}

const Column& find_column(const Table& table, const std::string& name, const char* who) {
  for (const Column& column : table.columns)
    if (column.name == name) return column;
  std::string known;
  for (const std::string& each : table.names()) {
    known += known.empty() ? "" : ", ";
    if (known.size() > 400) {
      known += "…";
      break;
    }
    known += "\"" + each + "\"";
  }
  fail("[", who, "] expected one of the columns ", known, ", received \"", name, "\"",
       did_you_mean(name, table.names()));
}

// Which columns are meant: `names`, or all.
std::vector<bool> chosen(const Table& table, const std::vector<std::string>& names, const char* who) {
  std::vector<bool> result(table.columns.size(), names.empty());
  for (const std::string& name : names)
    result[static_cast<std::size_t>(&find_column(table, name, who) - table.columns.data())] = true;
  return result;
}

void fill_with_mean(Column& column) {
  auto values = column.values.mutable_data<float>();
  double sum = 0;
  std::int64_t count = 0;
  for (float value : values)
    if (!std::isnan(value)) sum += double{value}, ++count;
  check(count > 0, "[fill_missing] the column \"", column.name, "\" has no values to take the mean of; leave it out");
  for (float& value : values)
    if (std::isnan(value)) value = static_cast<float>(sum / static_cast<double>(count));
}

void fill_with_most_frequent(Column& column) {
  auto values = column.values.mutable_data<std::int32_t>();
  std::vector<std::int64_t> count(column.categories.size());
  for (std::int32_t value : values)
    if (value >= 0) ++count[static_cast<std::size_t>(value)];
  check(!count.empty(), "[fill_missing] the column \"", column.name, "\" has no values to choose from; leave it out");
  const auto most = static_cast<std::int32_t>(std::max_element(count.begin(), count.end()) - count.begin());
  for (std::int32_t& value : values)
    if (value < 0) value = most;
}

void append_cell(std::string& text, const std::string& cell) {
  const bool plain = !cell.empty() && cell.find_first_of("\",\r\n") == std::string::npos && cell.front() != ' ' &&
                     cell.back() != ' ' && cell.front() != '\t' && cell.back() != '\t';
  if (plain) {
    text += cell;
    return;
  }
  text += '"';
  for (char c : cell) text.append(c == '"' ? 2 : 1, c);
  text += '"';
}

void append_value(std::string& text, const Column& column, std::int64_t row) {
  if (is_missing(column, row)) return;
  const kernels::View values = view(column.values);
  if (values.dtype == int32) {
    append_cell(text, column.categories.at(static_cast<std::size_t>(values.as<std::int32_t>()[row])));
  } else if (values.dtype == uint8) {
    text += std::to_string(values.as<std::uint8_t>()[row]);
  } else {
    char digits[32];
    const auto result = std::to_chars(digits, digits + sizeof digits, values.as<float>()[row]);
    text.append(digits, result.ptr);
  }
}

}  // namespace

std::int64_t Column::missing() const {
  std::int64_t count = 0;
  for (std::int64_t row = 0; row < values.size(); ++row) count += is_missing(*this, row);
  return count;
}

std::string MissingCells::text(std::int64_t all_rows) const {
  std::string text = concat(count, count == 1 ? " missing cell in " : " missing cells in ", rows, " of ", all_rows,
                            all_rows == 1 ? " row" : " rows");
  for (std::size_t i = 0; i < first.size(); ++i) {
    const bool same_line = i > 0 && first[i].line == first[i - 1].line;
    text += same_line ? ", " : i == 0 ? ": line " : "), line ";
    text += same_line ? first[i].column : concat(first[i].line, " (", first[i].column);
  }
  if (!first.empty()) text += static_cast<std::int64_t>(first.size()) < count ? "), …" : ")";
  return text;
}

std::int64_t Table::rows() const { return columns.empty() ? 0 : columns[0].values.size(); }

std::vector<std::string> Table::names() const {
  std::vector<std::string> all;
  all.reserve(columns.size());
  for (const Column& each : columns) all.push_back(each.name);
  return all;
}

const Column& Table::column(const std::string& name) const { return find_column(*this, name, "Table"); }

Table Table::take(const std::vector<std::int64_t>& positions) const {
  Table result = *this;
  const Tensor indices = from_vector(positions);
  for (Column& each : result.columns) each.values = linnet::take(each.values, indices);
  return result;
}

Table drop_missing(const Table& table, const std::vector<std::string>& columns) {
  const std::vector<bool> looked_at = chosen(table, columns, "drop_missing");
  std::vector<std::int64_t> complete;
  for (std::int64_t row = 0; row < table.rows(); ++row) {
    bool whole = true;
    for (std::size_t i = 0; i < looked_at.size() && whole; ++i)
      whole = !looked_at[i] || !is_missing(table.columns[i], row);
    if (whole) complete.push_back(row);
  }
  return static_cast<std::int64_t>(complete.size()) == table.rows() ? table : table.take(complete);
}

Table fill_missing(const Table& table, const std::vector<std::string>& columns) {
  const std::vector<bool> looked_at = chosen(table, columns, "fill_missing");
  Table result = table;
  for (std::size_t i = 0; i < looked_at.size(); ++i) {
    Column& column = result.columns[i];
    if (!looked_at[i] || column.missing() == 0) continue;
    column.values = column.values.clone();
    column.numeric ? fill_with_mean(column) : fill_with_most_frequent(column);
  }
  return result;
}

void write_csv(const std::string& path, const Table& table) {
  std::string text;
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    if (i > 0) text += ',';
    append_cell(text, table.columns[i].name);
  }
  text += '\n';
  for (std::int64_t row = 0; row < table.rows(); ++row) {
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
      if (i > 0) text += ',';
      append_value(text, table.columns[i], row);
    }
    text += '\n';
  }
  write_file_atomically(path, text, "write_csv");
}

}  // namespace linnet
