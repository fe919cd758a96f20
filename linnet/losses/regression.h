// Losses between numbers. Everywhere y_true and y_pred have one shape, [..., d] (a missing last axis of size 1 is
// added, as Keras does; shapes that would broadcast are an error), and there is one value a sample: the mean over the
// last axis. d = y_pred - y_true below. Targets of any dtype are converted to y_pred's.
#pragma once

#include <string>

#include "linnet/losses/loss.h"

#pragma GCC visibility push(default)
namespace linnet {

/// What losses without parameters of their own take.
struct LossOptions {
  Reduction reduction = Reduction::sum_over_batch_size;
  std::string name = {};  // empty: the class's own, "mean_squared_error"
};

#define LINNET_LOSS(Name, default_name)                                                             \
  class Name final : public Loss {                                                                  \
   public:                                                                                          \
    using Options = LossOptions;                                                                    \
    static constexpr const char* class_name_of = #Name;                                             \
    explicit Name(Options options = {})                                                             \
        : Loss(options.name.empty() ? default_name : std::move(options.name), options.reduction) {} \
    Tensor call(const Tensor& y_true, const Tensor& y_pred) const override;                         \
    std::string class_name() const override { return class_name_of; }                               \
    Config config() const override { return base_config(); }                                        \
  };
/// mean(d²) over the last axis: y_true, y_pred [..., n]. Keras: keras.losses.MeanSquaredError.
///   MeanSquaredError()(tensor({{0, 1}}), tensor({{2, 1}}));  // -> 2
///   MeanSquaredError({.reduction = Reduction::sum})(zeros({3, 2}), ones({3, 2}));  // -> 3
LINNET_LOSS(MeanSquaredError, "mean_squared_error")
/// mean(|d|) over the last axis: y_true, y_pred [..., n]. Keras: keras.losses.MeanAbsoluteError.
///   MeanAbsoluteError()(tensor({{0, 1}}), tensor({{2, 1}}));  // -> 1
LINNET_LOSS(MeanAbsoluteError, "mean_absolute_error")
/// 100 mean(|d| / max(|y_true|, 1e-7)) over the last axis: y_true, y_pred [..., n]. Keras:
/// keras.losses.MeanAbsolutePercentageError.
///   MeanAbsolutePercentageError()(tensor({{1, 2}}), tensor({{1.1, 1.5}}));  // -> 17.5
LINNET_LOSS(MeanAbsolutePercentageError, "mean_absolute_percentage_error")
/// mean((log(max(y_true, 1e-7) + 1) - log(max(y_pred, 1e-7) + 1))²) over the last axis: y_true, y_pred [..., n]. Keras:
/// keras.losses.MeanSquaredLogarithmicError.
///   MeanSquaredLogarithmicError()(tensor({{0, 1}}), tensor({{1, 1}}));  // -> 0.2402
LINNET_LOSS(MeanSquaredLogarithmicError, "mean_squared_logarithmic_error")
/// mean(log(cosh(d))) over the last axis, d² / 2 where d is small and |d| - log 2 where it is large: y_true, y_pred
/// [..., n]. Keras: keras.losses.LogCosh.
///   LogCosh()(tensor({{0, 0}}), tensor({{1, 0}}));  // -> 0.2169
LINNET_LOSS(LogCosh, "log_cosh")
/// mean(max(1 - y_true y_pred, 0)) over the last axis; y_true is -1 or 1 (0 and 1 are converted): y_true, y_pred
/// [..., n]. Keras: keras.losses.Hinge.
///   Hinge()(tensor({{-1, 1}}), tensor({{0.5, 0.5}}));  // -> 1
LINNET_LOSS(Hinge, "hinge")
/// mean(max(1 - y_true y_pred, 0)²) over the last axis; y_true is -1 or 1 (0 and 1 are converted): y_true, y_pred
/// [..., n]. Keras: keras.losses.SquaredHinge.
///   SquaredHinge()(tensor({{-1, 1}}), tensor({{0.5, 0.5}}));  // -> 1.25
LINNET_LOSS(SquaredHinge, "squared_hinge")
/// max(1 + max((1 - y_true) y_pred) - sum(y_true y_pred), 0) along the last axis; y_true is one-hot: y_true, y_pred
/// [..., classes]. Keras: keras.losses.CategoricalHinge.
///   CategoricalHinge()(tensor({{0, 1}}), tensor({{0.6, 0.4}}));  // -> 1.2
LINNET_LOSS(CategoricalHinge, "categorical_hinge")
/// mean(y_pred - y_true log(y_pred + 1e-7)) over the last axis: y_true, y_pred [..., n]. Keras: keras.losses.Poisson.
///   Poisson()(tensor({{0, 1}}), tensor({{1, 2}}));  // -> 1.1534
LINNET_LOSS(Poisson, "poisson")
/// sum(y_true log(y_true / y_pred)) over the last axis, both clipped to [1e-7, 1]: y_true, y_pred [..., n]. Keras:
/// keras.losses.KLDivergence.
///   KLDivergence()(tensor({{0.5, 0.5}}), tensor({{0.25, 0.75}}));  // -> 0.1438
LINNET_LOSS(KLDivergence, "kl_divergence")

struct HuberOptions {
  double delta = 1;
  Reduction reduction = Reduction::sum_over_batch_size;
  std::string name = "huber_loss";
};
/// mean(d² / 2 where |d| <= delta, else delta |d| - delta² / 2) over the last axis: y_true, y_pred [..., n]. Keras:
/// keras.losses.Huber.
///   Huber()(tensor({{0, 0}}), tensor({{1, 3}}));  // -> 1.5
class Huber final : public Loss {
 public:
  using Options = HuberOptions;
  static constexpr const char* class_name_of = "Huber";
  explicit Huber(Options options = {}) : Loss(options.name, options.reduction), options_(std::move(options)) {}
  Tensor call(const Tensor& y_true, const Tensor& y_pred) const override;
  std::string class_name() const override { return class_name_of; }
  Config config() const override;

 private:
  Options options_;
};

struct CosineSimilarityOptions {
  int axis = -1;
  Reduction reduction = Reduction::sum_over_batch_size;
  std::string name = "cosine_similarity";
};
/// -sum(y_true y_pred) / (|y_true| |y_pred|) along `axis`: -1 for equal directions. y_true, y_pred [..., n]. Keras:
/// keras.losses.CosineSimilarity.
///   CosineSimilarity()(tensor({{0, 1}}), tensor({{1, 1}}));  // -> -0.7071
class CosineSimilarity final : public Loss {
 public:
  using Options = CosineSimilarityOptions;
  static constexpr const char* class_name_of = "CosineSimilarity";
  explicit CosineSimilarity(Options options = {})
      : Loss(options.name, options.reduction), options_(std::move(options)) {}
  Tensor call(const Tensor& y_true, const Tensor& y_pred) const override;
  std::string class_name() const override { return class_name_of; }
  Config config() const override;

 private:
  Options options_;
};

}  // namespace linnet
#pragma GCC visibility pop
