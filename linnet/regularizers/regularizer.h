// Regularizers: penalties on weights and activations. Keras's classes and defaults (keras.regularizers).
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "linnet/base/config.h"
#include "linnet/base/handle.h"
#include "linnet/tensor/tensor.h"

#pragma GCC visibility push(default)
namespace linnet {

/// What every regularizer is: a scalar penalty on a weight or an output, added to the loss. Keras:
/// keras.regularizers.Regularizer.
///   class L4 final : public Regularizer {
///    public:
///     Tensor operator()(const Tensor& x) const override { return sum(square(square(x))); }
///     std::string class_name() const override { return "L4"; }
///     Config config() const override { return {}; }
///   };
///   L4()(tensor({1, -2}));  // -> 17
class Regularizer {
 public:
  virtual ~Regularizer() = default;
  /// The scalar penalty, e.g. l2 * sum(x²).
  virtual Tensor operator()(const Tensor& x) const = 0;
  virtual std::string class_name() const = 0;
  virtual Config config() const = 0;

  /// Keras's names; throws `[regularizer] unknown …` listing them.
  static std::shared_ptr<Regularizer> get(std::string_view name);
  /// A name or {"class_name", "config"}.
  static std::shared_ptr<Regularizer> from_config(const Value& value);
};

extern template class Handle<Regularizer>;
using AnyRegularizer = Handle<Regularizer>;
Value to_value(const AnyRegularizer& regularizer);  // null if none
void from_value(const Value& value, AnyRegularizer& regularizer);

}  // namespace linnet
#pragma GCC visibility pop
