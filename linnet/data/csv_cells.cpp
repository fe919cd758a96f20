// libcsv knows the syntax of CSV; here are lines, limits and errors.
#include "linnet/data/csv_cells.h"

#include <csv.h>

#include <algorithm>
#include <array>
#include <exception>
#include <string>

namespace linnet::detail {

namespace {

// Longer cells are quotes that were forgotten.
constexpr std::uint64_t longest_cell = 1 << 20;

class Parser {
 public:
  Parser(FileReader& file, char delimiter, CsvVisitor& visitor) : file_(file), visitor_(visitor) {
    csv_init(&parser_, CSV_STRICT | CSV_STRICT_FINI);
    csv_set_delim(&parser_, static_cast<unsigned char>(delimiter));
    csv_set_blk_size(&parser_, 4096);
  }
  ~Parser() { csv_free(&parser_); }
  Parser(const Parser&) = delete;
  Parser& operator=(const Parser&) = delete;

  /// Text up to and with an end of line, or the rest of a block.
  void feed(std::string_view text) {
    since_cell_ += text.size();
    const std::size_t done = csv_parse(&parser_, text.data(), text.size(), on_cell, on_row, this);
    rethrow();
    if (done != text.size()) {
      if (csv_error(&parser_) == CSV_EPARSE)
        file_.reject(concat("line ", line_, ": expected quotes around a whole cell, received a quote inside one"),
                     "write \"\" for a quote inside a quoted cell");
      file_.reject(csv_strerror(csv_error(&parser_)));
    }
    if (since_cell_ > longest_cell)
      file_.reject(concat("line ", row_line_, ": a cell is longer than ", bytes_text(longest_cell)),
                   "does a quote there never end?");
  }
  void end_of_line() {
    ++line_;
    if (!at_row_start_) return;
    row_line_ = line_;
    since_cell_ = 0;
  }
  void finish() {
    const int failed = csv_fini(&parser_, on_cell, on_row, this);
    rethrow();
    if (failed != 0) file_.reject(concat("line ", row_line_, ": a quoted cell does not end"));
  }

 private:
  // libcsv is C: an exception waits until it has returned.
  template <class Call>
  void guarded(const Call& call) {
    if (error_) return;
    try {
      call();
    } catch (...) {
      error_ = std::current_exception();
    }
  }
  void rethrow() {
    if (error_) std::rethrow_exception(error_);
  }

  static void on_cell(void* text, std::size_t length, void* self) {
    auto& parser = *static_cast<Parser*>(self);
    parser.since_cell_ = 0;
    parser.at_row_start_ = false;
    parser.guarded([&] { parser.visitor_.cell({static_cast<const char*>(text), length}, parser.row_line_); });
  }
  static void on_row(int, void* self) {
    auto& parser = *static_cast<Parser*>(self);
    parser.guarded([&] { parser.visitor_.end_of_row(parser.row_line_); });
    parser.at_row_start_ = true;
    parser.row_line_ = parser.line_;
  }

  FileReader& file_;
  CsvVisitor& visitor_;
  csv_parser parser_ = {};
  std::exception_ptr error_;
  std::int64_t line_ = 1, row_line_ = 1;
  bool at_row_start_ = true;
  std::uint64_t since_cell_ = 0;
};

}  // namespace

void visit_cells(FileReader& file, char delimiter, CsvVisitor& visitor) {
  Parser parser(file, delimiter, visitor);
  file.rewind();
  std::array<char, 1 << 16> block;
  std::uint64_t total = 0;
  bool after_return = false;
  while (const std::uint64_t got = file.read(block.data(), block.size())) {
    std::string_view rest(block.data(), got);
    if (total == 0 && rest.starts_with("\xEF\xBB\xBF")) rest.remove_prefix(3);
    total += got;
    if (total > file.allowed()) file.reject_size("the unpacked text");
    while (!rest.empty()) {
      if (after_return && rest.front() != '\n') parser.end_of_line();  // an old Macintosh's file: CR alone
      const std::size_t end = rest.find_first_of("\r\n");
      const std::string_view line = rest.substr(0, end == std::string_view::npos ? rest.size() : end + 1);
      parser.feed(line);
      if (line.back() == '\n') parser.end_of_line();
      after_return = line.back() == '\r';
      rest.remove_prefix(line.size());
    }
  }
  parser.finish();
}

}  // namespace linnet::detail
