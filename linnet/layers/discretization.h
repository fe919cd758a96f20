// Discretization: numbers to the number of the range they lie in.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "linnet/layers/layer.h"
#include "linnet/layers/next_batch.h"

#pragma GCC visibility push(default)
namespace linnet {

struct DiscretizationOptions {
  std::optional<std::vector<double>> bin_boundaries = {};  // ascending: n of them make n + 1 bins
  std::optional<std::int64_t> num_bins = {};               // as many for adapt(), in place of boundaries
  double epsilon = 0.01;            // how exact the boundaries of adapt() are: as a part of the data
  std::string output_mode = "int";  // or "one_hot", "multi_hot", "count": see CategoryEncoding
  std::string name = {};
  bool trainable = true;
  DTypePolicy dtype = {};
};

/// y = how many boundaries are <= x, so the bins are (-inf, b[0]), [b[0], b[1]), …, [b[n-1], inf): x [...] -> y [...]
/// in int64 for "int"; for the other modes what CategoryEncoding gives. Not-a-number is in the last bin. The boundaries
/// are given, or found by adapt() so that the bins hold equally many of the numbers it sees. Throws unless there is
/// either, and when called before adapt(). No gradient. Keras: keras.layers.Discretization (without `sparse`).
///   Discretization bins({.bin_boundaries = {{0, 1, 2}}});
///   bins(tensor({-1.5, 1, 3.4}));  // -> {0, 2, 3}
class Discretization final : public LayerOf<Discretization> {
 public:
  explicit Discretization(DiscretizationOptions options = {});
  /// Finds boundaries for num_bins bins of `data`, whatever its shape. Starts anew each time.
  void adapt(const Tensor& data);
  /// The same of data that come in batches: each is summarized by about 1 / epsilon numbers.
  void adapt(const NextBatch<Tensor>& next);
  /// Those in use; throws before there are any.
  const std::vector<double>& bin_boundaries() const;
  Tensor call(const Tensor& x, Mode mode) override;
  Shape compute_output_shape(const Shape& input) const override;
  DType compute_output_dtype(DType) const override;
  IntegerInput integer_input() const override { return IntegerInput::converts; }
  Config config() const override;
  static AnyLayer from_config(const Config& config);

 private:
  DiscretizationOptions options_;
  std::shared_ptr<std::optional<std::vector<double>>> boundaries_;  ///< shared by copies: adapt() changes them
};

}  // namespace linnet
#pragma GCC visibility pop
