// Activations by name, as Keras knows them (keras.activations): the functions, and the ActivationFunction that layers
// hold.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "linnet/activations/functions.h"
#include "linnet/base/config.h"
#include "linnet/ops/matmul.h"
#include "linnet/tensor/tensor.h"

#pragma GCC visibility push(default)
namespace linnet {

/// What a layer applies to its output: a function with Keras's name for it.
///   Dense by_function(64, {.activation = relu});
///   Dense by_name(64, {.activation = "relu"});
///   ActivationFunction("relu")(tensor({-1, 2}));  // -> {0, 2}
class ActivationFunction {
 public:
  using Function = Tensor (*)(const Tensor&);

  ActivationFunction() : ActivationFunction(static_cast<Function>(linear)) {}
  ActivationFunction(Function function);  // a known function keeps its name, another saves as "custom"
  ActivationFunction(const char* name);   // throws for an unknown name, listing the known ones
  ActivationFunction(const std::string& name);
  /// A function with parameters, saved as {"class_name", "config"} or a plain name.
  ActivationFunction(std::function<Tensor(const Tensor&)> function, Value config);
  // Compiled once: each layer has one among its options.
  ActivationFunction(const ActivationFunction&);
  ActivationFunction(ActivationFunction&&) noexcept;
  ActivationFunction& operator=(const ActivationFunction&);
  ActivationFunction& operator=(ActivationFunction&&) noexcept;
  ~ActivationFunction();

  Tensor operator()(const Tensor& x) const { return function_(x); }
  bool is_linear() const { return name() == "linear"; }
  const std::string& name() const { return name_; }
  /// The activation a matrix product can apply itself, if this is one; `none` for linear.
  bool has_fused() const;
  FusedActivation fused() const;

  /// "relu", or an object with parameters: what get_config() writes.
  Value config() const { return config_; }
  /// A name, an object {"class_name", "config"} (also of Keras's activation layers: "ReLU", "LeakyReLU", …), or null
  /// for linear.
  static ActivationFunction get(const Value& name_or_config);
  /// A function with arguments by their Keras names. Throws for an unknown name or argument.
  ///   ActivationFunction::get("leaky_relu", {{"negative_slope", 0.1}})(tensor({-10, 2}));  // -> {-1, 2}
  static ActivationFunction get(std::string_view name, const Config& arguments);
  /// Keras's names, sorted.
  static std::vector<std::string> names();

 private:
  std::function<Tensor(const Tensor&)> function_;
  std::string name_;
  Value config_;
};

/// Gives a function of one's own a name: layers can be made with it, and models that have it loaded. Throws for a name
/// that a function of Keras's has; a name that was registered before is given to the new function.
///   register_activation("cube", [](const Tensor& x) { return x * x * x; });
///   Activation("cube")(tensor({2, 3}));  // -> {8, 27}
void register_activation(std::string name, std::function<Tensor(const Tensor&)> function);

inline Value to_value(const ActivationFunction& activation) { return activation.config(); }
/// null reads as linear.
void from_value(const Value& value, ActivationFunction& activation);

}  // namespace linnet
#pragma GCC visibility pop
