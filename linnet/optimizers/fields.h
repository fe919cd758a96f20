// The config entries of the optimizers' options, and the copy of what all have into OptimizerOptions.
#pragma once

#include "linnet/base/fields.h"
#include "linnet/optimizers/optimizers.h"
#include "linnet/optimizers/wrappers.h"

namespace linnet {

Value to_value(const AnyOptimizer& optimizer);
void from_value(const Value& value, AnyOptimizer& optimizer);
Value to_value(const OptimizerRule& rule);
void from_value(const Value& value, OptimizerRule& rule);

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
  visit("exclude_from_weight_decay", o.exclude_from_weight_decay);
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
          .exclude_from_weight_decay = o.exclude_from_weight_decay,
          .name = o.name};
}

template <class Visitor>
void fields(Visitor& visit, OptimizerOptions& o) {
  optimizer_fields(visit, o);
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
template <class Visitor>
void fields(Visitor& visit, FtrlOptions& o) {
  optimizer_fields(visit, o);
  visit("learning_rate_power", o.learning_rate_power);
  visit("initial_accumulator_value", o.initial_accumulator_value);
  visit("l1_regularization_strength", o.l1_regularization_strength);
  visit("l2_regularization_strength", o.l2_regularization_strength);
  visit("l2_shrinkage_regularization_strength", o.l2_shrinkage_regularization_strength);
  visit("beta", o.beta);
}
template <class Visitor>
void fields(Visitor& visit, ScheduleFreeAdamWOptions& o) {
  optimizer_fields(visit, o);
  visit("beta_1", o.beta_1);
  visit("beta_2", o.beta_2);
  visit("epsilon", o.epsilon);
  visit("warmup_steps", o.warmup_steps);
}
template <class Visitor>
void fields(Visitor& visit, LambOptions& o) {
  optimizer_fields(visit, o);
  visit("beta_1", o.beta_1);
  visit("beta_2", o.beta_2);
  visit("epsilon", o.epsilon);
}
template <class Visitor>
void fields(Visitor& visit, AdafactorOptions& o) {
  optimizer_fields(visit, o);
  visit("beta_2_decay", o.beta_2_decay);
  visit("epsilon_1", o.epsilon_1);
  visit("epsilon_2", o.epsilon_2);
  visit("clip_threshold", o.clip_threshold);
  visit("relative_step", o.relative_step);
}
template <class Visitor>
void fields(Visitor& visit, MuonOptions& o) {
  optimizer_fields(visit, o);
  visit("adam_beta_1", o.adam_beta_1);
  visit("adam_beta_2", o.adam_beta_2);
  visit("epsilon", o.epsilon);
  visit("exclude_layers", o.exclude_layers);
  visit("muon_a", o.muon_a);
  visit("muon_b", o.muon_b);
  visit("muon_c", o.muon_c);
  visit("adam_lr_ratio", o.adam_lr_ratio);
  visit("momentum", o.momentum);
  visit("ns_steps", o.ns_steps);
  visit("nesterov", o.nesterov);
  visit("exclude_embeddings", o.exclude_embeddings);
  visit("adam_weight_decay", o.adam_weight_decay);
  visit("rms_rate", o.rms_rate);
}
template <class Visitor>
void fields(Visitor& visit, LossScaleOptimizerOptions& o) {
  visit("name", o.name);
  visit("inner_optimizer", o.inner_optimizer);
  visit("initial_scale", o.initial_scale);
  visit("dynamic_growth_steps", o.dynamic_growth_steps);
}
template <class Visitor>
void fields(Visitor& visit, MultiOptimizerOptions& o) {
  visit("name", o.name);
  visit("optimizer_map", o.optimizer_map);
}

}  // namespace linnet
