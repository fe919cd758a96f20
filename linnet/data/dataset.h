// Dataset: samples in memory: inputs x, targets y, perhaps a weight for each sample.
#pragma once

#include <string>
#include <vector>

#include "linnet/tensor/tensor.h"

#pragma GCC visibility push(default)
namespace linnet {

/// The first axis of every tensor counts the samples. Most sets have one x and one y.
///   Dataset data(zeros({100, 3}), ones({100, 1}));
///   data.size();  // -> 100
///   data.x[0];    // -> [100, 3]
struct Dataset {
  Tensors x;
  Tensors y;
  Tensor sample_weight;              // empty, or (samples,): of every target
  Tensors target_weights;            // or one for each target; an empty tensor: all of its samples weigh 1
  std::vector<std::string> x_names;  // for models with several inputs or outputs; empty: by position
  std::vector<std::string> y_names;
  std::vector<std::string> class_names;  // what label 0, 1, … means; empty if not a classification
  std::string name;                      // for messages: "mnist (train)"

  Dataset() = default;
  /// Throws `[Dataset] expected as many targets as samples …` when the first axes differ.
  Dataset(Tensor x, Tensor y = {}, Tensor sample_weight = {});
  Dataset(Tensors x, Tensors y, Tensor sample_weight = {});
  Dataset(const Dataset&);
  Dataset(Dataset&&) noexcept;
  Dataset& operator=(const Dataset&);
  Dataset& operator=(Dataset&&) noexcept;
  ~Dataset();

  bool empty() const { return x.empty(); }
  std::int64_t size() const { return x.empty() ? 0 : x[0].shape()[0]; }
  /// Samples [first, last): views.
  Dataset slice(std::int64_t first, std::int64_t last) const;
};

struct TrainTest {
  Dataset train, test;
};

}  // namespace linnet
#pragma GCC visibility pop
