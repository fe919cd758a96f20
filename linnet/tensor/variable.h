// Variable: a named weight. A handle: copies name the same weight, so a layer and its copies share it.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "linnet/tensor/tensor.h"

#pragma GCC visibility push(default)
namespace linnet {

class Variable {
 public:
  /// Not built yet; every copy sees the value once it is built.
  Variable();
  /// A weight that starts as a copy of `initial`.
  Variable(std::string name, const Tensor& initial, bool trainable = true);

  bool defined() const { return state_->value.defined(); }
  /// The weight as a tensor (a leaf that requires a gradient when trainable and floating). Inside of an Autocast, a
  /// floating weight of another dtype converted, with the conversion on the tape.
  Tensor value() const;
  /// value(), so that a weight stands where a tensor is expected:  x * factor_
  operator Tensor() const { return value(); }
  /// The weight itself, in the dtype in which it is kept.
  const Tensor& stored() const;
  const Shape& shape() const { return stored().shape(); }
  DType dtype() const { return stored().dtype(); }
  /// Copies numbers into the weight's own storage; throws `[name] expected shape …` on another shape.
  void assign(const Tensor& value);

  /// "kernel".
  const std::string& name() const { return state_->name; }
  /// "sequential/dense/kernel": set when a model is built.
  const std::string& path() const { return state_->path; }
  bool trainable() const { return state_->trainable; }

  /// Same weight?
  friend bool operator==(const Variable& a, const Variable& b) { return a.state_ == b.state_; }

  struct State {
    Tensor value;
    std::string name, path;
    bool trainable = true;
    std::function<Tensor(const Tensor&)> regularizer;  // weight -> scalar penalty; empty if none
    std::function<Tensor(const Tensor&)> constraint;   // weight -> projected weight, after each optimizer step
  };
  State& state() const { return *state_; }

 private:
  std::shared_ptr<State> state_;
};

using Variables = std::vector<Variable>;

/// While it lives, floating weights read on this thread are converted to `dtype`: how a layer computes in another dtype
/// than that of its weights. Keras: AutocastScope.
class Autocast {
 public:
  explicit Autocast(DType dtype);
  ~Autocast();
  Autocast(const Autocast&) = delete;
  Autocast& operator=(const Autocast&) = delete;

 private:
  std::optional<DType> before_;
};

/// A weight and the gradient of a loss with respect to it (empty where the loss does not depend on it).
struct Gradient {
  Variable variable;
  Tensor value;
};
using Gradients = std::vector<Gradient>;

}  // namespace linnet
#pragma GCC visibility pop
