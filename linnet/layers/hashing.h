// Hashing and HashedCrossing: texts and integers to bins, without a vocabulary.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "linnet/layers/layer.h"
#include "linnet/layers/strings.h"

#pragma GCC visibility push(default)
namespace linnet {

struct HashingOptions {
  std::optional<std::string> mask_value = {};  // what bin 0 is kept for; of integers their digits
  std::vector<std::int64_t> salt = {};         // none: FarmHash64; one number or two: SipHash with this key
  std::string output_mode = "int";             // or "one_hot", "multi_hot", "count": see CategoryEncoding
  std::string name = {};
  bool trainable = true;
  DTypePolicy dtype = {};
};

/// y = hash(text) mod num_bins, or with a mask_value 0 for it and 1 + hash(text) mod (num_bins - 1) for the others.
/// Integers count as their digits, real numbers are cut off first. Called with texts, or with a tensor: x [...] -> y
/// [...] in int64 for "int" (int32 if that is its dtype), for the other modes what CategoryEncoding gives. Keras:
/// keras.layers.Hashing (without `sparse`), with the same bins.
///   Hashing(3)(Strings{"A", "B", "C"});  // -> {1, 0, 1}
class Hashing final : public LayerOf<Hashing> {
 public:
  explicit Hashing(std::int64_t num_bins, HashingOptions options = {});
  using Layer::operator();
  /// The bins of texts.
  Tensor operator()(const Strings& texts);
  Tensor call(const Tensor& x, Mode mode) override;
  Shape compute_output_shape(const Shape& input) const override;
  DType compute_output_dtype(DType) const override;
  IntegerInput integer_input() const override { return IntegerInput::converts; }
  Config config() const override;
  static AnyLayer from_config(const Config& config);

 private:
  std::int64_t bin_of(const std::string& text) const;

  std::int64_t num_bins_;
  HashingOptions options_;
};

struct HashedCrossingOptions {
  std::string output_mode = "int";  // or "one_hot"
  std::string name = {};
  bool trainable = true;
  DTypePolicy dtype = {};
};

/// A bin for each combination of two or more features: y = hash(x_1, x_2, …) mod num_bins. Features are integers or
/// texts of one shape, [batch] or [batch, 1]; "int" gives int64 (or int32) of this shape, "one_hot" [batch, num_bins].
/// Keras: keras.layers.HashedCrossing (without `sparse`), with the same bins.
///   HashedCrossing(5)({Strings{"A", "B"}, tensor({101, 101}, int32)});  // -> {1, 4}
class HashedCrossing final : public LayerOf<HashedCrossing> {
 public:
  /// Texts or integers.
  using Feature = std::variant<Strings, Tensor>;

  explicit HashedCrossing(std::int64_t num_bins, HashedCrossingOptions options = {});
  using Layer::operator();
  /// The bins of features some of which are texts.
  Tensor operator()(const std::vector<Feature>& features);
  void build_many(const Shapes& inputs) override;
  Tensors call_many(const Tensors& xs, Mode mode) override;
  Shapes compute_output_shapes(const Shapes& inputs) const override;
  DType compute_output_dtype(DType) const override;
  IntegerInput integer_input() const override { return IntegerInput::converts; }
  Config config() const override;
  static AnyLayer from_config(const Config& config);

 private:
  std::int64_t num_bins_;
  HashedCrossingOptions options_;
};

}  // namespace linnet
#pragma GCC visibility pop
