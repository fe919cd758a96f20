// Layers that rearrange: Flatten, Reshape, Permute, RepeatVector; and Identity, which does nothing.
#pragma once

#include <vector>

#include "linnet/layers/layer.h"

#pragma GCC visibility push(default)
namespace linnet {

struct FlattenOptions {
  std::string data_format = "channels_last";  // "channels_first": axis 1 is moved to the end first
  std::string name = {};
  bool trainable = true;
  DTypePolicy dtype = {};
};

/// All axes but the first become one:
///   x [batch, a, b, …] -> y [batch, a · b · …]
/// a view. Keras: keras.layers.Flatten.
///   Flatten()(zeros({2, 28, 28}));  // -> [2, 784]
class Flatten final : public LayerOf<Flatten> {
 public:
  explicit Flatten(FlattenOptions options = {});
  Tensor call(const Tensor& x, Mode mode) override;
  Shape compute_output_shape(const Shape& input) const override;
  IntegerInput integer_input() const override { return IntegerInput::passes_on; }
  DType compute_output_dtype(DType input) const override { return input; }
  Config config() const override;
  static AnyLayer from_config(const Config& config);

 private:
  FlattenOptions options_;
};

/// x [batch, …] -> y [batch, target_shape…]; one size may be -1. Throws when the numbers of elements differ. Keras:
/// keras.layers.Reshape.
///   Reshape({3, -1})(zeros({2, 12}));  // -> [2, 3, 4]
class Reshape final : public LayerOf<Reshape> {
 public:
  explicit Reshape(Shape target_shape, LayerOptions options = {});
  Tensor call(const Tensor& x, Mode mode) override;
  Shape compute_output_shape(const Shape& input) const override;
  IntegerInput integer_input() const override { return IntegerInput::passes_on; }
  DType compute_output_dtype(DType input) const override { return input; }
  Config config() const override;
  static AnyLayer from_config(const Config& config);

 private:
  Shape target_shape_;
};

/// Axis i of the output is axis dims[i - 1] of the input; axes count from 1, the batch axis stays:
///   x [batch, …] -> y [batch, …]
/// Keras: keras.layers.Permute.
///   Permute({2, 1})(zeros({8, 5, 3}));  // -> [8, 3, 5]
class Permute final : public LayerOf<Permute> {
 public:
  explicit Permute(std::vector<int> dims, LayerOptions options = {});
  Tensor call(const Tensor& x, Mode mode) override;
  Shape compute_output_shape(const Shape& input) const override;
  IntegerInput integer_input() const override { return IntegerInput::passes_on; }
  DType compute_output_dtype(DType input) const override { return input; }
  Config config() const override;
  static AnyLayer from_config(const Config& config);

 private:
  std::vector<int> dims_;
};

/// Each vector n times:
///   x [batch, features] -> y [batch, n, features]
/// Keras: keras.layers.RepeatVector.
///   RepeatVector(3)(tensor({{1, 2}}));  // -> {{{1, 2}, {1, 2}, {1, 2}}}
class RepeatVector final : public LayerOf<RepeatVector> {
 public:
  explicit RepeatVector(std::int64_t n, LayerOptions options = {});
  Tensor call(const Tensor& x, Mode mode) override;
  Shape compute_output_shape(const Shape& input) const override;
  IntegerInput integer_input() const override { return IntegerInput::passes_on; }
  DType compute_output_dtype(DType input) const override { return input; }
  Config config() const override;
  static AnyLayer from_config(const Config& config);

 private:
  std::int64_t n_;
};

/// y = x, which changes nothing: x [...] -> y [...], of any number of inputs. Keras: keras.layers.Identity.
///   Identity()(tensor({1, 2}));  // -> {1, 2}
class Identity final : public LayerOf<Identity> {
 public:
  explicit Identity(LayerOptions options = {});
  void build_many(const Shapes&) override {}
  Tensor call(const Tensor& x, Mode) override { return x; }
  Tensors call_many(const Tensors& xs, Mode) override { return xs; }
  Shape compute_output_shape(const Shape& input) const override { return input; }
  Shapes compute_output_shapes(const Shapes& inputs) const override { return inputs; }
  IntegerInput integer_input() const override { return IntegerInput::passes_on; }
  DType compute_output_dtype(DType input) const override { return input; }
  bool supports_masking() const override { return true; }
  static AnyLayer from_config(const Config& config);
};

}  // namespace linnet
#pragma GCC visibility pop
