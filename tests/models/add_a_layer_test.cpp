// The example of docs/add_a_layer.md, compiled and run. A test below compares the two texts.
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <sstream>

#include "linnet/initializers/initializers.h"
#include "linnet/layers/layers.h"
#include "linnet/models/sequential.h"
#include "linnet/ops/elementwise.h"
#include "linnet/ops/reduce.h"
#include "linnet/saving/json.h"
#include "support/check_layer.h"
#include "support/temporary_folder.h"

namespace linnet::testing {
namespace {

// [layer]
/// y = factor * x + 1 with a learned factor for each feature.
class Scale final : public LayerOf<Scale> {
 public:
  explicit Scale(LayerOptions options = {}) : LayerOf("Scale", options) {}
  void build(const Shape& input) override { add_weight(factor_, "factor", {input.back()}, Ones()); }
  Tensor call(const Tensor& x, Mode) override { return x * factor_ + 1.0; }

 private:
  Variable factor_;
};
// [layer]

// [options]
struct RootMeanSquareOptions {
  double epsilon = 1e-6;  // keeps zeros from dividing by zero
  std::string name = {};
  bool trainable = true;
  DTypePolicy dtype = {};
};

/// y = scale * x / sqrt(mean(x²) + epsilon), the mean over the last axis; scale [features] is learned.
///   x [..., features] -> y [..., features]
/// Zhang and Sennrich, "Root Mean Square Layer Normalization", 2019.
class RootMeanSquare final : public LayerOf<RootMeanSquare> {
 public:
  explicit RootMeanSquare(const RootMeanSquareOptions& options = {})
      : LayerOf("RootMeanSquare", {options.name, options.trainable, options.dtype}), epsilon_(options.epsilon) {
    check(epsilon_ > 0, "[RootMeanSquare \"", name(), "\"] expected epsilon > 0, received ", epsilon_);
  }
  void build(const Shape& input) override { add_weight(scale_, "scale", {input.back()}, Ones()); }
  Tensor call(const Tensor& x, Mode) override { return x * rsqrt(mean(square(x), -1, true) + epsilon_) * scale_; }
  Shape compute_output_shape(const Shape& input) const override { return input; }
  bool supports_masking() const override { return true; }

  Config config() const override {
    Config config = base_config();
    config.set("epsilon", epsilon_);
    return config;
  }
  static AnyLayer from_config(const Config& config) {
    return RootMeanSquare({.epsilon = config.at("epsilon").as_double(),
                           .name = config.at("name").as_string(),
                           .trainable = config.at("trainable").as_bool(),
                           .dtype = DTypePolicy(config.at("dtype").as_string())});
  }

 private:
  double epsilon_;
  Variable scale_;
};
// [options]

// [check]
Array root_mean_square(const Arrays& inputs, const Arrays& weights) {
  const Array &x = inputs[0], &scale = weights[0];
  return make_array(x.shape, [&](const Shape& i) {
    double sum = 0;
    for (std::int64_t k = 0; k < x.shape.back(); ++k) sum += x.at({i[0], k}) * x.at({i[0], k});
    return scale.at({i[1]}) * x.at(i) / std::sqrt(sum / static_cast<double>(x.shape.back()) + 1e-3);
  });
}

TEST(AddALayer, RootMeanSquare) {
  register_layer<RootMeanSquare>("RootMeanSquare");
  check_layer({.name = "RootMeanSquare",
               .make = [] { return RootMeanSquare({.epsilon = 1e-3}); },
               .inputs = {{5, 4}},
               .weights = {"scale"},
               .formula = root_mean_square});
}
// [check]

TEST(AddALayer, TheSmallestLayerNeedsNoMore) {
  Scale layer;
  EXPECT_EQ(layer(tensor({{1, 2}})).to_vector(), (std::vector<float>{2, 3}));
  EXPECT_EQ(layer.name().substr(0, 5), "scale");
  EXPECT_EQ(layer.compute_output_shape({-1, 2}), (Shape{-1, 2})) << "found by running it on zeros";
}

TEST(AddALayer, IsSavedInAConfigAndReadBack) {
  register_layer<RootMeanSquare>("RootMeanSquare");
  Sequential model({Dense(4), RootMeanSquare({.epsilon = 0.01}), Dense(1)});
  const Tensor x = random_normal({6, 3});
  const Tensor y = model(x);
  const std::shared_ptr<Model> again = model_from_config(parse_json(to_json(layer_to_config(model))).as_config());
  again->set_weights(model.get_weights());
  EXPECT_EQ((*again)(x).to_vector(), y.to_vector());
  EXPECT_EQ(layer_to_config(*again), layer_to_config(model));
}

TEST(AddALayer, IsTrainedAndSavedInAFile) {
  register_layer<RootMeanSquare>("RootMeanSquare");
  const TemporaryFolder folder;
  Sequential model({Dense(4), RootMeanSquare(), Dense(1)});
  model.compile({.optimizer = "sgd", .loss = "mse"});
  const Tensor x = random_normal({64, 3}), target = sum(x, 1, true);
  const std::vector<double> losses = model.fit(x, target, {.epochs = 3, .verbose = 0})["loss"];
  EXPECT_LT(losses.back(), losses.front());
  model.save(folder / "model.safetensors");
  const std::shared_ptr<Model> again = load_model(folder / "model.safetensors");
  EXPECT_EQ((*again)(x).to_vector(), model(x).to_vector());
}

TEST(AddALayer, AnUnknownClassIsNamed) {
  class Unregistered final : public LayerOf<Unregistered> {
   public:
    Unregistered() : LayerOf("Unregistered", {}) {}
    Tensor call(const Tensor& x, Mode) override { return x; }
  };
  const Config config = layer_to_config(Sequential({Unregistered()}));
  expect_error([&] { model_from_config(config); }, "[load] unknown layer class \"Unregistered\"");
  expect_error([&] { model_from_config(config); }, "register_layer<Unregistered>(\"Unregistered\")");
}

TEST(AddALayer, TheExampleAboveTheClass) {
  const std::vector<double> y = RootMeanSquare()(tensor({{3, 4}})).to_vector<double>();
  EXPECT_NEAR(y[0], 0.8485, 5e-5);
  EXPECT_NEAR(y[1], 1.1314, 5e-5);
  EXPECT_EQ(RootMeanSquare()(zeros({2, 5, 8})).shape(), Shape({2, 5, 8}));
}

std::string text_of(const std::string& path) {
  std::ifstream file(concat(LINNET_SOURCE_DIR, "/", path));
  std::stringstream text;
  text << file.rdbuf();
  EXPECT_FALSE(text.str().empty()) << path;
  return text.str();
}

TEST(AddALayer, IsWhatTheDocumentationShows) {
  const std::string source = text_of("tests/models/add_a_layer_test.cpp");
  for (const char* path : {"docs/add_a_layer.md", "docs/zh/add_a_layer.md"})
    for (const char* section : {"layer", "options", "check"}) {
      const std::string mark = concat("// [", section, "]\n");
      const std::size_t first = source.find(mark) + mark.size(), last = source.find(mark, first);
      ASSERT_NE(last, std::string::npos) << section;
      EXPECT_NE(text_of(path).find(source.substr(first, last - first)), std::string::npos) << path << ": " << section;
    }
}

}  // namespace
}  // namespace linnet::testing
