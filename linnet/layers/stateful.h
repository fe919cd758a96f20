// Stateful: layers that keep something from call to call.
#pragma once

#include "linnet/layers/layer.h"

#pragma GCC visibility push(default)
namespace linnet {

/// What a layer has that goes on where its last call has ended.
class Stateful {
 public:
  virtual ~Stateful() = default;
  /// Starts the next call as if it were the first.
  virtual void reset_state() = 0;
};

/// reset_state() of `layer` and of all layers inside, if they are stateful: of a whole model, before another sequence.
///   Sequential model({LSTM(4, {.stateful = true})});
///   model(zeros({2, 5, 3}));
///   reset_states(model);
void reset_states(Layer& layer);

}  // namespace linnet
#pragma GCC visibility pop
