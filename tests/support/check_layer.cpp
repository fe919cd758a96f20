#include "support/check_layer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "linnet/base/thread_pool.h"
#include "linnet/layers/graph.h"
#include "linnet/layers/registry.h"
#include "linnet/ops/elementwise.h"
#include "linnet/ops/reduce.h"
#include "linnet/optimizers/optimizers.h"
#include "linnet/saving/json.h"
#include "linnet/tensor/autograd.h"
#include "support/silence.h"

namespace linnet::testing {

void PrintTo(const LayerCheck& check, std::ostream* out) { *out << check.name; }

namespace {

Shape with_batch(Shape shape, std::int64_t batch) {
  shape[0] = batch;
  return shape;
}

Arrays to_arrays(const Tensors& tensors) {
  Arrays arrays;
  for (const Tensor& x : tensors) arrays.push_back(to_array(x));
  return arrays;
}

/// The same config with another dtype policy, also of layers inside.
Value with_policy(const Value& value, const std::string& policy) {
  if (value.is_list()) {
    List list;
    for (const Value& each : value.as_list()) list.push_back(with_policy(each, policy));
    return list;
  }
  if (!value.is_config()) return value;
  Config config;
  for (const auto& [key, entry] : value.as_config().entries())
    config.set(key, key == "dtype" ? Value(policy) : with_policy(entry, policy));
  return config;
}

/// The layer that a config makes, after a detour through JSON text; with another dtype policy if wanted.
AnyLayer remade(const Layer& layer, const DTypePolicy& policy) {
  return layer_from_config(with_policy(parse_json(to_json(layer_to_config(layer))), policy.name()).as_config());
}

class Checker {
 public:
  explicit Checker(const LayerCheck& check) : check_(check), layer_(check.make()) {}

  void run() {
    SCOPED_TRACE(check_.name);
    inputs_ = random_inputs(check_.inputs);
    build();
    if (::testing::Test::HasFatalFailure()) return;
    check_value();
    check_shapes();
    check_config();
    check_modes();
    check_masks();
    check_copies();
    check_mixed_precision();
    if (!check_.straight_through) check_gradients(Mode::inference);
    if (!check_.straight_through && !check_.rewrites_weights_in_training) check_gradients(Mode::train);
    if (!check_.rewrites_weights_in_training) check_training();
    check_freezing();
    expect_error([&] { layer_->apply(Tensors(inputs_.size())); }, "received an empty one");
  }

 private:
  bool is_whole() const { return check_.whole_numbers || !is_floating(check_.input_dtype); }

  Tensor random_tensor(const Shape& shape, double low, double high, DType dtype, bool whole = false) {
    std::uniform_real_distribution<double> uniform(low, high);
    std::vector<double> values(static_cast<std::size_t>(shape.size()));
    for (double& value : values) value = whole ? std::floor(uniform(random_)) : uniform(random_);
    return from_vector(values, shape).to(dtype);
  }

  Tensors random_inputs(const std::vector<Shape>& shapes) {
    Tensors inputs;
    for (const Shape& shape : shapes)
      inputs.push_back(random_tensor(shape, check_.low, check_.high, check_.input_dtype, is_whole()));
    return inputs;
  }

  static Tensor output(Layer& layer, const Tensors& inputs, Mode mode = Mode::inference) {
    Tensors outputs = layer.apply(inputs, mode);
    EXPECT_EQ(outputs.size(), 1U);
    return outputs.at(0);
  }

  /// With the random numbers of the first call, whenever it is.
  static Tensor repeatable_output(Layer& layer, const Tensors& inputs, Mode mode) {
    for (SeedGenerator* generator : layer.seed_generators()) generator->stream = 0;
    return output(layer, inputs, mode);
  }

  void build() {
    EXPECT_TRUE(layer_->weights().empty()) << "weights before the input shape is known";
    layer_->build_for(check_.inputs);
    ASSERT_TRUE(layer_->built());
    std::vector<std::string> names;
    std::int64_t count = 0;
    for (const Variable& weight : layer_->weights()) {
      names.push_back(weight.name());
      count += weight.value().size();
      // layer/weight, or, of a layer inside, layer/inner/weight.
      EXPECT_TRUE(weight.path().starts_with(layer_->name() + "/") && weight.path().ends_with("/" + weight.name()))
          << weight.path();
      // Numbers that show a weight that is not used, or used wrongly.
      if (is_floating(weight.dtype())) Variable(weight).assign(random_tensor(weight.shape(), 0.5, 1.5, float32));
    }
    EXPECT_EQ(names, check_.weights);
    EXPECT_EQ(layer_->count_params(), count);
  }

  void check_value() {
    ASSERT_TRUE(check_.formula) << "no formula";
    const Array expected = check_.formula(to_arrays(inputs_), to_arrays(layer_->get_weights()));
    const Tensor y = output(*layer_, inputs_);
    ASSERT_EQ(y.shape(), expected.shape) << to_string(y.shape());
    const std::vector<double> actual = y.to_vector<double>();
    for (std::size_t i = 0; i < actual.size(); ++i)
      ASSERT_NEAR(actual[i], expected.values[i], 4e-6 * std::max(1.0, std::abs(expected.values[i])))
          << "at position " << i;
    if (inputs_.size() != 1) return;
    EXPECT_EQ((*layer_)(inputs_[0]).to_vector<double>(), actual) << "one input and a list of one differ";
  }

  /// It computes nearly the same in bfloat16, and keeps its weights as they are.
  void check_mixed_precision() {
    const Silence silence;
    const AnyLayer mixed = remade(*layer_, "mixed_bfloat16");
    mixed->build_for(check_.inputs);
    mixed->set_weights(layer_->get_weights());
    const Variables weights = layer_->weights(), mixed_weights = mixed->weights();
    for (std::size_t i = 0; i < weights.size(); ++i) EXPECT_EQ(mixed_weights[i].dtype(), weights[i].dtype());
    const Tensor y = output(*mixed, inputs_), wide = output(*layer_, inputs_);
    const std::vector<double> actual = y.to_vector<double>(), expected = wide.to_vector<double>();
    EXPECT_EQ(y.dtype(), wide.dtype() == float32 ? bfloat16 : wide.dtype());
    double largest = 1;
    for (double value : expected) largest = std::max(largest, std::abs(value));
    ASSERT_EQ(actual.size(), expected.size());
    for (std::size_t i = 0; i < actual.size(); ++i)
      ASSERT_NEAR(actual[i], expected[i], 0.02 * largest) << "at position " << i << " in mixed precision";
  }

  void check_shapes() {
    Shapes open, larger;
    Tensors symbolic;
    for (const Shape& shape : check_.inputs) {
      open.push_back(with_batch(shape, -1));
      larger.push_back(with_batch(shape, shape[0] + 3));
      symbolic.push_back(Input(shape.slice(1, shape.rank()), {.dtype = check_.input_dtype}));
    }
    const Tensor y = output(*layer_, inputs_), announced = output(*layer_, symbolic);
    const Shapes shapes = layer_->compute_output_shapes(open);
    ASSERT_EQ(shapes.size(), 1U);
    EXPECT_EQ(shapes[0], with_batch(y.shape(), -1)) << to_string(shapes[0]);
    EXPECT_EQ(announced.shape(), shapes[0]) << to_string(announced.shape());
    EXPECT_EQ(announced.dtype(), y.dtype());
    EXPECT_EQ(layer_->output_shapes(), shapes);
    const Tensor z = output(*layer_, random_inputs(larger));
    EXPECT_EQ(layer_->compute_output_shapes(larger), Shapes{z.shape()});
    EXPECT_EQ(z.shape(), with_batch(y.shape(), larger[0][0]));
  }

  void check_config() {
    const Config config = layer_to_config(*layer_);
    const AnyLayer copy = remade(*layer_, layer_->dtype());
    EXPECT_EQ(layer_to_config(*copy), config) << to_string(Value(config)) << "\nbecame\n"
                                              << to_string(Value(layer_to_config(*copy)));
    EXPECT_EQ(copy->class_name(), layer_->class_name());
    EXPECT_EQ(copy->name(), layer_->name());
    copy->build_for(check_.inputs);
    copy->set_weights(layer_->get_weights());
    EXPECT_EQ(output(*copy, inputs_).to_vector<double>(), output(*layer_, inputs_).to_vector<double>());
  }

  void check_modes() {
    const std::vector<double> inference = output(*layer_, inputs_).to_vector<double>();
    std::vector<std::vector<double>> training;
    const int threads = num_threads();
    const std::vector<Tensor> weights = layer_->get_weights();
    for (int count : {1, 2}) {
      set_num_threads(count);
      layer_->set_weights(weights);  // a call in training may change them
      training.push_back(repeatable_output(*layer_, inputs_, Mode::train).to_vector<double>());
    }
    set_num_threads(threads);
    EXPECT_EQ(training[0], training[1]) << "depends on the number of threads";
    EXPECT_EQ(training[0] != inference, check_.differs_in_training);
  }

  void check_masks() {
    const int rank = inputs_[0].rank();  // a mask (batch, time) means the same for inputs of one rank only
    if (std::any_of(inputs_.begin(), inputs_.end(), [&](const Tensor& x) { return x.rank() < 2 || x.rank() != rank; }))
      return;
    Tensors masked;
    for (const Tensor& x : inputs_) {
      std::vector<double> steps(static_cast<std::size_t>(x.shape()[0] * x.shape()[1]));
      for (std::size_t i = 0; i < steps.size(); ++i) steps[i] = i % 2 == 0 ? 1 : 0;
      masked.push_back(x.with_mask(from_vector(steps, x.shape().slice(0, 2)).to(boolean)));
    }
    const Tensor y = output(*layer_, masked), mask = y.mask();
    EXPECT_EQ(mask.defined(), layer_->supports_masking() || layer_->makes_mask());
    if (!mask.defined()) return;
    EXPECT_EQ(mask.dtype(), boolean);
    const Shape steps = y.shape().slice(0, 2);
    const bool same_steps =
        std::all_of(inputs_.begin(), inputs_.end(), [&](const Tensor& x) { return x.shape().slice(0, 2) == steps; });
    if (!same_steps || layer_->makes_mask()) return;
    EXPECT_EQ(mask.to_vector<double>(), masked[0].mask().to_vector<double>());
  }

  void check_copies() {
    const AnyLayer copy = layer_->handle();
    EXPECT_EQ(copy->identity(), layer_->identity());
    const std::vector<Tensor> before = layer_->get_weights();
    for (const Variable& weight : copy->weights()) Variable(weight).assign(weight.value() * 2.0);
    EXPECT_EQ(output(*copy, inputs_).to_vector<double>(), output(*layer_, inputs_).to_vector<double>());
    const std::vector<Tensor> doubled = layer_->get_weights();
    for (std::size_t i = 0; i < before.size(); ++i)
      EXPECT_EQ(doubled[i].to_vector<double>(), (before[i] * 2.0).to_vector<double>());
    layer_->set_weights(before);
  }

  // ---- gradients, in float64

  static Tensor total_loss(Layer& layer, const Tensors& inputs, const Tensor& cotangent, Mode mode) {
    Tensor loss = sum(repeatable_output(layer, inputs, mode) * cotangent);
    for (const Tensor& penalty : layer.losses()) loss = loss + penalty;
    return loss;
  }

  void check_gradients(Mode mode) {
    SCOPED_TRACE(mode == Mode::train ? "gradients in training" : "gradients in inference");
    const AnyLayer layer = remade(*layer_, float64);
    layer->build_for(check_.inputs);
    layer->set_weights(layer_->get_weights());
    const Variables weights = layer->trainable_weights();
    Tensors inputs, wanted;
    for (const Tensor& x : inputs_) {
      inputs.push_back(is_whole() ? x : x.to(float64).clone());
      if (!is_whole()) wanted.push_back(inputs.back().set_requires_grad());
    }
    const std::size_t first_weight = wanted.size();
    for (const Variable& weight : weights) wanted.push_back(weight.value());
    if (wanted.empty()) return;
    const Tensor y = output(*layer, inputs);
    EXPECT_EQ(y.dtype(), float64);
    const Tensor cotangent = random_tensor(y.shape(), -1, 1, float64);
    auto loss = [&] { return total_loss(*layer, inputs, cotangent, mode); };
    const Tensors found = gradients(loss(), wanted);
    for (std::size_t i = 0; i < wanted.size(); ++i) {
      SCOPED_TRACE(i < first_weight ? concat("input ", i) : "weight " + weights[i - first_weight].name());
      ASSERT_TRUE(found[i].defined()) << "no gradient arrives";
      ASSERT_EQ(found[i].shape(), wanted[i].shape());
      check_direction(wanted[i], found[i], loss);
    }
  }

  template <class Loss>
  void check_direction(const Tensor& x, const Tensor& gradient, Loss loss) {
    const NoGrad no_grad;
    constexpr double step = 1e-6;
    Tensor storage = x.detach();
    const Tensor start = x.clone(), direction = random_tensor(x.shape(), -1, 1, float64);
    storage.copy_(start + direction * step);
    const double above = loss().item();
    storage.copy_(start - direction * step);
    const double below = loss().item();
    storage.copy_(start);
    const double numeric = (above - below) / (2 * step), analytic = sum(gradient * direction).item();
    EXPECT_NEAR(analytic, numeric, 2e-6 * std::max({1.0, std::abs(numeric), 1e-3 * std::abs(above)}));
    EXPECT_NE(analytic, 0.0) << "the gradient is zero";
  }

  // ---- training

  Tensor training_loss() {
    Tensor loss = mean(square(repeatable_output(*layer_, inputs_, Mode::train) - 0.3));
    for (const Tensor& penalty : layer_->losses()) loss = loss + penalty;
    return loss;
  }

  void check_training() {
    const Variables weights = layer_->trainable_weights();
    if (weights.empty()) return;
    const Tensor loss = training_loss();
    SGD sgd({.learning_rate = 1e-3});
    sgd.apply(gradients(loss, weights));
    EXPECT_LT(training_loss().item(), loss.item()) << "a step of SGD does not lower the loss";
  }

  void check_freezing() {
    const std::size_t all = layer_->weights().size(), trainable = layer_->trainable_weights().size();
    EXPECT_EQ(layer_->non_trainable_weights().size(), all - trainable);
    layer_->set_trainable(false);
    EXPECT_TRUE(layer_->trainable_weights().empty());
    EXPECT_EQ(layer_->non_trainable_weights().size(), all);
    EXPECT_FALSE(output(*layer_, inputs_, Mode::train).requires_grad()) << "a frozen layer still records";
    EXPECT_FALSE(layer_->config().at("trainable").as_bool());
    layer_->set_trainable(true);
    EXPECT_EQ(layer_->trainable_weights().size(), trainable);
  }

  const LayerCheck& check_;
  AnyLayer layer_;
  Tensors inputs_;
  std::mt19937 random_{20251124};
};

}  // namespace

void check_layer(const LayerCheck& check) { Checker(check).run(); }

}  // namespace linnet::testing
