#include "linnet/layers/dense.h"

#include "linnet/layers/fields.h"
#include "linnet/ops/matmul.h"

namespace linnet {

template <class Visitor>
void fields(Visitor& visit, DenseOptions& o) {
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

Dense::Dense(std::int64_t units, DenseOptions options)
    : LayerOf("Dense", layer_options(options)), units_(units), options_(std::move(options)) {
  check(units > 0, "[Dense \"", name(), "\"] expected units > 0, received ", units);
}

void Dense::build(const Shape& input) {
  check(input.rank() >= 2 && input.back() > 0, "[Dense \"", name(),
        "\"] expected inputs of shape (batch, …, features) with a known number of features, received ", input);
  add_weight(kernel_, "kernel", {input.back(), units_}, options_.kernel_initializer,
             {options_.kernel_regularizer, options_.kernel_constraint, true, dtype()});
  if (options_.use_bias)
    add_weight(bias_, "bias", {units_}, options_.bias_initializer,
               {options_.bias_regularizer, options_.bias_constraint, true, dtype()});
}

Tensor Dense::call(const Tensor& x, Mode) {
  check(x.rank() >= 2 && x.shape().back() == kernel_.shape()[0], "[Dense \"", name(), "\"] expected inputs with ",
        kernel_.shape()[0], " features in the last axis, received shape ", x.shape(),
        x.rank() > 2 ? "; a Flatten() before it may be missing" : "");
  const ActivationFunction& activation = options_.activation;
  // The product itself rounds a kernel that is kept in a wider dtype: its gradient then needs no rounding.
  const Tensor bias = options_.use_bias ? bias_.stored() : Tensor();
  Tensor y = linear(x.to(compute_dtype()), kernel_.stored(), bias, activation.fused(), compute_dtype());
  if (!activation.has_fused() && !activation.is_linear()) y = activation(y);
  if (options_.activity_regularizer) add_activity_loss(*options_.activity_regularizer, y);
  return y;
}

Shape Dense::compute_output_shape(const Shape& input) const {
  Shape output = input;
  output[-1] = units_;
  return output;
}

Config Dense::config() const {
  Config config = base_config();
  config.set("units", units_);
  config = with_fields(std::move(config), options_);
  if (!options_.activity_regularizer) config.erase("activity_regularizer");  // as Keras writes it
  config.set("quantization_config", nullptr);
  return config;
}

AnyLayer Dense::from_config(const Config& config) {
  Config rest = config;
  rest.erase("units");
  return Dense(config.at("units").as_int(), read_options<DenseOptions>(rest, "Dense"));
}

}  // namespace linnet
