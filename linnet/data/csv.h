// Tables: CSV files with a header line, their columns found by content.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "linnet/base/read_limits.h"
#include "linnet/tensor/tensor.h"

#pragma GCC visibility push(default)
namespace linnet {

/// One column. Numeric: `values` float32 (rows,), or uint8 where all cells are whole numbers from 0 to 255; a missing
/// cell is NaN. Categorical: `values` int32 (rows,), positions in `categories`, which are sorted (as numbers if they
/// all are numbers); a missing cell is -1.
struct Column {
  std::string name;
  Tensor values;
  std::vector<std::string> categories;
  bool numeric = true;
  std::string first_text;  // of a categorical column: its first cell that is no number: `line 7 holds "12 kg"`

  Column();
  Column(const Column& other);
  Column(Column&& other) noexcept;
  Column& operator=(const Column& other);
  Column& operator=(Column&& other) noexcept;
  ~Column();
  std::int64_t missing() const;  // how many cells are missing
};

/// Where cells are missing: how many, in how many rows, and the first ones.
struct MissingCells {
  struct Cell {
    std::int64_t line;  // of the file, the header is line 1
    std::string column;
  };
  std::int64_t count = 0;
  std::int64_t rows = 0;
  std::vector<Cell> first;  // at most 10

  /// `3 missing cells in 2 of 891 rows: line 6 (age), line 18 (age, cabin)`
  std::string text(std::int64_t all_rows) const;
};

struct Table {
  std::string path;
  std::vector<Column> columns;
  MissingCells missing;  // as the file was; also after they were dropped or filled

  Table();
  Table(const Table& other);
  Table(Table&& other) noexcept;
  Table& operator=(const Table& other);
  Table& operator=(Table&& other) noexcept;
  ~Table();
  std::int64_t rows() const;
  std::vector<std::string> names() const;
  /// Throws `[Table] expected one of the columns …, received "pirce"; did you mean "price"?`
  const Column& column(const std::string& name) const;
  /// These rows in this order.
  Table take(const std::vector<std::int64_t>& rows) const;
};

enum class Missing {
  fail,  // an error that lists the first lines and the remedies
  drop,  // rows with a missing cell are left out
  fill,  // numeric: the column's mean; categorical: its most frequent category
  keep,  // NaN and -1, for drop_missing and fill_missing
};

struct CsvOptions {
  char delimiter = 0;  // 0: found by content among comma, semicolon, tab and |
  char decimal = '.';  // ',' for files that write 3,14
  /// Columns whose kind is not to be found by content: numbers that name something (a postcode), texts that should be
  /// numbers.
  std::vector<std::string> categorical = {}, numeric = {};
  /// Cells that mean "missing", besides empty ones. Compared without surrounding spaces.
  std::vector<std::string> missing_values = {"?",   "NA",  "N/A",  "#N/A", "<NA>", "n/a",
                                             "NaN", "nan", "-nan", "NULL", "null", "None"};
  Missing missing = Missing::fail;
  ReadLimits limits = {};
};

/// Reads a CSV file (RFC 4180; UTF-8 with or without BOM; LF or CRLF; gzip is recognized) whose first line names the
/// columns. A column is numeric if every cell that is not missing is a finite number, categorical otherwise. Throws
/// FileError naming file and line: no header, empty or repeated names, rows with too few or too many cells, quotes that
/// do not end, other encodings; and, with Missing::fail, missing cells.
///   write_file_atomically("houses.csv", "rooms,price\n3,200\n,150\n5,310\n");
///   Table table = read_csv("houses.csv", {.missing = Missing::drop});
///   table.names();  // -> {"rooms", "price"}
///   table.rows();   // -> 2
Table read_csv(const std::string& path, const CsvOptions& options = {});
/// Writes a header line and the rows. Missing cells are left empty.
void write_csv(const std::string& path, const Table& table);

/// The rows in which none of `columns` (default: all) is missing.
Table drop_missing(const Table& table, const std::vector<std::string>& columns = {});
/// Missing cells replaced by the column's mean, or its most frequent category, in `columns` (default: all).
Table fill_missing(const Table& table, const std::vector<std::string>& columns = {});

}  // namespace linnet
#pragma GCC visibility pop
