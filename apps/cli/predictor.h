// A trained network with what it was trained for.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/description.h"
#include "linnet/models/model.h"

namespace linnet::cli {

struct Answer {
  std::vector<double> probabilities = {};  // of the classes; empty for a regression
  std::size_t best = 0;                    // the position of the largest one
  double value = 0;                        // of a regression
};

class Predictor {
 public:
  /// Throws FileError when there is no such model, and InvalidArgument for one with several inputs or outputs.
  explicit Predictor(const std::string& model_file);

  /// For one sample, with or without its batch axis: x is brought into the model's input shape if it has as many
  /// numbers. Throws naming both shapes otherwise.
  Answer answer(const Tensor& x) const;

  const Description& description() const { return description_; }
  bool is_described() const { return is_described_; }  // trained by the command
  Model& model() const { return *model_; }
  std::string class_name(std::size_t label) const;
  /// (height, width, channels) of the pictures it takes; nothing when it takes none.
  std::optional<std::array<std::int64_t, 3>> picture_shape() const;
  /// Does it scale pixels itself? Without a Rescaling or Normalization layer they are given to it as 0 to 1.
  bool rescales() const;

 private:
  std::shared_ptr<Model> model_;
  Description description_;
  bool is_described_ = false;
};

}  // namespace linnet::cli
