// Trial: calls that only ask which shapes come out, and must leave no trace in variables. Internal.
#pragma once

#include <utility>
#include <vector>

#include "linnet/tensor/variable.h"

namespace linnet::detail {

/// While one lives, variables that this thread assigns to get their earlier values back at its end. The outermost one
/// counts. Keras: StatelessScope.
class Trial {
 public:
  Trial();
  ~Trial();
  Trial(const Trial&) = delete;
  Trial& operator=(const Trial&) = delete;

  /// To be called before a variable changes.
  static void before_assigning(const Variable& variable);

 private:
  std::vector<std::pair<Variable, Tensor>> earlier_;
  bool is_outermost_;
};

}  // namespace linnet::detail
