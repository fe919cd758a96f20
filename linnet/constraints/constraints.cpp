#include "linnet/constraints/constraints.h"

#include "linnet/base/class_table.h"
#include "linnet/constraints/registry.h"
#include "linnet/ops/elementwise.h"
#include "linnet/ops/reduce.h"

namespace linnet {

Value to_value(const ConstraintAxes& axes) { return axes.list.size() == 1 ? Value(axes.list[0]) : to_value(axes.list); }
void from_value(const Value& value, ConstraintAxes& axes) {
  if (value.is_list()) return from_value(value, axes.list);
  axes = static_cast<int>(value.as_int());
}

template <class Visitor>
void fields(Visitor& visit, MaxNormOptions& o) {
  visit("max_value", o.max_value);
  visit("axis", o.axis);
}
template <class Visitor>
void fields(Visitor& visit, UnitNormOptions& o) {
  visit("axis", o.axis);
}
template <class Visitor>
void fields(Visitor& visit, MinMaxNormOptions& o) {
  visit("min_value", o.min_value);
  visit("max_value", o.max_value);
  visit("rate", o.rate);
  visit("axis", o.axis);
}

namespace {
constexpr double epsilon = 1e-7;
Tensor norm_of(const Tensor& w, const ConstraintAxes& axes) { return sqrt(sum(square(w), Axes(axes.list), true)); }
}  // namespace

Tensor MaxNorm::operator()(const Tensor& w) const {
  const Tensor length = norm_of(w, options_.axis);
  return w * (clip(length, 0, options_.max_value) / (epsilon + length));
}
Config MaxNorm::config() const { return write_config(options_); }

Tensor NonNeg::operator()(const Tensor& w) const { return maximum(w, 0.0); }

Tensor UnitNorm::operator()(const Tensor& w) const { return w / (epsilon + norm_of(w, options_.axis)); }
Config UnitNorm::config() const { return write_config(options_); }

Tensor MinMaxNorm::operator()(const Tensor& w) const {
  const Tensor length = norm_of(w, options_.axis);
  const Tensor wanted =
      options_.rate * clip(length, options_.min_value, options_.max_value) + (1 - options_.rate) * length;
  return w * (wanted / (epsilon + length));
}
Config MinMaxNorm::config() const { return write_config(options_); }

namespace {
std::shared_ptr<Constraint> create_non_neg(const Config& config) {
  check_keys(config, "NonNeg", {});
  return std::make_shared<NonNeg>();
}

ClassTable<Constraint>& table() {
  static ClassTable<Constraint> classes("constraint", {
                                                          class_entry<Constraint, MaxNorm>(),
                                                          {"NonNeg", create_non_neg},
                                                          class_entry<Constraint, UnitNorm>(),
                                                          class_entry<Constraint, MinMaxNorm>(),
                                                      });
  return classes;
}
}  // namespace

void register_constraint(const std::string& class_name, ConstraintFactory factory) {
  table().add(class_name, std::move(factory));
}
std::shared_ptr<Constraint> Constraint::get(std::string_view name) { return table().create(name); }
std::shared_ptr<Constraint> Constraint::from_config(const Value& value) { return table().from_config(value); }

Value to_value(const AnyConstraint& constraint) {
  return constraint ? Value(object_config(constraint->class_name(), constraint->config())) : Value();
}
void from_value(const Value& value, AnyConstraint& constraint) {
  constraint = value.is_null() ? AnyConstraint() : AnyConstraint(Constraint::from_config(value));
}

template class Handle<Constraint>;

}  // namespace linnet
