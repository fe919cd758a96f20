// Layers and models that are written in Python: objects with build(input_shape) and call(x).
#pragma once

#include <optional>

#include "linnet/models/model.h"
#include "python_object.h"
#include "values.h"

namespace linnet::python {

/// Of the call that is running on this thread, if one is: what a layer inside is called with when its caller says
/// nothing.
std::optional<Mode> current_mode();

/// While it lives, current_mode() is this one.
class ModeScope {
 public:
  explicit ModeScope(Mode mode);
  ~ModeScope();
  ModeScope(const ModeScope&) = delete;
  ModeScope& operator=(const ModeScope&) = delete;

 private:
  std::optional<Mode> before_;
};

/// What the Python class of a layer has of its own.
struct OwnMethods {
  bool output_shape = false, autocast = true;
};

/// While it lives, the Python object knows how it is called: what stands around the tensors (keras/_calls.py).
class CallScope {
 public:
  CallScope(const PythonObject& object, const CallArguments& arguments);
  ~CallScope();
  CallScope(const CallScope&) = delete;
  CallScope& operator=(const CallScope&) = delete;

 private:
  const PythonObject& object_;
  PythonObject before_;
};

/// The engine's side of a layer written in Python.
class PythonSide {
 public:
  PythonSide(const py::object& object, OwnMethods own) : object_(object), own_(own) {}
  virtual ~PythonSide() = default;
  PythonSide(const PythonSide&) = default;
  PythonSide& operator=(const PythonSide&) = default;

  virtual Variable add_weight_like(const std::string& name, const Shape& shape, const AnyInitializer& initializer,
                                   const WeightOptions& options) = 0;
  virtual void add_variable(const Variable& variable) = 0;
  virtual void add_sublayer(const AnyLayer& layer) = 0;
  virtual const Variables& own_variables() const = 0;
  virtual void add_penalty(const Tensor& scalar) = 0;
  /// Found by running call(), whatever the class has of its own: what super().compute_output_shape() gives.
  virtual Shapes infer_shapes(const Shapes& inputs) const = 0;
  const PythonObject& object() const { return object_; }

 protected:
  void build_in_python(const Shapes& inputs) const;
  Tensors call_in_python(const Tensors& xs, Mode mode) const;
  Shapes output_shapes_in_python(const Shapes& inputs) const;
  Config config_in_python() const;
  std::vector<DType> output_dtypes_in_python() const;  // none: as those of other layers

  PythonObject object_;
  OwnMethods own_;
};

template <class Base>
class PythonLayerOf final : public LayerOf<PythonLayerOf<Base>, Base>, public PythonSide {
 public:
  PythonLayerOf(const py::object& object, std::string class_name, const LayerOptions& options, OwnMethods own)
      : LayerOf<PythonLayerOf<Base>, Base>(std::move(class_name), options), PythonSide(object, own) {}

  void build_many(const Shapes& inputs) override { build_in_python(inputs); }
  Tensors call_many(const Tensors& xs, Mode mode) override { return call_in_python(xs, mode); }
  Tensors call_with(const Tensors& xs, const CallArguments& arguments, Mode mode) override {
    const CallScope scope(object_, arguments);
    return call_many(xs, mode);
  }
  std::vector<std::string> call_argument_names() const override { return {"call"}; }
  Shapes compute_output_shapes_with(const Shapes& inputs, const CallArguments& arguments) const override {
    if (arguments.empty()) return compute_output_shapes(inputs);
    const CallScope scope(object_, arguments);
    return compute_output_shapes(inputs);
  }
  Shapes compute_output_shapes(const Shapes& inputs) const override {
    return own_.output_shape ? output_shapes_in_python(inputs) : infer_shapes(inputs);
  }
  Shape compute_output_shape(const Shape& input) const override {
    return own_.output_shape ? output_shapes_in_python({input}).at(0) : Base::compute_output_shape(input);
  }
  Shapes infer_shapes(const Shapes& inputs) const override { return this->infer_output_shapes(inputs); }
  Config config() const override { return config_in_python(); }
  DType compute_output_dtype(DType input) const override { return compute_output_dtypes(1, input)[0]; }
  std::vector<DType> compute_output_dtypes(std::size_t count, DType input) const override {
    std::vector<DType> dtypes = output_dtypes_in_python();
    dtypes.resize(count, dtypes.empty() ? Base::compute_output_dtype(input) : dtypes[0]);
    return dtypes;
  }
  bool autocasts() const override { return own_.autocast; }

  Variable add_weight_like(const std::string& name, const Shape& shape, const AnyInitializer& initializer,
                           const WeightOptions& options) override {
    Variable variable;
    this->add_weight(variable, name, shape, initializer, options);
    return variable;
  }
  void add_variable(const Variable& variable) override { this->state().own_weights.push_back(variable); }
  const Variables& own_variables() const override { return this->state().own_weights; }
  void add_sublayer(const AnyLayer& layer) override { this->state().sublayers.push_back(layer); }
  void add_penalty(const Tensor& scalar) override { this->add_loss(scalar); }
};

}  // namespace linnet::python
