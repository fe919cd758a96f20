// check_layer itself must see what is wrong.
#include "support/check_layer.h"

#include <gtest/gtest-spi.h>
#include <gtest/gtest.h>

#include "linnet/initializers/initializers.h"
#include "linnet/layers/registry.h"
#include "linnet/ops/elementwise.h"
#include "linnet/ops/shape.h"

namespace linnet::testing {
namespace {

enum class Fault : std::uint8_t { none, value, shape, weight_gradient, input_gradient, mask, mode, config, frozen };

/// y = x * factor, with a fault.
class Faulty final : public LayerOf<Faulty> {
 public:
  explicit Faulty(Fault fault, LayerOptions options = {}) : LayerOf("Faulty", options), fault_(fault) {}
  void build(const Shape& input) override { add_weight(factor_, "factor", {input.back()}, Ones()); }
  Tensor call(const Tensor& x, Mode mode) override {
    if (fault_ == Fault::value) return x * factor_ * 1.001;
    if (fault_ == Fault::mode && mode == Mode::train) return x * factor_ * 2.0;
    if (fault_ == Fault::weight_gradient) return x * factor_.value().detach();
    if (fault_ == Fault::input_gradient) return x.detach() * factor_;
    if (fault_ == Fault::mask) return (x * factor_).with_mask(Tensor());
    if (fault_ == Fault::frozen) return x * Tensor(factor_.value()).set_requires_grad();
    return x * factor_;
  }
  Shape compute_output_shape(const Shape& input) const override {
    return fault_ == Fault::shape ? Shape{input[0], input[1] + 1} : input;
  }
  Tensor compute_mask(const Tensors& inputs) const override {
    return fault_ == Fault::mask ? Tensor() : Layer::compute_mask(inputs);
  }
  bool supports_masking() const override { return true; }
  Config config() const override {
    Config config = base_config();
    config.set("fault", static_cast<int>(fault_));
    return config;
  }
  static AnyLayer from_config(const Config& config) {
    const auto fault = static_cast<Fault>(config.at("fault").as_int());
    return Faulty(fault, {.name = fault == Fault::config ? "other" : config.at("name").as_string(),
                          .dtype = config.at("dtype").as_string()});
  }

 private:
  Fault fault_;
  Variable factor_;
};

int failures_of(const LayerCheck& check) {
  ::testing::TestPartResultArray failures;
  const ::testing::ScopedFakeTestPartResultReporter reporter(&failures);
  check_layer(check);
  return failures.size();
}

LayerCheck check_of(Fault fault) {
  return {.name = "Faulty",
          .make = [fault] { return Faulty(fault); },
          .inputs = {{4, 3}},
          .weights = {"factor"},
          .formula =
              [](const Arrays& inputs, const Arrays& weights) {
                return make_array(inputs[0].shape,
                                  [&](const Shape& i) { return inputs[0].at(i) * weights[0].at({i[1]}); });
              }};
}

class CheckLayer : public ::testing::Test {
 protected:
  void SetUp() override { register_layer<Faulty>("Faulty"); }
};

TEST_F(CheckLayer, AcceptsWhatIsRight) { EXPECT_EQ(failures_of(check_of(Fault::none)), 0); }

TEST_F(CheckLayer, SeesEachFault) {
  for (Fault fault : {Fault::value, Fault::shape, Fault::mask, Fault::mode, Fault::config, Fault::frozen})
    EXPECT_GT(failures_of(check_of(fault)), 0) << static_cast<int>(fault);
}

TEST_F(CheckLayer, SeesMissingGradients) {
  for (Fault fault : {Fault::weight_gradient, Fault::input_gradient}) {
    int failures = 0;
    try {
      failures = failures_of(check_of(fault));
    } catch (const Error&) {
      failures = 1;  // no path from the loss to the leaf at all
    }
    EXPECT_GT(failures, 0) << static_cast<int>(fault);
  }
}

TEST_F(CheckLayer, SeesOtherWeightNames) {
  LayerCheck check = check_of(Fault::none);
  check.weights = {"scale"};
  EXPECT_GT(failures_of(check), 0);
}

TEST_F(CheckLayer, NeedsAFormula) {
  LayerCheck check = check_of(Fault::none);
  check.formula = {};
  EXPECT_GT(failures_of(check), 0);
}

}  // namespace
}  // namespace linnet::testing
