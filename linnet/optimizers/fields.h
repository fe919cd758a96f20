// The config entries of the optimizers' options, and the copy of what all have into OptimizerOptions.
#pragma once

#include "linnet/base/fields.h"
#include "linnet/optimizers/optimizers.h"

namespace linnet {

template <class Visitor, class Options>
void optimizer_fields(Visitor& visit, Options& o) {
  visit("name", o.name);
  visit("learning_rate", o.learning_rate);
  visit("weight_decay", o.weight_decay);
  visit("clipnorm", o.clipnorm);
  visit("global_clipnorm", o.global_clipnorm);
  visit("clipvalue", o.clipvalue);
  visit("use_ema", o.use_ema);
  visit("ema_momentum", o.ema_momentum);
  visit("ema_overwrite_frequency", o.ema_overwrite_frequency);
  visit("loss_scale_factor", o.loss_scale_factor);
  visit("gradient_accumulation_steps", o.gradient_accumulation_steps);
}

template <class Options>
OptimizerOptions common_options(const Options& o) {
  return {.learning_rate = o.learning_rate,
          .weight_decay = o.weight_decay,
          .clipnorm = o.clipnorm,
          .clipvalue = o.clipvalue,
          .global_clipnorm = o.global_clipnorm,
          .use_ema = o.use_ema,
          .ema_momentum = o.ema_momentum,
          .ema_overwrite_frequency = o.ema_overwrite_frequency,
          .loss_scale_factor = o.loss_scale_factor,
          .gradient_accumulation_steps = o.gradient_accumulation_steps,
          .name = o.name};
}

template <class Visitor>
void fields(Visitor& visit, SGDOptions& o) {
  optimizer_fields(visit, o);
  visit("momentum", o.momentum);
  visit("nesterov", o.nesterov);
}
template <class Visitor>
void fields(Visitor& visit, RMSpropOptions& o) {
  optimizer_fields(visit, o);
  visit("rho", o.rho);
  visit("momentum", o.momentum);
  visit("epsilon", o.epsilon);
  visit("centered", o.centered);
}
template <class Visitor>
void fields(Visitor& visit, AdamOptions& o) {
  optimizer_fields(visit, o);
  visit("beta_1", o.beta_1);
  visit("beta_2", o.beta_2);
  visit("epsilon", o.epsilon);
  visit("amsgrad", o.amsgrad);
}
template <class Visitor>
void fields(Visitor& visit, AdamWOptions& o) {
  optimizer_fields(visit, o);
  visit("beta_1", o.beta_1);
  visit("beta_2", o.beta_2);
  visit("epsilon", o.epsilon);
  visit("amsgrad", o.amsgrad);
}
template <class Visitor>
void fields(Visitor& visit, NadamOptions& o) {
  optimizer_fields(visit, o);
  visit("beta_1", o.beta_1);
  visit("beta_2", o.beta_2);
  visit("epsilon", o.epsilon);
}
template <class Visitor>
void fields(Visitor& visit, AdamaxOptions& o) {
  optimizer_fields(visit, o);
  visit("beta_1", o.beta_1);
  visit("beta_2", o.beta_2);
  visit("epsilon", o.epsilon);
}
template <class Visitor>
void fields(Visitor& visit, AdagradOptions& o) {
  optimizer_fields(visit, o);
  visit("initial_accumulator_value", o.initial_accumulator_value);
  visit("epsilon", o.epsilon);
}
template <class Visitor>
void fields(Visitor& visit, AdadeltaOptions& o) {
  optimizer_fields(visit, o);
  visit("rho", o.rho);
  visit("epsilon", o.epsilon);
}
template <class Visitor>
void fields(Visitor& visit, LionOptions& o) {
  optimizer_fields(visit, o);
  visit("beta_1", o.beta_1);
  visit("beta_2", o.beta_2);
}

}  // namespace linnet
