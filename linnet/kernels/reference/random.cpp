#include "linnet/base/random.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "linnet/kernels/reference/loop.h"
#include "linnet/kernels/reference/reference.h"

namespace linnet::kernels::reference {
namespace {

using Words = std::array<std::uint32_t, 4>;

/// Calls body(i, words of counter i / per_counter, i % per_counter, offset in dst) for the elements of dst in row-major
/// order; `per_counter` elements share one counter's four words.
template <class Body>
void for_each_draw(std::uint64_t seed, std::uint64_t stream, std::uint64_t per_counter, const MutableView& dst,
                   Body body) {
  std::uint64_t i = 0;
  Words words{};
  for_each_element(
      dst.shape,
      [&](std::int64_t d) {
        if (i % per_counter == 0) words = philox(seed, stream, i / per_counter);
        body(i, words, i % per_counter, d);
        ++i;
      },
      dst.strides);
}

/// Uniform in [0, 1) with 24 bits, all of which a float32 holds.
float uniform_from_word(std::uint32_t word) { return static_cast<float>(word >> 8) * 0x1p-24f; }

/// Box-Muller: two independent normal numbers from two words.
std::array<double, 2> normal_from_words(std::uint32_t first, std::uint32_t second) {
  const double u = (static_cast<double>(first) + 1) * 0x1p-32;  // in (0, 1]: its logarithm is finite
  const double radius = std::sqrt(-2 * std::log(u)), angle = 2 * std::numbers::pi * 0x1p-32 * second;
  return {radius * std::cos(angle), radius * std::sin(angle)};
}

/// Element i: the first of its own candidates within two standard deviations. Each try has a counter of its own.
double truncated_normal(std::uint64_t seed, std::uint64_t stream, std::uint64_t i) {
  for (std::uint64_t attempt = 0;; ++attempt) {
    const Words words = philox(seed, stream, i + (attempt << 48));
    for (std::size_t pair : {0, 2})
      for (double z : normal_from_words(words[pair], words[pair + 1]))
        if (std::abs(z) <= 2) return z;
  }
}

}  // namespace

void random_uniform(std::uint64_t seed, std::uint64_t stream, double low, double high, const MutableView& dst) {
  if (dst.dtype == DType::float32 || dst.dtype == DType::bfloat16) {
    const auto bottom = static_cast<float>(low), width = static_cast<float>(high - low);
    const float last = std::nextafter(static_cast<float>(high), bottom);  // rounding must not reach `high`
    return dispatch_floating(dst.dtype, [&](auto zero) {
      using T = decltype(zero);
      for_each_draw(seed, stream, 4, dst, [&](std::uint64_t, const Words& words, std::uint64_t lane, std::int64_t d) {
        const float x = bottom + width * uniform_from_word(words[lane]);
        dst.as<T>()[d] = convert<T>(std::min(x, last));
      });
    });
  }
  dispatch(dst.dtype, [&](auto zero) {
    using T = decltype(zero);
    const double last = std::nextafter(high, low);
    for_each_draw(seed, stream, 2, dst, [&](std::uint64_t, const Words& words, std::uint64_t lane, std::int64_t d) {
      const double x = low + (high - low) * uniform_from_words(words[2 * lane], words[2 * lane + 1]);
      dst.as<T>()[d] = convert<T>(std::is_integral_v<T> ? std::floor(std::min(x, last)) : std::min(x, last));
    });
  });
}

void random_normal(std::uint64_t seed, std::uint64_t stream, double mean, double stddev, bool truncated,
                   const MutableView& dst) {
  dispatch_floating(dst.dtype, [&](auto zero) {
    using T = decltype(zero);
    std::array<double, 4> drawn{};
    for_each_draw(seed, stream, 4, dst, [&](std::uint64_t i, const Words& words, std::uint64_t lane, std::int64_t d) {
      if (truncated) {
        dst.as<T>()[d] = convert<T>(mean + stddev * truncated_normal(seed, stream, i));
        return;
      }
      if (lane == 0) {
        const auto [a, b] = normal_from_words(words[0], words[1]);
        const auto [c, e] = normal_from_words(words[2], words[3]);
        drawn = {a, b, c, e};
      }
      dst.as<T>()[d] = convert<T>(mean + stddev * drawn[lane]);
    });
  });
}

void dropout_mask(std::uint64_t seed, std::uint64_t stream, double rate, const MutableView& dst) {
  dispatch_floating(dst.dtype, [&](auto zero) {
    using T = decltype(zero);
    const T kept = convert<T>(rate < 1 ? 1 / (1 - rate) : 0.0), dropped = convert<T>(0.0);
    const auto threshold = static_cast<float>(rate);
    for_each_draw(seed, stream, 4, dst, [&](std::uint64_t, const Words& words, std::uint64_t lane, std::int64_t d) {
      dst.as<T>()[d] = uniform_from_word(words[lane]) < threshold ? dropped : kept;
    });
  });
}

}  // namespace linnet::kernels::reference
