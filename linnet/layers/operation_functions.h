// The functions that Operation knows, by their names in keras.ops. Internal.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "linnet/layers/operation_arguments.h"

namespace linnet {

struct OperationFunction {
  const char* parameters;  // their names in Keras, in order: "x, axis, keepdims"; "*" at the end: and any number more
  Tensors (*compute)(const OperationArguments& arguments);
};

const std::map<std::string, OperationFunction, std::less<>>& operation_functions();

}  // namespace linnet
