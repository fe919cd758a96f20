// What the machine can do: the measure of everything else.
#pragma once

#include <functional>
#include <map>
#include <utility>

#include "linnet/base/dtype.h"

namespace linnet::bench {

/// Seconds from the first start to the last end of work(0) … work(threads - 1), each on a new thread.
double seconds_together(int threads, const std::function<void(int)>& work);

/// Multiplications and additions a second of float32 or bfloat16 numbers in registers; NaN: no instruction for it.
double measure_peak(DType dtype, int threads);

/// Bytes read and written a second when each thread copies memory that no cache holds.
double measure_copy_bandwidth(int threads);

/// Seconds until a cache line that one processor writes and another one answers is back; NaN with one processor.
/// Virtual machines move between cores that are near (0.1 µs) and far (0.5 µs), and with them the speed of two threads.
double measure_round_trip();

/// The figures that others are compared with, each found once: the peak is the best of the measurements, the bandwidth
/// their median.
class Machine {
 public:
  explicit Machine(int repeat) : repeat_(repeat) {}
  double peak(DType dtype, int threads);
  double copy_bandwidth(int threads);

 private:
  int repeat_;
  std::map<std::pair<DType, int>, double> peaks_;
  std::map<int, double> bandwidths_;
};

}  // namespace linnet::bench
