// Range: between which numbers a layer draws, among its options.
#pragma once

#include "linnet/base/config.h"

#pragma GCC visibility push(default)
namespace linnet {

class Layer;

/// Two numbers, {0.1, 0.3}; or one, 0.2, which a layer completes: most to [-0.2, 0.2], and to [0, 0.2] where nothing is
/// below 0. In a config: a number, or a list of two.
class Range {
 public:
  /// One number, to be completed.
  Range(double number = 0) : low_(number), high_(number), is_single_(true) {}
  /// From the smaller to the larger.
  Range(double low, double high) : low_(low < high ? low : high), high_(low < high ? high : low) {}

  double low() const { return low_; }
  double high() const { return high_; }
  /// Is it one number, not completed yet?
  bool is_single() const { return is_single_; }
  /// With two numbers: a single f becomes [max(-|f|, lowest), |f|]. Throws `[RandomRotation "…"] expected factor …`,
  /// naming `option`, unless all lies in [lowest, highest].
  Range within(const Layer& layer, const char* option, double lowest, double highest) const;
  /// The same, but of two numbers only a part must lie there: Keras takes factor=(0.5, 1.5).
  Range reaching_into(const Layer& layer, const char* option, double lowest, double highest) const;

  friend Value to_value(const Range& range);
  friend void from_value(const Value& value, Range& range);

 private:
  double low_, high_;
  bool is_single_ = false;
};

}  // namespace linnet
#pragma GCC visibility pop
