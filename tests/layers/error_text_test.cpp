// What layers say when they are used wrongly: each names itself, what it expected and what it received.
#include <gtest/gtest.h>

#include "linnet/layers/layers.h"
#include "support/check_op.h"

namespace linnet::testing {
namespace {

TEST(LayerErrors, Dense) {
  expect_error([] { Dense(0, {.name = "d"}); }, "[Dense \"d\"] expected units > 0, received 0");
  expect_error([] { Dense(-3, {.name = "d"}); }, "received -3");
  expect_error([] { Dense(2, {.name = "d"})(Input({-1})); }, "with a known number of features");
  Dense layer(2, {.name = "d"});
  layer(ones({4, 3}));
  expect_error(
      [&] {
        layer(ones({4, 5}));
      },
      "[Dense \"d\"] expected inputs with 3 features in the last axis, received shape (4, 5)");
  expect_error([&] { layer(ones({4, 5, 5})); }, "a Flatten() before it may be missing");
  expect_error([&] { layer({ones({4, 3}), ones({4, 3})}); }, "[Dense \"d\"] expected one input, received 2");
}

TEST(LayerErrors, OptionsOfAnotherKindAreNamed) {
  auto made = [](const char* class_name, Config config) {
    return [=] { layer_from_config(object_config(class_name, config)); };
  };
  expect_error(made("GRU", {{"units", "a"}}), "[GRU] expected an integer, received \"a\"; in the option units = \"a\"");
  expect_error(made("Resizing", {{"height", 3.5}, {"width", 4}}), "received 3.5; in the option height = 3.5");
  expect_error(made("Dropout", {{"rate", 0.5}, {"noise_shape", List{1, "x"}}}),
               "in the option noise_shape = [1, \"x\"]");
  expect_error(made("Hashing", {}), "[Hashing] expected the option \"num_bins\", received none");
}

TEST(LayerErrors, MeanAndVariance) {
  expect_error(
      [] {
        Normalization({.axis = std::nullopt, .mean = Numbers(3), .variance = Numbers{2, 1}, .name = "n"});
      },
      "[Normalization \"n\"] expected a variance with at most as many axes as `axis` has (0), received shape (2,)");
  expect_error(
      [] {
        Normalization({.axis = std::nullopt, .mean = Numbers{3, 1}, .variance = Numbers{2, 1}});
      },
      "expected a mean with at most as many axes as `axis` has (0), received shape (2,)");
}

TEST(LayerErrors, MeansOfOtherFeatures) {
  expect_error(
      [] {
        Normalization layer({.mean = Numbers{3, 1, 2}, .variance = Numbers(2), .name = "n"});
        layer(ones({4, 2}));
      },
      "[Normalization \"n\"] expected shapes that broadcast together, received (3,) and (2,)");
}

TEST(LayerErrors, Augmentation) {
  expect_error([] { RandomShear({.x_factor = -0.2, .name = "s"}); },
               "[RandomShear \"s\"] expected x_factor of 0 or more");
  expect_error([] { RandomRotation(0.1, {.fill_mode = "mirror"}); }, "or \"nearest\", received \"mirror\"");
  EXPECT_NO_THROW(RandomBrightness({-0.5, 1.5}));
  expect_error([] { RandomBrightness({1.5, 2}); }, "expected factor in [-1, 1], received [1.5, 2]");
  expect_error([] { RandomBrightness(1.5); }, "expected factor in [-1, 1], received 1.5");
}

TEST(LayerErrors, ShapeLayers) {
  expect_error([] { Flatten({.data_format = "channels"}); }, "expected data_format \"channels_last\" or");
  expect_error([] { Reshape({-1, -1}); }, "[Reshape] expected at most one size -1, received (None, None)");
  expect_error(
      [] {
        Reshape({5}, {.name = "r"})(Input({2, 3}));
      },
      "[Reshape \"r\"] expected as many elements as in the input (None, 2, 3), received target_shape (5,)");
  expect_error([] { Reshape({-1, 4}, {.name = "r"})(Input({2, 3})); }, "[Reshape \"r\"]");
  expect_error([] { Reshape({5}, {.name = "r"})(ones({4, 2, 3})); }, "\"r\"");
  expect_error([] { Permute({0, 1}); }, "expected every axis from 1 to 2 once (the batch axis, 0, stays)");
  expect_error([] { Permute({1, 1}); }, "received [1, 1]");
  expect_error(
      [] {
        Permute({2, 1}, {.name = "p"})(ones({4, 3}));
      },
      "[Permute \"p\"] expected 2 axes after the batch axis, received shape (4, 3)");
  expect_error([] { RepeatVector(0); }, "[RepeatVector] expected n > 0, received 0");
  expect_error(
      [] {
        RepeatVector(2, {.name = "r"})(ones({4, 3, 2}));
      },
      "[RepeatVector \"r\"] expected inputs of shape");
}

TEST(LayerErrors, Embedding) {
  expect_error([] { Embedding(0, 3); }, "expected input_dim and output_dim > 0, received 0 and 3");
  Embedding layer(5, 2, {.name = "words"});
  expect_error([&] { layer(tensor({{1, 5}}, int32)); }, "\"words\"");
  expect_error([&] { layer(tensor({{1, 5}}, int32)); }, "5");
  expect_error(
      [&] {
        layer(tensor({{-1, 1}}, int32));
      },
      "[Embedding \"words\"] expected numbers from 0 to 4, received -1");
  EXPECT_EQ(layer(tensor({{0, 4}}, int32)).shape(), (Shape{1, 2, 2}));
}

TEST(LayerErrors, Dropout) {
  expect_error([] { Dropout(1.5, {.name = "d"}); }, "[Dropout \"d\"] expected 0 <= rate <= 1, received 1.5");
  expect_error([] { Dropout(-0.1); }, "received -0.1");
  expect_error(
      [] {
        Dropout(0.5, {.noise_shape = {{1}}, .name = "d"})(ones({2, 3}), Mode::train);
      },
      "[Dropout \"d\"] expected a noise_shape of 2 sizes, received 1");
}

TEST(LayerErrors, Merges) {
  expect_error([] { Add({.name = "a"})(Tensors{}); }, "[Add \"a\"] expected at least one input, received none");
  expect_error(
      [] {
        Add({.name = "a"})({ones({2, 3}), ones({1, 3})});
      },
      "[Add \"a\"] expected inputs with batches of the same size, received 2 and 1 samples");
  expect_error(
      [] {
        layer_from_config(object_config("Dot", {{"axes", List{1, 1, 1}}}));
      },
      "[Dot] expected one axis or a pair of axes, received [1, 1, 1]");
  expect_error(
      [] {
        Subtract({.name = "s"})({ones({2, 3}), ones({2, 3}), ones({2, 3})});
      },
      "[Subtract \"s\"] expected two inputs, received 3");
  expect_error(
      [] {
        Add({.name = "a"})({Input({3}), Input({4})});
      },
      "[Add \"a\"] expected inputs of shapes that broadcast together, received (None, 3) and (None, 4)");
  expect_error(
      [] {
        Concatenate({.name = "c"})({ones({2, 3, 4}), ones({2, 5, 4})});
      },
      "[Concatenate \"c\"] expected inputs that differ along axis 2 only, received (2, 3, 4) and (2, 5, 4)");
  expect_error([] { Concatenate()({ones({2, 3}), ones({2, 3, 4})}); }, "received (2, 3) and (2, 3, 4)");
  expect_error([] { Concatenate({.axis = 4})({ones({2, 3}), ones({2, 3})}); }, "4");
  expect_error(
      [] {
        Dot(0, {.name = "d"})({ones({2, 3}), ones({2, 3})});
      },
      "[Dot \"d\"] expected axes other than the batch axis");
  expect_error(
      [] {
        Dot(1, {.name = "d"})({ones({2, 3}), ones({2, 4})});
      },
      "[Dot \"d\"] expected equal sizes along the axes 1 and 1, received (2, 3) and (2, 4)");
  expect_error([] { Dot(1, {.name = "d"})(Tensors{ones({2, 3})}); }, "[Dot \"d\"] expected two inputs, received 1");
}

TEST(LayerErrors, Activations) {
  expect_error([] { Activation("rellu"); }, "relu");
  expect_error([] { ReLU({.max_value = -1}); }, "[ReLU] expected max_value >= 0, received -1");
  expect_error([] { ReLU({.negative_slope = -1}); }, "[ReLU] expected negative_slope >= 0");
  expect_error([] { ReLU({.threshold = -1}); }, "[ReLU] expected threshold >= 0");
  expect_error(
      [] {
        PReLU({.shared_axes = {{3}}, .name = "p"})(ones({2, 3, 4}));
      },
      "[PReLU \"p\"] expected shared_axes from 1 to 2, received 3");
  expect_error([] { Softmax({.axis = {}}); }, "[Softmax] expected an axis, received none");
}

TEST(LayerErrors, Normalization) {
  expect_error([] { Normalization({.mean = {{1.0}}}); }, "expected mean and variance, or neither");
  Normalization given({.mean = {{1.0}}, .variance = {{1.0}}});
  expect_error([&] { given.adapt(ones({3, 2})); }, "has the mean it was given");
  expect_error([] { Normalization({.name = "n"}).adapt(ones({0, 2})); }, "[Normalization \"n\"] expected samples");
}

TEST(LayerErrors, BatchNormalization) {
  expect_error([] { BatchNormalization({.momentum = 1.5, .name = "b"}); },
               "[BatchNormalization \"b\"] expected a momentum in [0, 1], received 1.5");
  expect_error([] { BatchNormalization({.epsilon = -1}); }, "expected epsilon >= 0, received -1");
  expect_error([] { BatchNormalization({.name = "b"})(Input({-1})); }, "expected a known size above 0 of axis -1");
  expect_error([] { BatchNormalization({.axis = 3})(ones({2, 3})); }, "expected an axis in [-2, 2), received 3");
  BatchNormalization layer({.name = "b"});
  layer(ones({4, 3}));
  expect_error(
      [&] {
        layer(ones({4, 5}));
      },
      "[BatchNormalization \"b\"] expected inputs with a batch axis and 3 features in axis -1, received shape (4, 5)");
  expect_error([&] { layer(ones({0, 3}), Mode::train); }, "expected at least one sample in training");
  expect_error(
      [&] {
        layer(ones({4, 3}).with_mask(ones({2}, boolean)), Mode::train);
      },
      "expected a mask with fewer axes than the inputs, received shapes (2,) and (4, 3)");
}

TEST(LayerErrors, OtherNormalizations) {
  expect_error([] { LayerNormalization({.axis = {}, .name = "n"}); },
               "[LayerNormalization \"n\"] expected an axis, received none");
  expect_error([] { RMSNormalization({.axis = {}}); }, "expected an axis, received none");
  expect_error([] { UnitNormalization({.axis = {}}); }, "expected an axis, received none");
  expect_error([] { GroupNormalization({.groups = 0, .name = "g"}); },
               "[GroupNormalization \"g\"] expected groups > 0");
  expect_error(
      [] {
        GroupNormalization({.name = "g"})(ones({2, 30}));
      },
      "[GroupNormalization \"g\"] expected a number of channels that can be cut into 32 groups, received 30");
  expect_error([] { GroupNormalization({.groups = 2, .axis = 0})(ones({2, 4})); }, "other than the batch axis");
}

TEST(LayerErrors, SpectralNormalization) {
  expect_error([] { SpectralNormalization(Dense(2), {.power_iterations = 0, .name = "s"}); },
               "[SpectralNormalization \"s\"] expected power_iterations > 0, received 0");
  expect_error(
      [] {
        SpectralNormalization(Flatten({.name = "f"}), {.name = "s"})(ones({2, 3}));
      },
      "[SpectralNormalization \"s\"] expected a layer with a kernel or embeddings, received Flatten \"f\"");
}

TEST(LayerErrors, Convolutions) {
  expect_error([] { Conv2D(0, 3, {.name = "c"}); }, "[Conv2D \"c\"] expected filters > 0, received 0");
  expect_error(
      [] {
        Conv2D(4, {3, 3, 3}, {.name = "c"});
      },
      "[Conv2D \"c\"] expected kernel_size above 0 and below 16777216, one for all spatial axes or one for each of 2, "
      "received "
      "[3, 3, 3]");
  expect_error([] { Conv2D(4, 3, {.strides = 0}); }, "expected strides above 0");
  expect_error([] { Conv2D(4, 3, {.strides = 2, .dilation_rate = 2}); },
               "expected strides or a dilation_rate above 1, not both, received [2, 2] and [2, 2]");
  expect_error([] { Conv2D(4, 3, {.padding = "causal"}); }, "expected padding \"valid\" or \"same\"");
  expect_error([] { Conv1D(4, 3, {.padding = "full"}); }, "expected padding \"valid\", \"same\" or \"causal\"");
  expect_error([] { Conv2D(4, 3, {.data_format = "nchw"}); }, "expected data_format \"channels_last\" or");
  expect_error([] { Conv2D(4, 3, {.groups = 3}); }, "expected groups that divide the number of filters, 4, received 3");
  expect_error(
      [] {
        Conv2D(4, 3, {.name = "c"})(ones({2, 28, 28}));
      },
      "[Conv2D \"c\"] expected inputs of shape (batch, height, width, channels), received (2, 28, 28); a "
      "Reshape may be missing");
  expect_error([] { Conv2D(4, 3, {.groups = 2})(ones({2, 5, 5, 3})); }, "that can be cut into 2 groups");
  expect_error([] { Conv2D(4, 3)(Input({5, 5, -1})); }, "expected a known number of channels");
  expect_error([] { Conv2D(4, 3)(Input({2, 5, 1})); }, "expected inputs at least as large as the window, [3, 3]");
  expect_error([] { Conv2D(4, 3)(ones({1, 2, 5, 1})); }, "for a window of 3, received shape (1, 2, 5, 1)");
  Conv2D layer(4, 3, {.name = "c"});
  layer(ones({1, 5, 5, 2}));
  expect_error([&] { layer(ones({1, 5, 5, 3})); }, "[Conv2D \"c\"] expected inputs with 2 channels, received shape");
}

TEST(LayerErrors, OtherConvolutions) {
  expect_error([] { DepthwiseConv2D(3, {.depth_multiplier = 0, .name = "d"}); },
               "[DepthwiseConv2D \"d\"] expected a depth_multiplier above 0 and below 16777216, received 0");
  expect_error([] { Conv2D(4, std::int64_t{1} << 40); }, "received 1099511627776");
  expect_error([] { UpSampling1D()(Input({std::int64_t{1} << 62, 1})); }, "expected sizes below 2147483648, received");
  expect_error([] { DepthwiseConv1D(3, {.padding = "causal"}); }, "expected padding \"valid\" or \"same\"");
  expect_error([] { DepthwiseConv2D(3)(Input({2, 5, 1})); }, "expected inputs at least as large as the window, [3, 3]");
  expect_error([] { DepthwiseConv2D(3)(Input({5, 5, -1})); }, "expected a known number of channels");
  expect_error([] { SeparableConv2D(0, 3); }, "expected filters > 0, received 0");
  expect_error(
      [] {
        SeparableConv2D(2, 3)(ones({2, 5, 5}));
      },
      "expected inputs of shape (batch, height, width, channels)");
  expect_error([] { Conv2DTranspose(0, 3, {.name = "t"}); },
               "[Conv2DTranspose \"t\"] expected filters > 0, received 0");
  expect_error([] { Conv2DTranspose(2, 3, {.output_padding = -1}); }, "expected output_padding of 0 or more");
  expect_error([] { Conv2DTranspose(2, 3, {.output_padding = 1}); },
               "expected output_padding less than strides, received [1, 1] and [1, 1]");
  expect_error([] { Conv2DTranspose(2, 3, {.strides = 2, .dilation_rate = 2}); },
               "not both, received [2, 2] and [2, 2]");
  expect_error(
      [] {
        Conv1DTranspose(2, 2, {.padding = "same", .output_padding = 0})(Input({1, 2}));
      },
      "expected inputs that give an output");
  Conv1DTranspose layer(2, 3, {.name = "t"});
  layer(ones({1, 5, 2}));
  expect_error([&] { layer(ones({1, 5, 3})); }, "[Conv1DTranspose \"t\"] expected inputs with 2 channels");
}

TEST(LayerErrors, Pooling) {
  expect_error([] { MaxPooling2D(0, {.name = "p"}); }, "[MaxPooling2D \"p\"] expected pool_size above 0");
  expect_error(
      [] {
        MaxPooling2D(2, {.strides = {{1, 2, 3}}});
      },
      "expected strides above 0 and below 16777216, one for all");
  expect_error([] { MaxPooling2D(2, {.padding = "causal"}); }, "expected padding \"valid\" or \"same\"");
  expect_error([] { MaxPooling2D()(ones({2, 4, 4})); }, "expected inputs of shape (batch, height, width, channels)");
  expect_error([] { MaxPooling1D(5)(Input({4, 2})); }, "expected inputs at least as large as the window, [5]");
  expect_error([] { MaxPooling1D(5)(ones({1, 4, 2})); }, "for a window of 5, received shape (1, 4, 2)");
  expect_error([] { AdaptiveMaxPooling2D(0); }, "expected output_size above 0");
  expect_error([] { AdaptiveMaxPooling1D(2)(ones({2, 0, 3})); }, "expected inputs with elements");
  expect_error([] { GlobalMaxPooling2D({.data_format = "nhwc"}); }, "expected data_format \"channels_last\" or");
  expect_error([] { GlobalAveragePooling1D()(ones({2, 4})); }, "expected inputs of shape (batch, steps, channels)");
}

TEST(LayerErrors, Resampling) {
  expect_error([] { UpSampling2D(-1, {.name = "u"}); }, "[UpSampling2D \"u\"] expected size above 0");
  expect_error([] { UpSampling2D(2, {.interpolation = "area"}); },
               "expected interpolation \"nearest\", \"bilinear\", \"bicubic\", \"lanczos3\" or \"lanczos5\", received");
  expect_error([] { UpSampling3D(2, {.interpolation = "bilinear"}); }, "expected interpolation \"nearest\", received");
  expect_error([] { UpSampling1D(2, {.data_format = "channels_first"}); }, "expected data_format \"channels_last\"");
  expect_error([] { ZeroPadding2D(-1, {.name = "z"}); }, "[ZeroPadding2D \"z\"] expected padding of 0 or more");
  expect_error([] { ZeroPadding2D({1, 2, 3}); }, "each of 2 spatial axes, received 3 numbers or pairs");
  expect_error(
      [] {
        Cropping1D({2, 2}, {.name = "c"})(ones({2, 4, 3}));
      },
      "[Cropping1D \"c\"] expected inputs of more than 4 elements along axis 1, received shape (2, 4, 3)");
  expect_error([] { Cropping1D({2, 2})(Input({3, 3})); }, "expected inputs of more than 4 elements");
}

TEST(LayerErrors, UnknownClasses) {
  expect_error([] { layer_from_config(object_config("Foo", {})); }, "[load] unknown layer class \"Foo\"");
  expect_error([] { Handle<Layer>("dense"); }, "expected a layer such as Dense(64), received the name \"dense\"");
}

}  // namespace
}  // namespace linnet::testing
