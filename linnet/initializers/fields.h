// The config entries of the initializers' options: Keras's names.
#pragma once

#include "linnet/initializers/initializers.h"
#include "linnet/initializers/variance_scaling.h"

namespace linnet {

template <class Visitor>
void fields(Visitor& visit, RandomNormalOptions& o) {
  visit("seed", o.seed);
  visit("mean", o.mean);
  visit("stddev", o.stddev);
}
template <class Visitor>
void fields(Visitor& visit, TruncatedNormalOptions& o) {
  visit("seed", o.seed);
  visit("mean", o.mean);
  visit("stddev", o.stddev);
}
template <class Visitor>
void fields(Visitor& visit, RandomUniformOptions& o) {
  visit("seed", o.seed);
  visit("minval", o.minval);
  visit("maxval", o.maxval);
}
template <class Visitor>
void fields(Visitor& visit, OrthogonalOptions& o) {
  visit("seed", o.seed);
  visit("gain", o.gain);
}
template <class Visitor>
void fields(Visitor& visit, STFTOptions& o) {
  visit("side", o.side);
  visit("window", o.window);
  visit("periodic", o.periodic);
  visit("scaling", o.scaling);
}
template <class Visitor>
void fields(Visitor& visit, FanOptions& o) {
  visit("seed", o.seed);
  visit("input_axes", o.input_axes);
  visit("output_axes", o.output_axes);
}
template <class Visitor>
void fields(Visitor& visit, VarianceScalingOptions& o) {
  visit("seed", o.seed);
  visit("scale", o.scale);
  visit("mode", o.mode);
  visit("distribution", o.distribution);
  visit("input_axes", o.input_axes);
  visit("output_axes", o.output_axes);
}

}  // namespace linnet
