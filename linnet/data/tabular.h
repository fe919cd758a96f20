// From a table to what a network takes: features x and a target y.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "linnet/data/csv.h"
#include "linnet/data/dataset.h"

#pragma GCC visibility push(default)
namespace linnet {

/// How a column becomes features: itself (no categories), or one 0/1 feature for each category.
struct Feature {
  std::string column;
  std::vector<std::string> categories = {};
};

struct TabularOptions {
  /// "classification", "regression", or "" to choose by content: a categorical target, or whole numbers that count 0,
  /// 1, 2, … (or 1, 2, 3, …) to at most 20 without a gap, are classes; other numbers are a regression.
  std::string task = {};
  /// Columns to leave out (names, serial numbers).
  std::vector<std::string> ignore = {};
  /// A categorical column with more categories is refused: it is a name rather than a feature.
  std::int64_t max_categories = 100;
};

struct TabularData {
  Dataset data;  // x float32 (n, features); y int32 (n,) with class_names, or float32 (n, 1)
  std::string target;
  bool classification = false;
  std::vector<Feature> features;           // how the columns were encoded: for encode_features() of later rows
  std::vector<std::string> feature_names;  // of x's columns: "age", "city=Paris", "city=Rome"

  TabularData();
  TabularData(const TabularData& other);
  TabularData(TabularData&& other) noexcept;
  TabularData& operator=(const TabularData& other);
  TabularData& operator=(TabularData&& other) noexcept;
  ~TabularData();
};

/// Features and target of a table without missing cells. Numbers stay as they are: the layer Normalization standardizes
/// them, in the model, so that it also does for rows that come later. Throws, with what to do, when the target is not a
/// column (naming the nearest), nothing else is left as a feature, or cells are missing.
///   write_file_atomically("houses.csv", "rooms,city,price\n3,Rome,200\n5,Paris,310\n");
///   TabularData houses = tabular_dataset(read_csv("houses.csv"), "price");
///   houses.feature_names;  // -> {"rooms", "city=Paris", "city=Rome"}
///   houses.data.x[0];      // -> {{3, 0, 1}, {5, 1, 0}}
///   houses.data.y[0];      // -> {{200}, {310}}
TabularData tabular_dataset(const Table& table, const std::string& target, const TabularOptions& options = {});

/// x float32 (n, features) of other rows with the same columns, in any order, by `features` of the training data. A
/// category that training did not know gives zeros; a missing column or cell throws.
Tensor encode_features(const Table& table, const std::vector<Feature>& features);
/// The names of the features: "age", "city=Paris", …
std::vector<std::string> feature_names(const std::vector<Feature>& features);

}  // namespace linnet
#pragma GCC visibility pop
