#include "linnet/layers/attention.h"

#include <functional>
#include <utility>

#include "linnet/layers/fields.h"
#include "linnet/layers/step_mask.h"
#include "linnet/ops/elementwise.h"
#include "linnet/ops/matmul.h"
#include "linnet/ops/nn.h"
#include "linnet/ops/reduce.h"
#include "linnet/ops/shape.h"

namespace linnet {

template <class Visitor>
void fields(Visitor& visit, AttentionOptions& o) {
  visit("use_scale", o.use_scale);
  visit("score_mode", o.score_mode);
  visit("dropout", o.dropout);
  visit("seed", o.seed);
}
template <class Visitor>
void fields(Visitor& visit, AdditiveAttentionOptions& o) {
  visit("use_scale", o.use_scale);
  visit("dropout", o.dropout);
  visit("seed", o.seed);
}

// ---- calls

namespace {

/// The tensors among the arguments, by their names.
std::vector<std::pair<const char*, Tensor AttentionArguments::*>> masks_by_name() {
  return {{"attention_mask", &AttentionArguments::attention_mask},
          {"query_mask", &AttentionArguments::query_mask},
          {"value_mask", &AttentionArguments::value_mask},
          {"key_mask", &AttentionArguments::key_mask}};
}

bool flag(const Config& values, const char* name) {
  const Value* value = values.find(name);
  return value != nullptr && value->as_bool();
}

}  // namespace

Tensors BaseAttention::apply(const Tensors& xs, const AttentionArguments& arguments, Mode mode) {
  Tensors all = xs;
  CallArguments general;
  if (arguments.use_causal_mask) general.values.set("use_causal_mask", true);
  if (arguments.return_attention_scores) general.values.set("return_attention_scores", true);
  for (const auto& [name, mask] : masks_by_name())
    if ((arguments.*mask).defined()) {
      all.push_back(arguments.*mask);
      general.tensors.emplace_back(name);
    }
  return Layer::apply(all, general, mode);
}

Tensor BaseAttention::operator()(const Tensors& xs, const AttentionArguments& arguments, Mode mode) {
  const Tensors outputs = apply(xs, arguments, mode);
  check(outputs.size() == 1, "[", class_name(), " \"", name(), "\"] has ", outputs.size(),
        " outputs: expected apply() to be called");
  return outputs[0];
}

std::vector<std::string> BaseAttention::call_argument_names() const {
  std::vector<std::string> names = {"use_causal_mask", "return_attention_scores"};
  for (const auto& entry : masks_by_name()) names.emplace_back(entry.first);
  return names;
}

Tensors BaseAttention::call_with(const Tensors& xs, const CallArguments& arguments, Mode mode) {
  const std::size_t inputs = xs.size() - arguments.tensors.size();
  Call call{xs[0], inputs > 1 ? xs[1] : Tensor(), {}, {}};
  AttentionArguments& given = call.arguments;
  given.use_causal_mask = flag(arguments.values, "use_causal_mask");
  given.return_attention_scores = flag(arguments.values, "return_attention_scores");
  for (std::size_t i = 0; i < arguments.tensors.size(); ++i)
    for (const auto& [name, mask] : masks_by_name())
      if (arguments.tensors[i] == name) given.*mask = xs[inputs + i].to(boolean);
  Shapes shapes;
  for (std::size_t i = 0; i < inputs; ++i) shapes.push_back(xs[i].shape());
  check_input_count(shapes);
  call.key = inputs > 2 ? xs[2] : xs[1];
  if (!given.query_mask.defined()) given.query_mask = call.query.mask();
  if (!given.value_mask.defined()) given.value_mask = call.value.mask();
  if (!given.key_mask.defined() && inputs > 2) given.key_mask = call.key.mask();
  Tensors outputs = attend(call, mode);
  if (given.query_mask.defined()) outputs[0] = outputs[0].with_mask(given.query_mask);
  return outputs;
}

void BaseAttention::check_input_count(const Shapes& inputs) const {
  check(inputs.size() == 2 || inputs.size() == 3, "[", class_name(), " \"", name(),
        "\"] expected the inputs {query, value} or {query, value, key}, received ", inputs.size(), " input",
        inputs.size() == 1 ? "" : "s");
}

// ---- masks, scores and weights

namespace {

/// Throws unless query [batch, T, dim], value [batch, S, features] and key [batch, S, dim] belong together.
void check_sequences(const Layer& layer, const Shapes& inputs) {
  const Shape &query = inputs[0], &value = inputs[1], &key = inputs.size() > 2 ? inputs[2] : value;
  const auto differ = [](std::int64_t a, std::int64_t b) { return a >= 0 && b >= 0 && a != b; };
  const bool fits = query.rank() == 3 && value.rank() == 3 && key.rank() == 3 && !differ(query[0], value[0]) &&
                    !differ(value[0], key[0]) && !differ(value[1], key[1]) && !differ(query[2], key[2]);
  if (!fits)
    fail("[", layer.class_name(), " \"", layer.name(),
         "\"] expected query (batch, T, dim), value (batch, S, features) and key (batch, S, dim), received ", query,
         ", ", value, inputs.size() > 2 ? concat(" and ", key) : "");
}

Shapes sequence_shapes(const Shapes& inputs, const CallArguments& arguments) {
  const Shape &query = inputs[0], &value = inputs[1];
  Shapes outputs = {{query[0], query[1], value[2]}};
  if (flag(arguments.values, "return_attention_scores")) outputs.push_back({query[0], query[1], value[1]});
  return outputs;
}

/// query + key for each pair of steps: [batch, T, S, dim].
Tensor pairwise_sum(const Tensor& query, const Tensor& key) { return expand_dims(query, 2) + expand_dims(key, 1); }

/// What follows the scores [batch, T, S]: masks, softmax, dropout, the mean of the values.
Tensors weighted_values(const Tensor& scores, const Tensor& value, const AttentionArguments& arguments,
                        const std::function<Tensor(const Tensor&)>& dropped) {
  constexpr double hidden = -1e9;
  Tensor mask = step_mask(scores.shape()[1], scores.shape()[2], arguments.use_causal_mask, {});
  for (const Tensor& more :
       {arguments.value_mask.defined() ? expand_dims(arguments.value_mask, 1) : Tensor(), arguments.attention_mask})
    if (more.defined()) mask = mask.defined() ? logical_and(mask, more) : more;
  const Tensor shown = mask.defined() ? scores + (1.0 - mask.to(scores.dtype())) * hidden : scores;
  const Tensor weights = dropped(softmax(shown));
  Tensor y = matmul(weights, value);
  if (arguments.query_mask.defined()) y = y * expand_dims(arguments.query_mask, -1).to(y.dtype());
  return arguments.return_attention_scores ? Tensors{y, weights} : Tensors{y};
}

}  // namespace

// ---- Attention

Attention::Attention(AttentionOptions options)
    : LayerOf("Attention", layer_options(options)), options_(std::move(options)) {
  check(options_.score_mode == "dot" || options_.score_mode == "concat", "[Attention \"", name(),
        "\"] expected score_mode \"dot\" or \"concat\", received \"", options_.score_mode, "\"");
  check(options_.dropout >= 0 && options_.dropout <= 1, "[Attention \"", name(),
        "\"] expected 0 <= dropout <= 1, received ", options_.dropout);
  if (options_.dropout > 0) generator_ = add_seed_generator(options_.seed);
}

void Attention::build_many(const Shapes& inputs) {
  check_input_count(inputs);
  check_sequences(*this, inputs);
  if (options_.use_scale) add_weight(scale_, "scale", {}, "ones");
  if (options_.score_mode == "concat") add_weight(concat_score_weight_, "concat_score_weight", {}, "ones");
}

Tensors Attention::attend(const Call& call, Mode mode) {
  check_sequences(*this, {call.query.shape(), call.value.shape(), call.key.shape()});
  Tensor scores;
  if (options_.score_mode == "dot") {
    scores = matmul(call.query, transpose(call.key));
    if (options_.use_scale) scores = scores * scale_;
  } else {
    const Tensor sums = pairwise_sum(call.query, call.key);
    scores = sum(tanh(options_.use_scale ? sums * scale_ : sums), -1) * concat_score_weight_;
  }
  return weighted_values(scores, call.value, call.arguments, [&](const Tensor& weights) {
    return mode == Mode::train && generator_ ? dropout(weights, options_.dropout, *generator_) : weights;
  });
}

Shapes Attention::compute_output_shapes(const Shapes& inputs) const { return compute_output_shapes_with(inputs, {}); }

Shapes Attention::compute_output_shapes_with(const Shapes& inputs, const CallArguments& arguments) const {
  check_input_count(inputs);
  check_sequences(*this, inputs);
  return sequence_shapes(inputs, arguments);
}

Config Attention::config() const { return with_fields(base_config(), options_); }
AnyLayer Attention::from_config(const Config& config) {
  return Attention(read_options<AttentionOptions>(config, "Attention"));
}

// ---- AdditiveAttention

AdditiveAttention::AdditiveAttention(AdditiveAttentionOptions options)
    : LayerOf("AdditiveAttention", layer_options(options)), options_(std::move(options)) {
  check(options_.dropout >= 0 && options_.dropout <= 1, "[AdditiveAttention \"", name(),
        "\"] expected 0 <= dropout <= 1, received ", options_.dropout);
  if (options_.dropout > 0) generator_ = add_seed_generator(options_.seed);
}

void AdditiveAttention::build_many(const Shapes& inputs) {
  check_input_count(inputs);
  check_sequences(*this, inputs);
  if (options_.use_scale) add_weight(scale_, "scale", {inputs[0].back()}, "glorot_uniform");
}

Tensors AdditiveAttention::attend(const Call& call, Mode mode) {
  check_sequences(*this, {call.query.shape(), call.value.shape(), call.key.shape()});
  const Tensor fit = tanh(pairwise_sum(call.query, call.key));
  const Tensor scores = sum(options_.use_scale ? fit * scale_ : fit, -1);
  return weighted_values(scores, call.value, call.arguments, [&](const Tensor& weights) {
    return mode == Mode::train && generator_ ? dropout(weights, options_.dropout, *generator_) : weights;
  });
}

Shapes AdditiveAttention::compute_output_shapes(const Shapes& inputs) const {
  return compute_output_shapes_with(inputs, {});
}

Shapes AdditiveAttention::compute_output_shapes_with(const Shapes& inputs, const CallArguments& arguments) const {
  check_input_count(inputs);
  check_sequences(*this, inputs);
  return sequence_shapes(inputs, arguments);
}

Config AdditiveAttention::config() const { return with_fields(base_config(), options_); }
AnyLayer AdditiveAttention::from_config(const Config& config) {
  return AdditiveAttention(read_options<AdditiveAttentionOptions>(config, "AdditiveAttention"));
}

}  // namespace linnet
