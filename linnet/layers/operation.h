// Operation: a function of tensors, by its name in keras.ops, as a layer of a functional graph.
#pragma once

#include <string>
#include <vector>

#include "linnet/base/config.h"
#include "linnet/layers/layer.h"

#pragma GCC visibility push(default)
namespace linnet {

struct OperationOptions {
  std::string function = {};             // its name in keras.ops: "mean"
  List arguments = {};                   // in order; Config{{"input", 0}} stands for the layer's first input
  Config options = {};                   // arguments by name
  std::vector<DType> input_dtypes = {};  // of the inputs in a graph; none: float32
  std::string name = {};
  bool trainable = true;
  DTypePolicy dtype = {};
};

/// y = function(arguments…, options…): what `x + 1`, `x[:, 0]` or `keras.ops.mean(x)` of a symbolic tensor is in a
/// model that was made in Python, by Linnet or by Keras. In C++ Lambda says it more plainly; this one can be saved.
///   x [...], … -> y [...], or several, as the function gives them
/// The functions are those of operation_names(), and all activations. Beside "input" an argument that JSON has no form
/// for is written {"tuple": […]}, {"list": […]}, {"slice": [first, last, step]}, {"ellipsis": true}, {"float": "inf"},
/// or {"array": […], "dtype", "shape"}. Throws for other functions and for arguments that these do not have. Keras:
/// keras.Operation.
///   Operation({.function = "mean", .arguments = {Config{{"input", 0}}}, .options = {{"axis", 1}}})(
///       tensor({{1, 3}, {5, 7}}));  // -> {2, 6}
class Operation final : public LayerOf<Operation> {
 public:
  explicit Operation(OperationOptions options);
  Tensors call_many(const Tensors& xs, Mode mode) override;
  Shape compute_output_shape(const Shape& input) const override;
  Shapes compute_output_shapes(const Shapes& inputs) const override;
  std::vector<DType> compute_output_dtypes(std::size_t count, DType input) const override;
  bool autocasts() const override { return false; }
  Config config() const override;
  static AnyLayer from_config(const Config& config);

 private:
  Tensors outputs_for(const Shapes& inputs, std::int64_t unknown) const;
  Tensors result(const Tensors& xs) const;

  OperationOptions options_;
  std::shared_ptr<std::vector<DType>> output_dtypes_;  // found with the shapes
};

/// The functions that Operation knows besides the activations, sorted.
std::vector<std::string> operation_names();

}  // namespace linnet
#pragma GCC visibility pop
