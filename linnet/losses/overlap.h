// Losses between regions: how far two masks overlap, for segmentation.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "linnet/losses/loss.h"

#pragma GCC visibility push(default)
namespace linnet {

struct DiceOptions {
  std::optional<std::vector<int>> axis = {};  // default: all axes
  Reduction reduction = Reduction::sum_over_batch_size;
  std::string name = "dice";
};
/// 1 - 2 sum(y_true y_pred) / (sum(y_true) + sum(y_pred) + 1e-7), the sums over `axis`: y_true, y_pred [...] of one
/// shape. Keras: keras.losses.Dice.
///   Dice()(tensor({{1, 1, 0}}), tensor({{1, 0, 0}}));  // -> 0.3333
class Dice final : public Loss {
 public:
  using Options = DiceOptions;
  static constexpr const char* class_name_of = "Dice";
  explicit Dice(Options options = {}) : Loss(options.name, options.reduction), options_(std::move(options)) {}
  Tensor call(const Tensor& y_true, const Tensor& y_pred) const override;
  std::string class_name() const override { return class_name_of; }
  Config config() const override;

 private:
  Options options_;
};

struct TverskyOptions {
  double alpha = 0.5, beta = 0.5;
  std::optional<std::vector<int>> axis = {};  // default: all axes
  Reduction reduction = Reduction::sum_over_batch_size;
  std::string name = "tversky";
};
/// 1 - o / (o + alpha f + beta m + 1e-7): o = sum(y_true y_pred), false positives f = sum((1 - y_true) y_pred), missed
/// m = sum(y_true (1 - y_pred)), over `axis`: y_true, y_pred [...] of one shape. Salehi et al., 2017. Keras:
/// keras.losses.Tversky.
///   Tversky({.alpha = 0.3, .beta = 0.7})(tensor({{1, 1, 0}}), tensor({{1, 0, 0}}));  // -> 0.4118
class Tversky final : public Loss {
 public:
  using Options = TverskyOptions;
  static constexpr const char* class_name_of = "Tversky";
  explicit Tversky(Options options = {}) : Loss(options.name, options.reduction), options_(std::move(options)) {}
  Tensor call(const Tensor& y_true, const Tensor& y_pred) const override;
  std::string class_name() const override { return class_name_of; }
  Config config() const override;

 private:
  Options options_;
};

}  // namespace linnet
#pragma GCC visibility pop
