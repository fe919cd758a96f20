#include "linnet/layers/axis_sizes.h"

#include <algorithm>

#include "linnet/base/fields.h"
#include "linnet/layers/layer.h"

namespace linnet {

AxisSizes AxisSizes::for_axes(int axes, const Layer& layer, std::string_view option, std::int64_t least) const {
  constexpr std::int64_t most = std::int64_t{1} << 24;  // far from where products of sizes would overflow
  const bool in_range =
      std::all_of(sizes_.begin(), sizes_.end(), [least](std::int64_t n) { return n >= least && n < most; });
  check(in_range && (single_ || static_cast<int>(sizes_.size()) == axes), "[", layer.class_name(), " \"", layer.name(),
        "\"] expected ", option, least > 0 ? " above 0" : " of 0 or more", " and below ", most,
        ", one for all spatial axes or one for each of ", axes, ", received ", to_value(*this));
  return AxisSizes(single_ ? std::vector(static_cast<std::size_t>(axes), sizes_[0]) : sizes_);
}

// A friend that is declared in its class only is not visible by the header.
[[gnu::visibility("default")]] Value to_value(const AxisSizes& sizes) {
  return sizes.single_ ? Value(sizes.sizes_[0]) : to_value(sizes.sizes_);
}

[[gnu::visibility("default")]] void from_value(const Value& value, AxisSizes& sizes) {
  sizes.single_ = value.is_int();
  if (sizes.single_)
    sizes.sizes_ = {value.as_int()};
  else
    from_value(value, sizes.sizes_);
}

}  // namespace linnet
