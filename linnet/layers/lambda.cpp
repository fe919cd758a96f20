#include "linnet/layers/lambda.h"

#include <utility>

#include "linnet/base/check.h"

namespace linnet {

Lambda::Lambda(std::function<Tensor(const Tensor&)> function, LayerOptions options)
    : LayerOf("Lambda", options), function_([f = std::move(function), name = this->name()](const Tensors& xs) {
        check(xs.size() == 1, "[Lambda \"", name, "\"] expected one input, received ", xs.size(),
              "; a function of several takes a const Tensors&");
        return f(xs[0]);
      }) {
  state().built = true;
}

Lambda::Lambda(std::function<Tensor(const Tensors&)> function, LayerOptions options)
    : LayerOf("Lambda", options), function_(std::move(function)) {
  state().built = true;
}

Tensors Lambda::call_many(const Tensors& xs, Mode) { return {function_(xs)}; }

Config Lambda::config() const {
  fail("[Lambda \"", name(),
       "\"] expected a layer that can be saved: a file holds no code; write a class that derives from LayerOf, and "
       "register it");
}

}  // namespace linnet
