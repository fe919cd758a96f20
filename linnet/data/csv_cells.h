// The cells of a CSV file one after the other.
#pragma once

#include <cstdint>
#include <string_view>

#include "linnet/data/file_reader.h"

namespace linnet::detail {

/// What is done with the cells of a file. `line` is where the row began.
class CsvVisitor {
 public:
  virtual ~CsvVisitor() = default;
  virtual void cell(std::string_view text, std::int64_t line) = 0;
  virtual void end_of_row(std::int64_t line) = 0;
};

/// Sends all cells of `file`, from its beginning, to `visitor`. Empty lines are left out, as are spaces around cells
/// without quotes. Rejects what is no CSV, and more text than the limit allows to be unpacked.
void visit_cells(FileReader& file, char delimiter, CsvVisitor& visitor);

}  // namespace linnet::detail
