// The arguments of a function of keras.ops, as Operation keeps them. Internal.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "linnet/base/config.h"
#include "linnet/ops/reduce.h"
#include "linnet/tensor/tensor.h"

namespace linnet {

/// The elements of {"tuple": […]}, {"list": […]} or a plain list; null if `value` is none of them.
const List* elements_of(const Value& value);

/// Arguments by the names of the parameters. Every error begins with `[function]` and names the parameter.
class OperationArguments {
 public:
  /// `parameters`: "x, axis, keepdims". Throws for arguments that have no parameter, unless they are null or false.
  OperationArguments(std::string function, std::string_view parameters, const List& arguments, const Config& options,
                     const Tensors& inputs);

  /// Is it given, and not null?
  bool has(std::string_view name) const { return find(name) != nullptr; }
  /// An input, an array or a number, which is float32 or int32 as in Keras.
  Tensor tensor(std::string_view name) const;
  /// Two, of which a number takes the other one's dtype, as in Keras.
  std::pair<Tensor, Tensor> pair(std::string_view first, std::string_view second) const;
  Tensors tensors(std::string_view name) const;  // of a list
  Tensors rest() const;                          // of the arguments behind the parameters, if the last one is "*"
  bool flag(std::string_view name) const;        // false when it is not given
  double number(std::string_view name) const;
  std::int64_t integer(std::string_view name) const;
  std::int64_t integer(std::string_view name, std::int64_t otherwise) const;
  std::vector<std::int64_t> integers(std::string_view name) const;  // of one number or a list
  Axes axes(std::string_view name = "axis") const;                  // all when it is not given
  std::string text(std::string_view name) const;
  DType dtype(DType otherwise) const;  // of the parameter "dtype"
  const Value& value(std::string_view name) const;

  [[noreturn]] void reject(std::string_view name, const char* expected) const;

 private:
  const Value* find(std::string_view name) const;
  Tensor tensor_of(const Value& value, std::string_view name) const;

  std::string function_;
  std::map<std::string, Value, std::less<>> values_;
  List rest_;
  const Tensors& inputs_;
};

}  // namespace linnet
