// Initializers: the first values of weights. Keras's classes, defaults and formulas (keras.initializers).
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "linnet/base/config.h"
#include "linnet/base/handle.h"
#include "linnet/tensor/tensor.h"

#pragma GCC visibility push(default)
namespace linnet {

/// What every initializer is: a new tensor from a shape. Keras: keras.initializers.Initializer.
///   class Ramp final : public Initializer {  // 0, 1, 2, …
///    public:
///     Tensor operator()(const Shape& shape, DType dtype) const override {
///       return reshape(arange(0, static_cast<double>(shape.size()), 1, dtype), shape);
///     }
///     std::string class_name() const override { return "Ramp"; }
///     Config config() const override { return {}; }
///   };
///   Ramp()({2, 2}, float32);  // -> {{0, 1}, {2, 3}}
class Initializer {
 public:
  virtual ~Initializer() = default;
  /// A new tensor. Random ones draw from their own seed if they have one, else from the global seed.
  virtual Tensor operator()(const Shape& shape, DType dtype = float32) const = 0;
  virtual std::string class_name() const = 0;  // "GlorotUniform"
  virtual Config config() const = 0;           // get_config()

  /// "glorot_uniform" or "GlorotUniform"; throws `[initializer] unknown …` listing the names.
  static std::shared_ptr<Initializer> get(std::string_view name);
  /// A name or {"class_name", "config"}.
  static std::shared_ptr<Initializer> from_config(const Value& value);
};

extern template class Handle<Initializer>;
using AnyInitializer = Handle<Initializer>;
Value to_value(const AnyInitializer& initializer);  // Keras's serialized form; null if none
void from_value(const Value& value, AnyInitializer& initializer);

}  // namespace linnet
#pragma GCC visibility pop
