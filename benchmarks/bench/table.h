// What linnet-bench prints and writes: tables of texts and numbers.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <variant>
#include <vector>

namespace linnet::bench {

/// A number that is NaN was not measured: "-" in the text, null in JSON.
using Cell = std::variant<std::string, double>;
using Row = std::vector<Cell>;

struct Column {
  std::string name;
  std::string group = {};  // printed above neighbours that share it: "2 threads"
};

struct Table {
  std::string title;
  std::vector<Column> columns = {};
  std::vector<Row> rows = {};
  std::vector<std::string> notes = {};

  std::string text() const;
  nlohmann::json json() const;
};

}  // namespace linnet::bench
