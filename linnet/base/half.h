// float16 (IEEE 754 binary16), which files hold and tensors do not.
#pragma once

#include <bit>
#include <cstdint>

namespace linnet {

inline float float_from_half(std::uint16_t half) {
  const std::uint32_t sign = std::uint32_t{half & 0x8000u} << 16;
  const std::uint32_t exponent = half >> 10 & 0x1fu, mantissa = half & 0x3ffu;
  if (exponent == 0) {  // zero and the subnormal numbers: mantissa · 2^-24
    const float magnitude = static_cast<float>(mantissa) * 0x1p-24f;
    return sign != 0 ? -magnitude : magnitude;
  }
  const std::uint32_t rebased = exponent == 31 ? 255 : exponent + 112;
  return std::bit_cast<float>(sign | rebased << 23 | mantissa << 13);
}

}  // namespace linnet
