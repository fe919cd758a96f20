#include "linnet/layers/stateful.h"

namespace linnet {

void reset_states(Layer& layer) {
  if (auto* stateful = dynamic_cast<Stateful*>(&layer)) stateful->reset_state();
  for (const AnyLayer& inner : layer.sublayers()) reset_states(*inner);
}

}  // namespace linnet
