// What a layer has besides its computation: weights, penalties, random state.
#include <algorithm>

#include "linnet/layers/described.h"
#include "linnet/layers/layer.h"
#include "linnet/ops/elementwise.h"
#include "linnet/tensor/out_of_memory.h"

namespace linnet {
namespace {

/// Where an option says none, as Keras's add_weight.
AnyInitializer default_initializer(DType dtype) { return is_floating(dtype) ? "glorot_uniform" : "zeros"; }

void append(Variables& all, const Variables& more) {
  for (const Variable& weight : more)
    if (std::find(all.begin(), all.end(), weight) == all.end()) all.push_back(weight);
}

}  // namespace

void Layer::add_weight(Variable& variable, const std::string& weight_name, const Shape& shape,
                       const AnyInitializer& initializer, const WeightOptions& options) {
  check(shape.is_known(), described(*this), " expected known sizes for its weight \"", weight_name, "\", received ",
        shape);
  Variable::State& weight = variable.state();
  weight.name = weight_name;
  weight.path = name() + "/" + weight_name;
  weight.trainable = options.trainable;
  const DType weight_dtype = options.dtype.value_or(dtype());
  try {
    weight.value = (*(initializer ? initializer : default_initializer(weight_dtype)))(shape, weight_dtype);
  } catch (const OutOfMemory&) {
    fail<OutOfMemory>(described(*this), " expected a weight \"", weight_name,
                      "\" that fits into memory, received shape ", shape);
  }
  if (options.trainable && is_floating(weight_dtype)) weight.value.set_requires_grad(trainable());
  if (options.regularizer)
    weight.regularizer = [regularizer = options.regularizer](const Tensor& w) { return (*regularizer)(w); };
  if (options.constraint)
    weight.constraint = [constraint = options.constraint](const Tensor& w) { return (*constraint)(w); };
  state_->own_weights.push_back(variable);
}

Variables Layer::own_weights() const {
  Variables own;
  for (bool trainable_ones : {true, false})
    for (const Variable& weight : state_->own_weights)
      if (weight.trainable() == trainable_ones) own.push_back(weight);
  return own;
}

Variables Layer::weights() const {
  Variables all = own_weights();
  for (const AnyLayer& layer : state_->sublayers) append(all, layer->weights());
  return all;
}

Variables Layer::trainable_weights() const {
  Variables all;
  if (!trainable()) return all;
  for (const Variable& weight : state_->own_weights)
    if (weight.trainable()) append(all, {weight});
  for (const AnyLayer& layer : state_->sublayers) append(all, layer->trainable_weights());
  return all;
}

Variables Layer::non_trainable_weights() const {
  const Variables trainable_ones = trainable_weights();
  Variables rest;
  for (const Variable& weight : weights())
    if (std::find(trainable_ones.begin(), trainable_ones.end(), weight) == trainable_ones.end()) rest.push_back(weight);
  return rest;
}

void Layer::set_trainable(bool trainable) {
  state_->trainable = trainable;
  for (const Variable& weight : state_->own_weights)  // no gradient is computed that nobody wants
    if (weight.trainable() && is_floating(weight.dtype())) weight.state().value.set_requires_grad(trainable);
  for (const AnyLayer& layer : state_->sublayers) layer->set_trainable(trainable);
}

std::int64_t Layer::count_params() const {
  std::int64_t count = 0;
  for (const Variable& weight : weights()) count += weight.value().size();
  return count;
}

std::vector<Tensor> Layer::get_weights() const {
  std::vector<Tensor> values;
  for (const Variable& weight : weights()) values.push_back(weight.value().clone());
  return values;
}

void Layer::set_weights(const std::vector<Tensor>& values) {
  const Variables all = weights();
  check(values.size() == all.size(), described(*this), " expected ", all.size(), " weights, received ", values.size());
  for (std::size_t i = 0; i < all.size(); ++i)
    check(values[i].shape() == all[i].shape(), described(*this), " expected shape ", all[i].shape(),
          " for the weight \"", all[i].path(), "\", received ", values[i].shape());
  for (std::size_t i = 0; i < all.size(); ++i) Variable(all[i]).assign(values[i]);
}

// ---- penalties and random state

void Layer::add_activity_loss(const Regularizer& regularizer, const Tensor& y) {
  add_loss(regularizer(y) / static_cast<double>(y.rank() == 0 ? 1 : std::max<std::int64_t>(y.shape()[0], 1)));
}

void Layer::penalize(const Tensor& y) {
  if (state_->activity_regularizer) add_activity_loss(*state_->activity_regularizer, y);
}

void Layer::add_loss(const Tensor& scalar) {
  check(scalar.size() == 1, described(*this), " expected a scalar in add_loss, received shape ", scalar.shape());
  state_->losses.push_back(scalar);
}

/// In the steady state of training this is asked for in every step, and mostly there is none.
bool Layer::has_losses() const {
  if (!state_->losses.empty()) return true;
  for (const Variable& weight : state_->own_weights)
    if (weight.state().regularizer) return true;
  return std::any_of(state_->sublayers.begin(), state_->sublayers.end(),
                     [](const AnyLayer& layer) { return layer->has_losses(); });
}

Tensors Layer::losses() const {
  if (!has_losses()) return {};
  Tensors all;
  std::vector<const State*> seen;
  collect_losses(all, seen);
  for (const Variable& weight : trainable_weights())
    if (weight.state().regularizer) all.push_back(weight.state().regularizer(weight.value()));
  return all;
}

void Layer::collect_losses(Tensors& all, std::vector<const State*>& seen) const {
  if (std::find(seen.begin(), seen.end(), state_.get()) != seen.end()) return;
  seen.push_back(state_.get());
  all.insert(all.end(), state_->losses.begin(), state_->losses.end());
  for (const AnyLayer& layer : state_->sublayers) layer->collect_losses(all, seen);
}

void Layer::clear_losses() const {
  state_->losses.clear();
  for (const AnyLayer& layer : state_->sublayers) layer->clear_losses();
}

std::shared_ptr<SeedGenerator> Layer::add_seed_generator(std::optional<std::int64_t> seed) {
  auto generator =
      seed ? std::make_shared<SeedGenerator>(static_cast<std::uint64_t>(*seed)) : std::make_shared<SeedGenerator>();
  state_->seed_generators.push_back(generator);
  return generator;
}

std::vector<SeedGenerator*> Layer::seed_generators() const {
  std::vector<SeedGenerator*> all;
  auto add = [&all](SeedGenerator* generator) {
    if (std::find(all.begin(), all.end(), generator) == all.end()) all.push_back(generator);
  };
  for (const auto& generator : state_->seed_generators) add(generator.get());
  for (const AnyLayer& layer : state_->sublayers)
    for (SeedGenerator* generator : layer->seed_generators()) add(generator);
  return all;
}

}  // namespace linnet
