// Layers that merge several inputs into one: Add, Subtract, Multiply, Average, Maximum, Minimum, Concatenate, Dot.
#pragma once

#include <utility>

#include "linnet/layers/layer.h"

#pragma GCC visibility push(default)
namespace linnet {

/// What elementwise merges share: inputs of shapes that broadcast (axes of size 1 are put in behind the batch axis
/// where ranks differ, as Keras does), at least two of them. Multiply, Maximum and Minimum leave out what a mask hides.
/// The output has a mask if all inputs have one: it shows what any of them shows.
class Merge : public Layer {
 public:
  using Layer::Layer;
  void build_many(const Shapes& inputs) override;
  Tensors call_many(const Tensors& xs, Mode mode) override;
  Shapes compute_output_shapes(const Shapes& inputs) const override;
  Tensor compute_mask(const Tensors& inputs) const override;
  bool supports_masking() const override { return true; }

 protected:
  virtual Tensor merge(const Tensors& xs) const = 0;

 private:
  void check_batch_sizes(const Shapes& inputs) const;
};

#define LINNET_MERGE_LAYER(Name)                       \
  class Name final : public LayerOf<Name, Merge> {     \
   public:                                             \
    explicit Name(LayerOptions options = {});          \
    static AnyLayer from_config(const Config& config); \
                                                       \
   protected:                                          \
    Tensor merge(const Tensors& xs) const override;    \
  }

/// y = x1 + x2 + …, of shapes that broadcast: [...], [...] -> [...]. Keras: keras.layers.Add.
///   Add()({tensor({{1, 2}}), tensor({{10, 20}})});  // -> {{11, 22}}
LINNET_MERGE_LAYER(Add);
/// y = x1 - x2, of exactly two inputs: [...], [...] -> [...]. Keras: keras.layers.Subtract.
///   Subtract()({tensor({{1, 2}}), tensor({{10, 20}})});  // -> {{-9, -18}}
LINNET_MERGE_LAYER(Subtract);
/// y = x1 * x2 * …, of shapes that broadcast: [...], [...] -> [...]. Keras: keras.layers.Multiply.
///   Multiply()({tensor({{1, 2}}), tensor({{10, 20}})});  // -> {{10, 40}}
LINNET_MERGE_LAYER(Multiply);
/// y = (x1 + x2 + …) / n, of shapes that broadcast: [...], [...] -> [...]. Keras: keras.layers.Average.
///   Average()({tensor({{1, 2}}), tensor({{10, 20}})});  // -> {{5.5, 11}}
LINNET_MERGE_LAYER(Average);
/// The largest of each element, of shapes that broadcast: [...], [...] -> [...]. Keras: keras.layers.Maximum.
///   Maximum()({tensor({{1, 9}}), tensor({{3, 4}})});  // -> {{3, 9}}
LINNET_MERGE_LAYER(Maximum);
/// The smallest of each element, of shapes that broadcast: [...], [...] -> [...]. Keras: keras.layers.Minimum.
///   Minimum()({tensor({{1, 9}}), tensor({{3, 4}})});  // -> {{1, 4}}
LINNET_MERGE_LAYER(Minimum);
#undef LINNET_MERGE_LAYER

struct ConcatenateOptions {
  int axis = -1;
  std::string name = {};
  bool trainable = true;
  DTypePolicy dtype = {};
};

/// The inputs one after the other along `axis`: [batch, n], [batch, m] -> [batch, n + m]; their other sizes must agree.
/// A step of the output counts if any of its elements comes from a step that counts. Keras: keras.layers.Concatenate.
///   Concatenate()({tensor({{1, 2}}), tensor({{3, 4}})});            // -> {{1, 2, 3, 4}}
///   Concatenate({.axis = 1})({zeros({2, 3, 8}), zeros({2, 4, 8})});  // -> [2, 7, 8]
class Concatenate final : public LayerOf<Concatenate> {
 public:
  explicit Concatenate(ConcatenateOptions options = {});
  void build_many(const Shapes& inputs) override;
  Tensors call_many(const Tensors& xs, Mode mode) override;
  Shapes compute_output_shapes(const Shapes& inputs) const override;
  Tensor compute_mask(const Tensors& inputs) const override;
  bool supports_masking() const override { return true; }
  Config config() const override;
  static AnyLayer from_config(const Config& config);

 private:
  ConcatenateOptions options_;
};

struct DotOptions {
  bool normalize = false;  // cosine similarity: both sides are divided by their L2 norm first
  std::string name = {};
  bool trainable = true;
  DTypePolicy dtype = {};
};

/// Sums of products over one axis of each of two inputs, sample by sample: [batch, m, k] and [batch, k, n] with axes
/// (2, 1) give [batch, m, n]. Two matrices [batch, k] give [batch, 1]. Keras: keras.layers.Dot.
///   Dot(1)({tensor({{1, 2}}), tensor({{3, 4}})});        // -> {{11}}
///   Dot({2, 1})({zeros({8, 5, 3}), zeros({8, 3, 4})});   // -> [8, 5, 4]
class Dot final : public LayerOf<Dot> {
 public:
  explicit Dot(std::pair<int, int> axes, DotOptions options = {});
  explicit Dot(int axes, DotOptions options = {}) : Dot({axes, axes}, std::move(options)) {}
  void build_many(const Shapes& inputs) override;
  Tensors call_many(const Tensors& xs, Mode mode) override;
  Shapes compute_output_shapes(const Shapes& inputs) const override;
  Config config() const override;
  static AnyLayer from_config(const Config& config);

 private:
  std::pair<int, int> axes_of(const Shape& a, const Shape& b) const;

  std::pair<int, int> axes_;
  DotOptions options_;
};

}  // namespace linnet
#pragma GCC visibility pop
