// Activations by name, as Keras knows them (keras.activations): the functions, and the Activation that layers hold.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "linnet/base/config.h"
#include "linnet/ops/matmul.h"
#include "linnet/ops/nn.h"
#include "linnet/tensor/tensor.h"

namespace linnet {

/// x.
Tensor linear(const Tensor& x);
// More functions stand in activations/functions.h; those with a kernel in ops/nn.h.

/// What a layer applies to its output: a function with Keras's name for it.
///   Dense(64, {.activation = relu})   Dense(64, {.activation = "relu"})   Dense(64, {.activation = my_function})
class Activation {
 public:
  using Function = Tensor (*)(const Tensor&);

  Activation() : Activation(static_cast<Function>(linear)) {}
  Activation(Function function);  // a known function keeps its name, another saves as "custom"
  Activation(const char* name);   // throws for an unknown name, listing the known ones
  Activation(const std::string& name);
  /// A function with parameters, saved as {"class_name", "config"} or a plain name.
  Activation(std::function<Tensor(const Tensor&)> function, Value config);

  Tensor operator()(const Tensor& x) const { return function_(x); }
  bool is_linear() const { return name() == "linear"; }
  const std::string& name() const { return name_; }
  /// The activation a matrix product can apply itself, if this is one; `none` for linear.
  bool has_fused() const;
  FusedActivation fused() const;

  /// "relu", or an object with parameters: what get_config() writes.
  Value config() const { return config_; }
  static Activation get(const Value& name_or_config);
  static std::vector<std::string> names();

 private:
  std::function<Tensor(const Tensor&)> function_;
  std::string name_;
  Value config_;
};

inline Value to_value(const Activation& activation) { return activation.config(); }
/// null reads as linear.
void from_value(const Value& value, Activation& activation);

}  // namespace linnet
