// What a network has learned from, as far as one must know it to use the network: saved in the model's file.
#pragma once

#include <string>
#include <vector>

#include "linnet/base/config.h"
#include "linnet/data/tabular.h"

namespace linnet::cli {

struct Description {
  std::string data = {};       // "mnist", "iris.csv"
  bool is_table = false;       // or else pictures
  bool classification = true;  // or else regression
  std::vector<std::string> classes = {};

  // pictures
  std::string placement = "resize";  // how pictures are made like those of the data: "mnist", "fashion_mnist", "resize"

  // tables
  std::string target = {};
  std::vector<Feature> features = {};
  std::vector<Value> fill = {};  // what takes the place of a missing cell, by feature; empty: nothing does
};

/// In the metadata of the model's file, as "data"; the file is replaced in one step.
void save_description(const std::string& model_file, const Description& description);
/// False when the model was not trained by the command. Throws FileError when the file cannot be read.
bool load_description(const std::string& model_file, Description& description);

/// Puts `fill` into the missing cells of the columns that are features.
void fill_cells(Table& table, const std::vector<Feature>& features, const std::vector<Value>& fill);

}  // namespace linnet::cli
