// Losses. A loss is one function, call(); the base weighs and reduces. Keras: keras.losses.Loss.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "linnet/base/config.h"
#include "linnet/base/handle.h"
#include "linnet/tensor/tensor.h"

#pragma GCC visibility push(default)
namespace linnet {

enum class Reduction : std::uint8_t { sum_over_batch_size, sum, mean, mean_with_sample_weight, none };
Value to_value(Reduction reduction);  // "sum_over_batch_size", …; none is "none" (Keras writes null or "none")
void from_value(const Value& value, Reduction& reduction);

/// What every loss is: call() computes a value for each sample, operator() weighs them and reduces them to one number.
/// Keras: keras.losses.Loss.
///   class Cubed final : public Loss {
///    public:
///     Cubed() : Loss("cubed") {}
///     Tensor call(const Tensor& y_true, const Tensor& y_pred) const override {
///       return mean(power(abs(y_pred - y_true), 3), -1);
///     }
///     std::string class_name() const override { return "Cubed"; }
///     Config config() const override { return base_config(); }
///   };
///   Cubed()(tensor({{0, 1}}), tensor({{2, 1}}));  // -> 4
class Loss {
 public:
  explicit Loss(std::string name, Reduction reduction = Reduction::sum_over_batch_size);
  virtual ~Loss() = default;

  /// The reduced loss. values = call(y_true, y_pred); multiplied by `sample_weight` (broadcast as Keras does: a weight
  /// of shape (batch,) fits values of shape (batch,) only) and by y_pred's mask; then reduced. sum_over_batch_size
  /// divides by the number of values (with a mask: of valid values); the weights do not change the divisor.
  /// mean_with_sample_weight divides by the sum of weights.
  Tensor operator()(const Tensor& y_true, const Tensor& y_pred, const Tensor& sample_weight = {}) const;
  /// Loss values, one a sample: y_pred's shape without the last axis (or as the loss says).
  virtual Tensor call(const Tensor& y_true, const Tensor& y_pred) const = 0;

  const std::string& name() const { return name_; }
  Reduction reduction() const { return reduction_; }
  virtual std::string class_name() const = 0;
  virtual Config config() const = 0;
  /// Whether y_pred are logits, for losses where that is a question; models warn when it contradicts the last layer.
  virtual std::optional<bool> from_logits() const { return std::nullopt; }

  /// "mse", "mean_squared_error", "MeanSquaredError", …; "crossentropy" or "ce" is the one that the shapes ask for, of
  /// probabilities. Throws `[loss] unknown …` listing the names.
  static std::shared_ptr<Loss> get(std::string_view name);
  static std::shared_ptr<Loss> from_config(const Value& value);

 protected:
  /// {"name", "reduction"}.
  Config base_config() const;

 private:
  std::string name_;
  Reduction reduction_;
};

extern template class Handle<Loss>;
using AnyLoss = Handle<Loss>;
/// A loss from a function (y_true, y_pred) -> values.
AnyLoss loss_from_function(std::string name, std::function<Tensor(const Tensor&, const Tensor&)> function);

}  // namespace linnet
#pragma GCC visibility pop
