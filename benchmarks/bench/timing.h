// How long things take.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <limits>
#include <vector>

namespace linnet::bench {

constexpr double not_measured = std::numeric_limits<double>::quiet_NaN();

inline double seconds_now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

/// Seconds for `calls` calls together.
template <class Body>
double seconds_of(std::int64_t calls, Body& body) {
  const double start = seconds_now();
  for (std::int64_t i = 0; i < calls; ++i) body();
  return seconds_now() - start;
}

inline double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  if (values.size() % 2 == 1) return *middle;
  return (*middle + *std::max_element(values.begin(), middle)) / 2;
}

template <class Measure>
double median_of(int repeat, Measure&& measure) {
  std::vector<double> values;
  for (int i = 0; i < repeat; ++i) values.push_back(measure());
  return median(std::move(values));
}

/// The median over `repeat` rounds of the seconds a call takes; a round lasts 20 ms or one call. The calls that find
/// how many make a round warm up as well.
template <class Body>
double seconds_per_call(int repeat, Body&& body) {
  constexpr double round = 0.02;
  std::int64_t calls = 1;
  body();
  while (seconds_of(calls, body) < round / 2) calls *= 2;
  return median_of(repeat, [&] { return seconds_of(calls, body) / static_cast<double>(calls); });
}

}  // namespace linnet::bench
