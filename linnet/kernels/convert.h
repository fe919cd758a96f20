// Conversion of one number between element types: what every copy means, slow or fast.
#pragma once

#include <cmath>
#include <cstdint>
#include <limits>
#include <type_traits>
#include <utility>

#include "linnet/base/dtype.h"

namespace linnet::kernels {

template <class T>
constexpr bool is_floating_type = std::is_floating_point_v<T> || std::is_same_v<T, BFloat16>;

/// Conversion of values between dtypes: integers truncate towards zero and saturate (NaN gives 0), boolean is value !=
/// 0.
template <class To, class From>
To convert(From value) {
  if constexpr (std::is_same_v<To, From>) {
    return value;
  } else if constexpr (std::is_same_v<From, BFloat16>) {
    return convert<To>(static_cast<float>(value));
  } else if constexpr (std::is_same_v<To, bool>) {
    return value != 0;
  } else if constexpr (std::is_same_v<To, BFloat16>) {
    return BFloat16(static_cast<float>(value));
  } else if constexpr (std::is_floating_point_v<To> || std::is_same_v<From, bool>) {
    return static_cast<To>(value);
  } else {
    using Limits = std::numeric_limits<To>;
    if constexpr (std::is_floating_point_v<From>) {
      if (std::isnan(value)) return 0;
      // The largest To plus one is a power of two, which From holds exactly; To holds its half.
      constexpr To half = To{1} << (Limits::digits - 1);
      if (value >= 2 * static_cast<From>(half)) return Limits::max();
      if (value <= static_cast<From>(Limits::min())) return Limits::min();
    } else {
      if (std::cmp_greater(value, Limits::max())) return Limits::max();
      if (std::cmp_less(value, Limits::min())) return Limits::min();
    }
    return static_cast<To>(value);
  }
}

}  // namespace linnet::kernels
