#include "linnet/layers/range.h"

#include <algorithm>
#include <cmath>

#include "linnet/layers/layer.h"

namespace linnet {

Range Range::within(const Layer& layer, const char* option, double lowest, double highest) const {
  check(low_ >= lowest && high_ <= highest, "[", layer.class_name(), " \"", layer.name(), "\"] expected ", option,
        " in [", lowest, ", ", highest, "], received ", to_value(*this));
  return is_single_ ? Range(std::max(-std::abs(high_), lowest), std::abs(high_)) : *this;
}

Range Range::reaching_into(const Layer& layer, const char* option, double lowest, double highest) const {
  return !is_single_ && low_ <= highest && high_ >= lowest ? *this : within(layer, option, lowest, highest);
}

// A friend that is declared in its class only is not visible by the header.
[[gnu::visibility("default")]] Value to_value(const Range& range) {
  return range.is_single_ ? Value(range.low_) : Value(List{range.low_, range.high_});
}

[[gnu::visibility("default")]] void from_value(const Value& value, Range& range) {
  if (!value.is_list()) {
    range = value.as_double();
    return;
  }
  const List& list = value.as_list();
  check(list.size() == 2, "[config] expected a number or two numbers, received ", value);
  range = Range(list[0].as_double(), list[1].as_double());
}

}  // namespace linnet
