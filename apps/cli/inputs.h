// What `linnet predict` is asked about: pictures, folders of them, samples of data sets, rows of tables.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "cli/predictor.h"

namespace linnet::cli {

/// One question to the network, or why it could not be asked.
struct Sample {
  std::string name;        // "seven.png", "mnist:test:17", "houses.csv:3"
  Tensor x = {};           // as the model takes it
  Tensor picture = {};     // uint8 (height, width), to be drawn; empty if there is none
  std::string truth = {};  // where it is known
  std::optional<double> true_value = {};
  std::vector<std::string> notes = {};  // what was done to it
  std::optional<bool> inverted = {};
  std::optional<std::array<std::int64_t, 4>> box = {};  // left, top, width, height
  std::string error = {};
};

struct InputOptions {
  std::string folder;            // --data
  std::string prepare = "auto";  // "mnist", "fashion_mnist", "resize"; auto: as the data the model was trained on
};

/// The samples that `input` stands for:
///   seven.png   pictures/          files, and folders of them
///   mnist:17    mnist:train:0-9    samples of a data set, counted from 0, of its test part where nothing is said
///   houses.csv  houses.csv:0,4-7   rows of a table, all or some, counted from 0
/// What cannot be read, or is not there, gives a sample with an error. Throws UsageError when positions are not written
/// so.
std::vector<Sample> samples_of(const std::string& input, const Predictor& predictor, const InputOptions& options);

/// Positions in "0,4-7", each below `count`; throws InvalidArgument naming the part that is wrong.
std::vector<std::int64_t> positions_in(const std::string& list, std::int64_t count);
/// "0,4-7"?
bool is_position_list(const std::string& text);

/// A picture as the model takes it, into `sample`.
void take_picture(Sample& sample, const Tensor& picture, const Predictor& predictor, const InputOptions& options);
/// Rows of a table as the model takes them; all of them where `list` is empty.
std::vector<Sample> samples_of_table(const std::string& path, const std::string& name, const std::string& list,
                                     const Predictor& predictor);

}  // namespace linnet::cli
