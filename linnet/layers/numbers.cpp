#include "linnet/layers/numbers.h"

namespace linnet {

Numbers::Numbers(const std::vector<double>& list) : values_(list), shape_{static_cast<std::int64_t>(list.size())} {
  check(!list.empty(), "[Numbers] expected at least one number, received none");
}

Numbers::Numbers(const Tensor& array) : values_(array.to_vector<double>()), shape_(array.shape()) {
  check(!values_.empty(), "[Numbers] expected at least one number, received shape ", shape_);
}

Tensor Numbers::to_tensor(DType dtype) const { return from_vector(values_, shape_).to(dtype); }

namespace {

/// The numbers from `next` on, as lists of the sizes shape[axis], shape[axis + 1], …
Value nested(const Shape& shape, int axis, const double*& next) {
  if (axis == shape.rank()) return *next++;
  List list;
  for (std::int64_t i = 0; i < shape[axis]; ++i) list.push_back(nested(shape, axis + 1, next));
  return list;
}

void flatten_lists(const Value& value, const Shape& shape, int axis, std::vector<double>& values) {
  if (axis == shape.rank()) return values.push_back(value.as_double());
  check(static_cast<std::int64_t>(value.as_list().size()) == shape[axis],
        "[config] expected lists of equal length, received ", value);
  for (const Value& item : value.as_list()) flatten_lists(item, shape, axis + 1, values);
}

}  // namespace

// A friend that is declared in its class only is not visible by the header.
[[gnu::visibility("default")]] Value to_value(const Numbers& numbers) {
  const double* next = numbers.values_.data();
  return nested(numbers.shape_, 0, next);
}

[[gnu::visibility("default")]] void from_value(const Value& value, Numbers& numbers) {
  if (value.is_config()) {  // Keras writes NumPy arrays so: {"class_name": "__numpy__", "config": {"value": …}}
    from_value(value.as_config().at("config").as_config().at("value"), numbers);
    return;
  }
  Shape shape;
  for (const Value* inner = &value; inner->is_list(); inner = &inner->as_list().front()) {
    check(!inner->as_list().empty(), "[config] expected at least one number, received ", value);
    shape.push_back(static_cast<std::int64_t>(inner->as_list().size()));
  }
  std::vector<double> values;
  flatten_lists(value, shape, 0, values);
  numbers.values_ = std::move(values);
  numbers.shape_ = shape;
}

}  // namespace linnet
