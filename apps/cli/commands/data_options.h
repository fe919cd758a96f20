// The options that say what is learned from: the same for `linnet train` and `linnet tune`.
#pragma once

#include <string>
#include <vector>

#include "cli/arguments.h"
#include "cli/training_data.h"

namespace linnet::cli {

/// What the two parts that are kept out of training are for, which each command says itself.
struct SplitTexts {
  Text validation, test;
};

/// Adds DATA and the options for tables and folders; parsing writes them into `data`.
void declare_data_options(Arguments& arguments, DataOptions& data, const SplitTexts& splits);
/// The words that ask for the same data again: {"houses.csv", "--target", "price"}.
std::vector<std::string> words_of(const DataOptions& data);

}  // namespace linnet::cli
