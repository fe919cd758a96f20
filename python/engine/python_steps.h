// Models whose steps - train_step(), compute_loss(), … - are written in Python.
#pragma once

#include <string>

#include "linnet/models/model.h"
#include "python_object.h"
#include "values.h"

namespace linnet::python {

/// Which of them the Python class has of its own. The others are the engine's and cost nothing.
struct OwnSteps {
  bool train_step = false, test_step = false, predict_step = false;
  bool compute_loss = false, compute_metrics = false, metrics = false;
};

/// Calls the methods of the Python model. It knows it weakly: whoever calls fit() holds it.
class PythonSteps {
 public:
  virtual ~PythonSteps() = default;
  void set_steps(const py::object& model, OwnSteps own);

  /// The engine's own steps, for a Python method that calls super()'s.
  virtual void default_train_step(const Batch& batch) = 0;
  virtual void default_test_step(const Batch& batch) = 0;
  virtual Tensors default_predict_step(const Batch& batch) = 0;
  virtual Tensor default_compute_loss(const Batch& batch, const Tensors& y_pred) = 0;
  virtual void default_compute_metrics(const Batch& batch, const Tensors& y_pred) = 0;
  virtual Logs default_metrics_result() const = 0;
  virtual void default_reset_metrics() = 0;

 protected:
  OwnSteps own_;
  void call_step(const char* name, const Batch& batch) const;
  Tensors call_predict_step(const Batch& batch) const;
  Tensor call_compute_loss(const Batch& batch, const Tensors& y_pred) const;
  void call_compute_metrics(const Batch& batch, const Tensors& y_pred) const;
  Logs call_metrics_result() const;
  void call_reset_metrics() const;
  bool has_results() const { return own_.train_step || own_.test_step || own_.compute_metrics || own_.metrics; }

 private:
  py::object model() const;
  PythonObject model_;  // a weak reference
};

template <class Base>
class StepsOf : public Base, public PythonSteps {
 public:
  using Base::Base;

  void train_step(const Batch& batch) override {
    own_.train_step ? call_step("train_step", batch) : Base::train_step(batch);
  }
  void test_step(const Batch& batch) override {
    own_.test_step ? call_step("test_step", batch) : Base::test_step(batch);
  }
  Tensors predict_step(const Batch& batch) override {
    return own_.predict_step ? call_predict_step(batch) : Base::predict_step(batch);
  }
  Tensor compute_loss(const Batch& batch, const Tensors& y_pred) override {
    return own_.compute_loss ? call_compute_loss(batch, y_pred) : Base::compute_loss(batch, y_pred);
  }
  void compute_metrics(const Batch& batch, const Tensors& y_pred) override {
    own_.compute_metrics ? call_compute_metrics(batch, y_pred) : Base::compute_metrics(batch, y_pred);
  }
  Logs metrics_result() const override { return has_results() ? call_metrics_result() : Base::metrics_result(); }
  void reset_metrics() override {
    Base::reset_metrics();
    if (has_results()) call_reset_metrics();
  }
  bool steps_call_model() const override { return !own_.train_step; }

  void default_train_step(const Batch& batch) override { Base::train_step(batch); }
  void default_test_step(const Batch& batch) override { Base::test_step(batch); }
  Tensors default_predict_step(const Batch& batch) override { return Base::predict_step(batch); }
  Tensor default_compute_loss(const Batch& batch, const Tensors& y_pred) override {
    return Base::compute_loss(batch, y_pred);
  }
  void default_compute_metrics(const Batch& batch, const Tensors& y_pred) override {
    Base::compute_metrics(batch, y_pred);
  }
  Logs default_metrics_result() const override { return Base::metrics_result(); }
  void default_reset_metrics() override { Base::reset_metrics(); }
};

}  // namespace linnet::python
