// Constraints: projections applied to a weight after each optimizer step. Keras's classes and defaults
// (keras.constraints).
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "linnet/base/config.h"
#include "linnet/base/handle.h"
#include "linnet/tensor/tensor.h"

#pragma GCC visibility push(default)
namespace linnet {

/// What every constraint is: a projection of a weight, applied after each step of the optimizer. Keras:
/// keras.constraints.Constraint.
///   class Rounded final : public Constraint {
///    public:
///     Tensor operator()(const Tensor& w) const override { return round(w); }
///     std::string class_name() const override { return "Rounded"; }
///     Config config() const override { return {}; }
///   };
///   Rounded()(tensor({0.2, 1.9}));  // -> {0, 2}
class Constraint {
 public:
  virtual ~Constraint() = default;
  /// The projected weight.
  virtual Tensor operator()(const Tensor& w) const = 0;
  virtual std::string class_name() const = 0;
  virtual Config config() const = 0;

  /// Keras's names; throws `[constraint] unknown …` listing them.
  static std::shared_ptr<Constraint> get(std::string_view name);
  /// A name or {"class_name", "config"}.
  static std::shared_ptr<Constraint> from_config(const Value& value);
};

extern template class Handle<Constraint>;
using AnyConstraint = Handle<Constraint>;
Value to_value(const AnyConstraint& constraint);  // null if none
void from_value(const Value& value, AnyConstraint& constraint);

}  // namespace linnet
#pragma GCC visibility pop
