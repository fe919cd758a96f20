// What `linnet train` learns from: a data set by its name, a table, or a folder of pictures, in three parts.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cli/description.h"
#include "linnet/data/dataset.h"

namespace linnet::cli {

struct DataOptions {
  std::string source = "mnist";            // a name, FILE.csv, or a folder
  std::string folder;                      // --data: where named sets are; empty: looked for
  std::optional<double> validation_split;  // of the samples that are not for testing
  std::optional<double> test_split;        // of all; only where no part is for testing already
  // tables
  std::string target, task, missing = "fail";
  std::vector<std::string> drop;
  // folders of pictures
  std::optional<std::int64_t> image_size;
};

struct TrainingData {
  Dataset train = {}, validation = {}, test = {};
  Description description = {};
};

/// Reads and splits: the same samples for the same data, whatever the seed of the training. Named sets of images are
/// validated on their test images unless a validation split is asked for. Says what it found where something was
/// decided. Throws UsageError for options that do not go together.
TrainingData load_training_data(const DataOptions& options);

/// Parts of it, for load_training_data.
TrainingData load_table(const DataOptions& options, const std::string& path);
TrainingData load_picture_folder(const DataOptions& options);
/// All samples in a fixed, shuffled order: the last ones are the test set, those before them validate.
void split_samples(TrainingData& result, const Dataset& all, const std::vector<std::int64_t>& order,
                   const DataOptions& options);
/// A fixed, shuffled order of the samples in which the classes are evenly spread, so that every part of it has them in
/// the same proportions (stratified).
std::vector<std::int64_t> sample_order(const Dataset& all);
/// How many of n samples are the test set, and how many the training set.
std::int64_t test_size(std::int64_t n, const DataOptions& options);
std::int64_t training_size(std::int64_t n, const DataOptions& options);

/// Is `name` one of the tables that come along, rather than a file?
bool is_table_name(const std::string& name);

}  // namespace linnet::cli
