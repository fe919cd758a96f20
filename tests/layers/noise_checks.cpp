// SpatialDropout1D to 3D, AlphaDropout, GaussianNoise, GaussianDropout.
#include "layer_checks.h"
#include "linnet/layers/layers.h"

namespace linnet::testing {
namespace {

double same(double x) { return x; }

}  // namespace

std::vector<LayerCheck> noise_checks() {
  return {
      {.name = "SpatialDropout1D",
       .make = [] { return SpatialDropout1D(0.4, {.seed = 3}); },
       .inputs = {{4, 5, 6}},
       .formula = each_element(same),
       .differs_in_training = true},
      {.name = "SpatialDropout2D",
       .make = [] { return SpatialDropout2D(0.5, {.seed = 3}); },
       .inputs = {{4, 3, 2, 6}},
       .formula = each_element(same),
       .differs_in_training = true},
      {.name = "SpatialDropout2D_channels_first",
       .make = [] { return SpatialDropout2D(0.5, {.seed = 3, .data_format = "channels_first"}); },
       .inputs = {{4, 6, 3, 2}},
       .formula = each_element(same),
       .differs_in_training = true},
      {.name = "SpatialDropout3D",
       .make = [] { return SpatialDropout3D(0.5, {.seed = 4}); },
       .inputs = {{3, 2, 2, 3, 4}},
       .formula = each_element(same),
       .differs_in_training = true},
      {.name = "SpatialDropout1D_of_nothing",
       .make = [] { return SpatialDropout1D(0); },
       .inputs = {{2, 3, 4}},
       .formula = each_element(same)},
      {.name = "AlphaDropout",
       .make = [] { return AlphaDropout(0.3, {.seed = 3}); },
       .inputs = {{4, 5, 2}},
       .formula = each_element(same),
       .differs_in_training = true},
      {.name = "AlphaDropout_noise_shape",
       .make =
           [] {
             return AlphaDropout(0.5, {.noise_shape = {{std::nullopt, 1}}, .seed = 3});
           },
       .inputs = {{8, 3}},
       .formula = each_element(same),
       .differs_in_training = true},
      {.name = "GaussianNoise",
       .make = [] { return GaussianNoise(0.5, {.seed = 3}); },
       .inputs = {{4, 5}},
       .formula = each_element(same),
       .differs_in_training = true},
      {.name = "GaussianNoise_of_nothing",
       .make = [] { return GaussianNoise(0); },
       .inputs = {{4, 5}},
       .formula = each_element(same)},
      {.name = "GaussianDropout",
       .make = [] { return GaussianDropout(0.3, {.seed = 3}); },
       .inputs = {{4, 5}},
       .formula = each_element(same),
       .differs_in_training = true},
  };
}

}  // namespace linnet::testing
