// What cases about layers, models and training share: weights by name, and options from their configs.
#pragma once

#include <memory>

#include "case.h"
#include "linnet/layers/layer.h"
#include "linnet/models/model.h"

namespace golden {

/// Gives the layer the values of "weights"; names, order, shapes and trainability have to agree.
void load_weights(Case& c, Layer& layer);
/// The same weights afterwards: `list` has {"name", "tensor"} entries in the order of layer.weights().
void compare_weights(Case& c, const Layer& layer, const Value& list, const std::string& what);

std::shared_ptr<Model> model_of(const Case& c);
CompileOptions compile_options(const Config& compile);
/// Options of fit; the data that they need (validation, sample weights) are left to the caller.
FitOptions fit_options(const Config& fit);
std::vector<AnyCallback> callbacks_from(const Value& list);
/// A data set in the order of the model's inputs and outputs: `x_names` and `y_names` say what the tensors are.
Dataset dataset_of(const Tensors& x, const Tensors& y, const Value* x_names, const Value* y_names);

}  // namespace golden
