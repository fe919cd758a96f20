#include "support/check_layer.h"

#include <gtest/gtest.h>

#include <cmath>

#include "linnet/layers/graph.h"
#include "linnet/layers/registry.h"
#include "linnet/ops/elementwise.h"
#include "linnet/ops/reduce.h"
#include "linnet/tensor/autograd.h"

namespace linnet::testing {
namespace {

Shapes shapes_of(const Tensors& xs) {
  Shapes shapes;
  for (const Tensor& x : xs) shapes.push_back(x.shape());
  return shapes;
}

Shapes with_open_batch(Shapes shapes) {
  for (Shape& shape : shapes) shape[0] = -1;
  return shapes;
}

Tensor weighted_sum(const Tensor& y, const Tensor& cotangent) { return sum(y.to(float64) * cotangent); }

class Checker {
 public:
  explicit Checker(const LayerCheck& check) : check_(check), layer_(check.layer) {
    for (const Shape& shape : check.inputs) inputs_.push_back(random_input(shape));
  }

  void run() {
    check_weights();
    check_output();
    check_copies();
    if (check_.has_config) check_config();
    check_modes();
    check_gradients(Mode::inference);
    if (!check_.random_in_training) check_gradients(Mode::train);
    check_step();
    check_freezing();
    check_mask();
  }

 private:
  Tensor random_input(const Shape& shape) {
    const Tensor x = random_uniform(shape, check_.low, check_.high, float64, &generator_);
    return check_.input_dtype ? floor(x).to(*check_.input_dtype) : x;
  }
  Tensor random_direction(const Shape& shape) { return random_uniform(shape, -1, 1, float64, &generator_); }

  void check_weights() {
    ASSERT_FALSE(layer_->built() && !check_.weights.empty()) << "expected a layer that is not built yet";
    EXPECT_TRUE(layer_->weights().empty());
    layer_->build_for(with_open_batch(check_.inputs));
    EXPECT_TRUE(layer_->built());
    std::vector<std::string> weights;
    std::int64_t count = 0;
    for (const Variable& weight : layer_->weights()) {
      weights.push_back(weight.name() + " " + to_string(weight.shape()));
      EXPECT_TRUE(weight.path().starts_with(layer_->name() + "/")) << weight.path();
      count += weight.value().size();
      // Zeros and ones say little about a computation.
      if (is_floating(weight.dtype())) Variable(weight).assign(random_uniform(weight.shape(), 0.5, 1.5, float64));
    }
    EXPECT_EQ(weights, check_.weights);
    EXPECT_EQ(layer_->count_params(), count);
  }

  void check_output() {
    const Tensors outputs = layer_->apply(inputs_);
    EXPECT_EQ(shapes_of(outputs), Shapes{check_.output});
    EXPECT_EQ(layer_->compute_output_shapes(check_.inputs), Shapes{check_.output});
    const Shapes open = with_open_batch({check_.output});
    EXPECT_EQ(layer_->compute_output_shapes(with_open_batch(check_.inputs)), open);
    EXPECT_EQ(outputs[0].dtype(), layer_->compute_output_dtype(inputs_[0].dtype()));
    Tensors symbols;
    for (const Tensor& x : inputs_) symbols.push_back(Input(x.shape().slice(1, x.rank()), {.dtype = x.dtype()}));
    const Tensors symbolic_outputs = layer_->apply(symbols);
    EXPECT_EQ(shapes_of(symbolic_outputs), open);
    EXPECT_EQ(symbolic_outputs[0].dtype(), outputs[0].dtype());
    EXPECT_EQ(with_open_batch(layer_->output_shapes()), open);
    if (inputs_.size() == 1) EXPECT_EQ((*layer_)(inputs_[0]).to_vector<double>(), outputs[0].to_vector<double>());
  }

  void check_copies() {
    const AnyLayer copy = layer_->handle();
    EXPECT_EQ(copy->identity(), layer_->identity());
    EXPECT_EQ(copy->name(), layer_->name());
    EXPECT_EQ(copy->weights(), layer_->weights());
    EXPECT_EQ(copy->apply(inputs_)[0].to_vector<double>(), layer_->apply(inputs_)[0].to_vector<double>());
  }

  void check_config() {
    const Config object = layer_to_config(*layer_);
    const AnyLayer again = layer_from_config(object);
    EXPECT_EQ(to_string(Value(layer_to_config(*again))), to_string(Value(object)));
    again->build_for(check_.inputs);
    again->set_weights(layer_->get_weights());
    const Tensor y = layer_->apply(inputs_)[0];
    EXPECT_EQ(again->apply(inputs_)[0].to_vector<double>(), y.to_vector<double>());

    Config as_float = object.at("config").as_config();
    as_float.set("dtype", "float32");
    const AnyLayer narrow = layer_from_config(object_config(layer_->class_name(), as_float));
    narrow->build_for(check_.inputs);
    narrow->set_weights(layer_->get_weights());
    const Tensor z = narrow->apply(inputs_)[0];
    if (is_floating(y.dtype())) EXPECT_EQ(z.dtype(), float32) << "floating inputs become float32";
    const std::vector<double> wanted = y.to_vector<double>(), found = z.to_vector<double>();
    for (std::size_t i = 0; i < wanted.size(); ++i) ASSERT_NEAR(found[i], wanted[i], 1e-4 * (1 + std::fabs(wanted[i])));
  }

  void check_modes() {
    const std::vector<double> inference = layer_->apply(inputs_, Mode::inference)[0].to_vector<double>();
    EXPECT_EQ(layer_->apply(inputs_, Mode::inference)[0].to_vector<double>(), inference);
    const std::vector<double> training = layer_->apply(inputs_, Mode::train)[0].to_vector<double>();
    EXPECT_EQ(training != inference, check_.random_in_training);
  }

  /// sum(y * cotangent) with `values` in place of the differentiable inputs and weights.
  double value_at(const Tensors& leaves, Mode mode) {
    const NoGrad no_grad;
    Tensors inputs = inputs_;
    std::size_t next = 0;
    for (Tensor& x : inputs)
      if (is_floating(x.dtype())) x = leaves[next++];
    for (Variable weight : layer_->trainable_weights()) weight.assign(leaves[next++]);
    return weighted_sum(layer_->apply(inputs, mode)[0], cotangent_).item();
  }

  void check_gradients(Mode mode) {
    cotangent_ = random_direction(check_.output);
    Tensors inputs = inputs_, leaves;
    std::vector<std::string> names;
    for (Tensor& x : inputs)
      if (is_floating(x.dtype()) && check_.differentiable) {
        x = x.clone().set_requires_grad();
        leaves.push_back(x);
        names.push_back("an input");
      }
    for (const Variable& weight : layer_->trainable_weights()) {
      leaves.push_back(weight.value());
      names.push_back(weight.name());
    }
    if (leaves.empty()) return;
    const Tensors found = gradients(weighted_sum(layer_->apply(inputs, mode)[0], cotangent_), leaves);
    Tensors start;
    for (const Tensor& leaf : leaves) start.push_back(leaf.clone());
    for (std::size_t i = 0; i < leaves.size(); ++i) {
      ASSERT_TRUE(found[i].defined()) << names[i] << " has no gradient";
      EXPECT_EQ(found[i].shape(), leaves[i].shape()) << names[i];
      const Tensor direction = random_direction(leaves[i].shape());
      constexpr double step = 1e-6;
      Tensors above = start, below = start;
      above[i] = start[i] + direction * step;
      below[i] = start[i] - direction * step;
      const double numeric = (value_at(above, mode) - value_at(below, mode)) / (2 * step);
      const double exact = sum(found[i].to(float64) * direction).item();
      EXPECT_NEAR(exact, numeric, 1e-5 * (1 + std::fabs(numeric))) << "the gradient of " << names[i];
    }
    value_at(start, mode);  // the weights as they were
  }

  void check_step() {
    const Variables weights = layer_->trainable_weights();
    if (weights.empty()) return;
    const Tensor target = random_direction(check_.output);
    auto loss = [&] { return mean(square(layer_->apply(inputs_, Mode::inference)[0] - target)); };
    const Tensor before = loss();
    double slope = 0;
    const Gradients all = gradients(before, weights);
    for (const Gradient& gradient : all) slope += sum(square(gradient.value)).item();
    ASSERT_GT(slope, 0);
    const double rate = 1e-3 * before.item() / slope;
    for (const Gradient& gradient : all)
      Variable(gradient.variable).assign(gradient.variable.value() - gradient.value * rate);
    EXPECT_LT(loss().item(), before.item());
  }

  void check_freezing() {
    const std::size_t trainable = layer_->trainable_weights().size(), all = layer_->weights().size();
    layer_->set_trainable(false);
    EXPECT_TRUE(layer_->trainable_weights().empty());
    EXPECT_EQ(layer_->non_trainable_weights().size(), all);
    EXPECT_FALSE(layer_->apply(inputs_)[0].requires_grad());
    layer_->set_trainable(true);
    EXPECT_EQ(layer_->trainable_weights().size(), trainable);
  }

  void check_mask() {
    if (check_.inputs[0].rank() < 3 && !check_.input_dtype) return;
    Tensors masked;
    for (const Tensor& x : inputs_) masked.push_back(x.with_mask(ones(x.shape().slice(0, 2), boolean)));
    const Tensor y = layer_->apply(masked)[0];
    EXPECT_EQ(y.mask().defined(), check_.passes_mask.value_or(layer_->supports_masking()));
  }

  const LayerCheck& check_;
  AnyLayer layer_;
  Tensors inputs_;
  Tensor cotangent_;
  SeedGenerator generator_ = SeedGenerator(17);
};

}  // namespace

void check_layer(const LayerCheck& check) {
  SCOPED_TRACE("layer " + check.layer->class_name());
  Checker(check).run();
}

}  // namespace linnet::testing
