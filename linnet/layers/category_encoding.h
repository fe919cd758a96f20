// CategoryEncoding: integers as rows of zeros and ones.
#pragma once

#include <cstdint>
#include <string>

#include "linnet/layers/layer.h"

#pragma GCC visibility push(default)
namespace linnet {

struct CategoryEncodingOptions {
  /// "multi_hot": 1 for each integer that a sample has; "count": how often it has it; "one_hot": a row for each.
  std::string output_mode = "multi_hot";
  std::string name = {};
  bool trainable = true;
  DTypePolicy dtype = {};
};

/// Integers in [0, num_tokens) as numbers that a Dense can read.
///   "multi_hot", "count"  [batch, n] -> [batch, num_tokens]      "one_hot"  [batch, 1] or [batch] -> the same, or
///   [batch, n] -> [batch, n, num_tokens]
/// In mode "count" a second input of the same shape weighs each integer. Throws for integers out of range, and for
/// weights in another mode. No gradient, but to the weights. Keras: keras.layers.CategoryEncoding (without `sparse`).
///   Tensor x = tensor({{0, 1}, {3, 3}}, int32);
///   CategoryEncoding(4)(x);                            // -> {{1, 1, 0, 0}, {0, 0, 0, 1}}
///   CategoryEncoding(4, {.output_mode = "count"})(x);  // -> {{1, 1, 0, 0}, {0, 0, 0, 2}}
class CategoryEncoding final : public LayerOf<CategoryEncoding> {
 public:
  explicit CategoryEncoding(std::int64_t num_tokens, CategoryEncodingOptions options = {});
  void build_many(const Shapes& inputs) override;
  Tensors call_many(const Tensors& xs, Mode mode) override;
  Shapes compute_output_shapes(const Shapes& inputs) const override;
  IntegerInput integer_input() const override { return IntegerInput::converts; }
  Config config() const override;
  static AnyLayer from_config(const Config& config);

 private:
  void check_inputs(std::size_t count) const;

  std::int64_t num_tokens_;
  CategoryEncodingOptions options_;
};

}  // namespace linnet
#pragma GCC visibility pop
