#include "linnet/tuning/space_tour.h"

#include <algorithm>

namespace linnet::detail {

bool SpaceTour::next() {
  seen_.insert(seen_.end(), hp_.active_scopes().begin(), hp_.active_scopes().end());
  const std::vector<Scope>& closed = hp_.inactive_scopes();
  const auto unseen = std::find_if(closed.begin(), closed.end(), [&](const Scope& scope) {
    return std::find(seen_.begin(), seen_.end(), scope) == seen_.end();
  });
  if (unseen == closed.end()) return false;
  seen_.push_back(*unseen);  // tried once, whatever comes of it
  for (const Condition& condition : *unseen) hp_.set_value(condition.name, condition.values.front());
  hp_.forget_scopes();
  return true;
}

}  // namespace linnet::detail
