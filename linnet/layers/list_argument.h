// ListArgument: layers whose inputs after the first one are one argument in Keras.
#pragma once

#include <string_view>

#pragma GCC visibility push(default)
namespace linnet {

/// What a layer has that Keras calls as layer(x, initial_state=[h, c]) and Linnet as layer({x, h, c}): Keras's name of
/// the argument. The configs of functional models say it.
class ListArgument {
 public:
  virtual ~ListArgument() = default;
  virtual std::string_view list_argument() const = 0;
};

}  // namespace linnet
#pragma GCC visibility pop
