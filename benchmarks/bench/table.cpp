#include "table.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

namespace linnet::bench {
namespace {

constexpr std::size_t gap = 2;  // spaces between columns

// About three digits, without an exponent.
std::string number_text(double value) {
  if (std::isnan(value)) return "-";
  if (value == std::round(value)) return fmt::format("{:.0f}", value);
  const double magnitude = std::abs(value);
  return fmt::format("{:.{}f}", value, magnitude >= 100 ? 0 : magnitude >= 10 ? 1 : magnitude >= 1 ? 2 : 3);
}

bool is_number(const Cell& cell) { return std::holds_alternative<double>(cell); }

std::string cell_text(const Cell& cell) {
  return is_number(cell) ? number_text(std::get<double>(cell)) : std::get<std::string>(cell);
}

// Width on the screen of UTF-8: every byte but the continuing ones begins a character.
std::size_t width_of(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

std::vector<std::size_t> column_widths(const Table& table) {
  std::vector<std::size_t> widths;
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    std::size_t width = width_of(table.columns[i].name);
    for (const Row& row : table.rows) width = std::max(width, width_of(cell_text(row[i])));
    widths.push_back(width);
  }
  return widths;
}

std::string group_line(const Table& table, const std::vector<std::size_t>& widths) {
  std::string line;
  bool any = false;
  for (std::size_t first = 0, last = 0; first < widths.size(); first = last) {
    const std::string& group = table.columns[first].group;
    std::size_t width = 0;
    for (; last < widths.size() && table.columns[last].group == group; ++last) width += widths[last] + gap;
    any |= !group.empty();
    line += std::string(gap, ' ') +
            (group.empty() ? std::string(width - gap, ' ') : fmt::format("{:-^{}}", " " + group + " ", width - gap));
  }
  return any ? line + "\n" : "";
}

std::string row_line(const Row& row, const std::vector<std::size_t>& widths, const std::vector<bool>& to_the_right) {
  std::string line;
  for (std::size_t i = 0; i < row.size(); ++i) {
    const std::string text = cell_text(row[i]), space(widths[i] - width_of(text), ' ');
    line += std::string(gap, ' ') + (to_the_right[i] ? space + text : text + space);
  }
  return line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
}

nlohmann::json cell_json(const Cell& cell) {
  if (!is_number(cell)) return std::get<std::string>(cell);
  const double value = std::get<double>(cell);
  return std::isnan(value) ? nlohmann::json() : nlohmann::json(value);
}

}  // namespace

std::string Table::text() const {
  const std::vector<std::size_t> widths = column_widths(*this);
  std::vector<bool> to_the_right;
  Row names;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    to_the_right.push_back(!rows.empty() && is_number(rows[0][i]));
    names.emplace_back(columns[i].name);
  }
  std::string result = "\n" + title + "\n";
  if (!rows.empty()) result += group_line(*this, widths) + row_line(names, widths, to_the_right);
  for (const Row& row : rows) result += row_line(row, widths, to_the_right);
  for (const std::string& note : notes) result += "  " + note + "\n";
  return result;
}

nlohmann::json Table::json() const {
  nlohmann::json list = nlohmann::json::array();
  for (const Row& row : rows) {
    nlohmann::json object;
    for (std::size_t i = 0; i < columns.size(); ++i) {
      nlohmann::json& place = columns[i].group.empty() ? object : object[columns[i].group];
      place[columns[i].name] = cell_json(row[i]);
    }
    list.push_back(object);
  }
  return {{"title", title}, {"rows", list}, {"notes", notes}};
}

}  // namespace linnet::bench
