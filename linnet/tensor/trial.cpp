#include "linnet/tensor/trial.h"

#include <algorithm>

namespace linnet::detail {

namespace {

thread_local Trial* running = nullptr;

}  // namespace

Trial::Trial() : is_outermost_(running == nullptr) {
  if (is_outermost_) running = this;
}

Trial::~Trial() {
  if (!is_outermost_) return;
  running = nullptr;
  for (auto& [variable, value] : earlier_) variable.assign(value);
}

void Trial::before_assigning(const Variable& variable) {
  if (running == nullptr) return;
  auto& earlier = running->earlier_;
  const bool is_known =
      std::any_of(earlier.begin(), earlier.end(), [&](const auto& entry) { return entry.first == variable; });
  if (!is_known) earlier.emplace_back(variable, variable.stored().detach().clone());
}

}  // namespace linnet::detail
