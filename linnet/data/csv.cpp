// A CSV file is read twice: the first time to see what its columns are and whether all is well, the second time into
// columns of the right kind, whose size is known by then.
#include "linnet/data/csv.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>
#include <unordered_map>
#include <unordered_set>

#include "linnet/data/csv_cells.h"
#include "linnet/data/text.h"
#include "linnet/tensor/record.h"

namespace linnet {

namespace {

constexpr std::size_t most_columns = 100'000;
constexpr std::size_t longest_header = 4 << 20;
constexpr std::size_t most_reported = 10;

// A finite number that float32 can hold.
std::optional<double> number_in(std::string_view text, char decimal) {
  std::array<char, 64> with_point;
  if (text.starts_with('+') && !text.starts_with("+-")) text.remove_prefix(1);
  if (decimal != '.') {
    if (text.size() > with_point.size() || text.find('.') != std::string_view::npos) return std::nullopt;
    std::replace_copy(text.begin(), text.end(), with_point.begin(), decimal, '.');
    text = {with_point.data(), text.size()};
  }
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  if (!(std::abs(value) <= double{std::numeric_limits<float>::max()})) return std::nullopt;
  return value;
}

// What is known of a column after the first reading.
struct Kind {
  std::string name = {};
  bool categorical = false, must_be_numeric = false;
  bool fits_bytes = true;  // whole numbers from 0 to 255
  std::string first_text = {};

  std::size_t bytes() const { return !categorical && fits_bytes ? 1 : 4; }
};

class Cells : public detail::CsvVisitor {
 protected:
  Cells(const detail::FileReader& file, const CsvOptions& options)
      : file_(file), options_(options), missing_(options.missing_values.begin(), options.missing_values.end()) {
    for (const std::string& each : missing_) digits_may_be_missing_ = digits_may_be_missing_ || begins_with_digit(each);
  }

  bool is_missing(std::string_view text) const {
    if (text.empty()) return true;
    if (begins_with_digit(text) && !digits_may_be_missing_) return false;  // most cells
    return missing_.contains(std::string(text));
  }
  [[noreturn]] void reject(std::int64_t line, const std::string& reason, const std::string& hint = "") const {
    file_.reject(concat("line ", line, ": ", reason), hint);
  }

  const detail::FileReader& file_;
  const CsvOptions& options_;

 private:
  static bool begins_with_digit(std::string_view text) {
    return !text.empty() && text.front() >= '0' && text.front() <= '9';
  }

  std::unordered_set<std::string> missing_;
  bool digits_may_be_missing_ = false;
};

class FirstReading final : public Cells {
 public:
  FirstReading(const detail::FileReader& file, const CsvOptions& options) : Cells(file, options) {}

  void cell(std::string_view text, std::int64_t line) override {
    text = detail::trimmed(text);
    if (header_) {
      name(text, line);
    } else {
      if (position_ < columns.size()) value(columns[position_], text, line);
      ++position_;
    }
  }

  void end_of_row(std::int64_t line) override {
    if (header_) {
      header_ = false;
      apply_options();
      return;
    }
    if (position_ != columns.size())
      reject(line, concat("expected ", columns.size(), " cells as in the header, received ", position_),
             "a text with a comma in it needs quotes");
    missing.rows += row_misses_;
    row_misses_ = false;
    position_ = 0;
    ++rows;
  }

  std::vector<Kind> columns;
  MissingCells missing;
  std::int64_t rows = 0;

 private:
  void check_text(std::string_view text, std::int64_t line) const {
    if (text.find('\0') != std::string_view::npos)
      reject(line, "expected text, received bytes that are none", "is it a CSV file? UTF-16 must be saved as UTF-8");
    if (!detail::is_utf8(text))
      reject(line, "expected UTF-8, received bytes of another encoding",
             "save the table as UTF-8 (in Excel: \"CSV UTF-8\"), or: iconv -f GB18030 -t UTF-8");
  }

  void name(std::string_view text, std::int64_t line) {
    check_text(text, line);
    if (text.empty())
      reject(line, concat("the header has no name for column ", columns.size() + 1),
             "the first line names every column");
    header_bytes_ += text.size();
    if (columns.size() == most_columns || header_bytes_ > longest_header)
      reject(line,
             concat("expected a header of at most ", most_columns, " names and ", detail::bytes_text(longest_header)));
    if (!names_.insert(std::string(text)).second)
      reject(line, concat("the header has two columns \"", text, "\""), "give them different names");
    columns.push_back({.name = std::string(text)});
  }

  void apply_options() {
    const bool looks_like_data = std::all_of(columns.begin(), columns.end(), [&](const Kind& column) {
      return number_in(column.name, options_.decimal).has_value();
    });
    if (looks_like_data)
      reject(1, "expected a header that names the columns, received numbers", "add a first line such as: age,price");
    for (const std::string& wanted : options_.categorical) find(wanted).categorical = true;
    for (const std::string& wanted : options_.numeric) find(wanted).must_be_numeric = true;
  }

  Kind& find(const std::string& wanted) {
    const auto found =
        std::find_if(columns.begin(), columns.end(), [&](const Kind& column) { return column.name == wanted; });
    if (found == columns.end()) file_.reject(concat("there is no column \"", wanted, "\""));
    return *found;
  }

  void value(Kind& column, std::string_view text, std::int64_t line) {
    if (is_missing(text)) {
      column.fits_bytes = false;
      row_misses_ = true;
      if (++missing.count <= static_cast<std::int64_t>(most_reported)) missing.first.push_back({line, column.name});
      return;
    }
    const std::optional<double> number = number_in(text, options_.decimal);
    if (number) {
      column.fits_bytes = column.fits_bytes && *number >= 0 && *number <= 255 && *number == std::floor(*number);
      return;
    }
    check_text(text, line);
    if (column.must_be_numeric)
      reject(line, concat("expected a finite number in column \"", column.name, "\", received \"",
                          detail::shortened(text), "\""));
    column.categorical = true;
    if (column.first_text.empty())
      column.first_text = concat("line ", line, " holds \"", detail::shortened(text), "\"");
  }

  std::unordered_set<std::string> names_;
  bool header_ = true, row_misses_ = false;
  std::size_t position_ = 0, header_bytes_ = 0;
};

class SecondReading final : public Cells {
 public:
  SecondReading(const detail::FileReader& file, const CsvOptions& options, const FirstReading& first)
      : Cells(file, options), rows_(first.rows), codes_(first.columns.size()) {
    table.path = file.path();
    table.missing = first.missing;
    std::uint64_t row_bytes = 0;
    for (const Kind& kind : first.columns) row_bytes += kind.bytes();
    if (__builtin_mul_overflow(row_bytes, static_cast<std::uint64_t>(rows_), &used_) || used_ > file.allowed())
      file.reject_size(concat("a table of ", rows_, " rows and ", first.columns.size(), " columns"));
    for (const Kind& kind : first.columns) {
      Column column;
      column.name = kind.name;
      column.numeric = !kind.categorical;
      column.first_text = kind.first_text;
      column.values = Tensor({rows_}, kind.categorical ? int32 : kind.fits_bytes ? uint8 : float32);
      data_.push_back(mutable_view(column.values).data);
      table.columns.push_back(std::move(column));
    }
  }

  void cell(std::string_view text, std::int64_t) override {
    if (header_) return;
    if (row_ == rows_ || position_ == data_.size()) changed();
    text = detail::trimmed(text);
    const Column& column = table.columns[position_];
    if (!column.numeric) {
      static_cast<std::int32_t*>(data_[position_])[row_] = is_missing(text) ? -1 : code(text);
    } else {
      const bool missing = is_missing(text);
      const std::optional<double> number = missing ? std::nan("") : number_in(text, options_.decimal);
      if (!number || (missing && column.values.dtype() == uint8)) changed();
      if (column.values.dtype() == uint8)
        static_cast<std::uint8_t*>(data_[position_])[row_] = static_cast<std::uint8_t>(*number);
      else
        static_cast<float*>(data_[position_])[row_] = static_cast<float>(*number);
    }
    ++position_;
  }

  void end_of_row(std::int64_t) override {
    if (!std::exchange(header_, false)) ++row_;
    position_ = 0;
  }

  Table finish() {
    if (row_ != rows_) changed();
    for (std::size_t i = 0; i < codes_.size(); ++i)
      if (!table.columns[i].numeric) sort_categories(table.columns[i], static_cast<std::int32_t*>(data_[i]));
    return std::move(table);
  }

  Table table;

 private:
  [[noreturn]] void changed() const { file_.reject("the file changed while it was read"); }

  std::int32_t code(std::string_view text) {
    auto& codes = codes_[position_];
    const auto [place, is_new] = codes.try_emplace(std::string(text), static_cast<std::int32_t>(codes.size()));
    if (is_new) {
      table.columns[position_].categories.emplace_back(text);
      used_ += 250 + 3 * text.size();  // about what it takes in the map, in the list and while they are sorted
      if (used_ > file_.allowed())
        file_.reject_size(concat("a table with ", codes.size(), " different texts in column \"",
                                 table.columns[position_].name, "\""));
    }
    return place->second;
  }

  void sort_categories(Column& column, std::int32_t* values) const {
    const std::size_t n = column.categories.size();
    std::vector<std::optional<double>> numbers(n);
    for (std::size_t i = 0; i < n; ++i) numbers[i] = number_in(column.categories[i], options_.decimal);
    const bool all_numbers =
        std::all_of(numbers.begin(), numbers.end(), [](const auto& each) { return each.has_value(); });
    std::vector<std::int32_t> order(n), rank(n);
    for (std::size_t i = 0; i < n; ++i) order[i] = static_cast<std::int32_t>(i);
    std::sort(order.begin(), order.end(), [&](std::int32_t a, std::int32_t b) {
      const auto i = static_cast<std::size_t>(a), j = static_cast<std::size_t>(b);
      if (all_numbers && *numbers[i] != *numbers[j]) return *numbers[i] < *numbers[j];
      return column.categories[i] < column.categories[j];
    });
    std::vector<std::string> sorted(n);
    for (std::size_t i = 0; i < n; ++i) {
      rank[static_cast<std::size_t>(order[i])] = static_cast<std::int32_t>(i);
      sorted[i] = std::move(column.categories[static_cast<std::size_t>(order[i])]);
    }
    column.categories = std::move(sorted);
    for (std::int64_t row = 0; row < rows_; ++row)
      if (values[row] >= 0) values[row] = rank[static_cast<std::size_t>(values[row])];
  }

  std::int64_t rows_, row_ = 0;
  std::vector<void*> data_;
  std::vector<std::unordered_map<std::string, std::int32_t>> codes_;
  std::uint64_t used_ = 0;
  bool header_ = true;
  std::size_t position_ = 0;
};

}  // namespace

Table read_csv(const std::string& path, const CsvOptions& options) {
  detail::FileReader file("read_csv", path, options.limits);
  const std::string beginning = detail::beginning_of_text(file);
  const char delimiter = options.delimiter != 0 ? options.delimiter : detail::likely_delimiter(beginning);
  FirstReading first(file, options);
  detail::visit_cells(file, delimiter, first);
  if (first.columns.empty()) file.reject("expected a header and rows, received nothing");
  if (first.rows == 0) file.reject("expected rows below the header, received none");
  if (first.missing.count > 0 && options.missing == Missing::fail)
    file.reject(first.missing.text(first.rows),
                "leave out these rows (Missing::drop), fill the cells with the column's mean or most frequent value "
                "(Missing::fill), or complete the file");
  SecondReading second(file, options, first);
  detail::visit_cells(file, delimiter, second);
  Table table = second.finish();
  if (options.missing == Missing::drop) table = drop_missing(table);
  if (options.missing == Missing::fill) table = fill_missing(table);
  if (table.rows() == 0) file.reject("every row has a missing cell", "fill them (Missing::fill)");
  return table;
}

}  // namespace linnet
