#include "linnet/layers/ternary_dense.h"

#include "linnet/layers/fields.h"
#include "linnet/ops/elementwise.h"
#include "linnet/ops/matmul.h"
#include "linnet/ops/reduce.h"
#include "linnet/tensor/autograd.h"

namespace linnet {

template <class Visitor>
void fields(Visitor& visit, TernaryDenseOptions& o) {
  visit("threshold", o.threshold);
  visit("activation", o.activation);
  visit("use_bias", o.use_bias);
  visit("kernel_initializer", o.kernel_initializer);
  visit("bias_initializer", o.bias_initializer);
  visit("kernel_regularizer", o.kernel_regularizer);
  visit("bias_regularizer", o.bias_regularizer);
  visit("activity_regularizer", o.activity_regularizer);
  visit("kernel_constraint", o.kernel_constraint);
  visit("bias_constraint", o.bias_constraint);
}

TernaryDense::TernaryDense(std::int64_t units, TernaryDenseOptions options)
    : LayerOf("TernaryDense", layer_options(options)), units_(units), options_(std::move(options)) {
  check(units > 0, "[TernaryDense \"", name(), "\"] expected units > 0, received ", units);
  check(options_.threshold.value_or(0) >= 0, "[TernaryDense \"", name(), "\"] expected threshold >= 0, received ",
        options_.threshold.value_or(0));
}

void TernaryDense::build(const Shape& input) {
  check(input.rank() >= 2 && input.back() > 0, "[TernaryDense \"", name(),
        "\"] expected inputs of shape (batch, …, features) with a known number of features, received ", input);
  add_weight(kernel_, "kernel", {input.back(), units_}, options_.kernel_initializer,
             {options_.kernel_regularizer, options_.kernel_constraint, true, dtype()});
  if (options_.use_bias)
    add_weight(bias_, "bias", {units_}, options_.bias_initializer,
               {options_.bias_regularizer, options_.bias_constraint, true, dtype()});
}

Tensor TernaryDense::call(const Tensor& input, Mode) {
  const Tensor x = input.to(compute_dtype()), kernel = kernel_.value(), size = abs(kernel);
  check(x.rank() >= 2 && x.shape().back() == kernel.shape()[0], "[TernaryDense \"", name(), "\"] expected inputs with ",
        kernel.shape()[0], " features in the last axis, received shape ", x.shape());
  const Tensor threshold = options_.threshold ? scalar(*options_.threshold, kernel.dtype()) : mean(size) * 0.5;
  const Tensor ternary = sign(kernel) * greater(size, threshold).to(kernel.dtype());
  Tensor y = matmul(x, kernel + stop_gradient(ternary - kernel));
  if (!options_.threshold) y = y * mean(size);
  if (options_.use_bias) y = y + bias_.value();
  if (!options_.activation.is_linear()) y = options_.activation(y);
  if (options_.activity_regularizer) add_activity_loss(*options_.activity_regularizer, y);
  return y;
}

Shape TernaryDense::compute_output_shape(const Shape& input) const {
  Shape output = input;
  output[-1] = units_;
  return output;
}

Config TernaryDense::config() const {
  Config config = base_config();
  config.set("units", units_);
  return with_fields(std::move(config), options_);
}

AnyLayer TernaryDense::from_config(const Config& config) {
  Config rest = config;
  rest.erase("units");
  return TernaryDense(config.at("units").as_int(), read_options<TernaryDenseOptions>(rest, "TernaryDense"));
}

}  // namespace linnet
