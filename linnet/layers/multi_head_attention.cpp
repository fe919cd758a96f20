#include "linnet/layers/multi_head_attention.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "linnet/layers/einsum_dense.h"
#include "linnet/layers/fields.h"
#include "linnet/layers/step_mask.h"
#include "linnet/ops/attention.h"
#include "linnet/ops/elementwise.h"
#include "linnet/ops/matmul.h"
#include "linnet/ops/nn.h"
#include "linnet/ops/shape.h"

namespace linnet {

namespace {

/// What both option structs have, in the order of Keras's configs.
template <class Visitor, class Options>
void projection_fields(Visitor& visit, Options& o) {
  visit("dropout", o.dropout);
  visit("use_bias", o.use_bias);
  visit("use_gate", o.use_gate);
  visit("sliding_window", o.sliding_window);
  visit("kernel_initializer", o.kernel_initializer);
  visit("bias_initializer", o.bias_initializer);
  visit("kernel_regularizer", o.kernel_regularizer);
  visit("bias_regularizer", o.bias_regularizer);
  visit("activity_regularizer", o.activity_regularizer);
  visit("kernel_constraint", o.kernel_constraint);
  visit("bias_constraint", o.bias_constraint);
  visit("seed", o.seed);
}

/// What every projection gets.
template <class From, class To>
void copy_projection_options(const From& from, To& to) {
  to.kernel_initializer = from.kernel_initializer;
  to.bias_initializer = from.bias_initializer;
  to.kernel_regularizer = from.kernel_regularizer;
  to.bias_regularizer = from.bias_regularizer;
  to.activity_regularizer = from.activity_regularizer;
  to.kernel_constraint = from.kernel_constraint;
  to.bias_constraint = from.bias_constraint;
}

}  // namespace

template <class Visitor>
void fields(Visitor& visit, MultiHeadAttentionOptions& o) {
  visit("value_dim", o.value_dim);
  visit("output_shape", o.output_shape);
  visit("attention_axes", o.attention_axes);
  projection_fields(visit, o);
}
template <class Visitor>
void fields(Visitor& visit, GroupQueryAttentionOptions& o) {
  projection_fields(visit, o);
}

// ---- construction

struct BaseMultiHeadAttention::Parts {
  AnyLayer query, key, value, gate, output;
  std::vector<int> axes;  // of the steps, in the inputs
};

void BaseMultiHeadAttention::set_up(const Heads& heads, MultiHeadAttentionOptions options) {
  heads_ = heads;
  options_ = std::move(options);
  parts_ = std::make_shared<Parts>();
  const std::string who = "[" + class_name() + " \"" + name() + "\"]";
  check(options_.dropout >= 0 && options_.dropout <= 1, who, " expected 0 <= dropout <= 1, received ",
        options_.dropout);
  check(!options_.sliding_window || *options_.sliding_window > 0, who, " expected sliding_window > 0, received ",
        options_.sliding_window.value_or(0));
  check(!options_.flash_attention.value_or(false) || options_.dropout == 0, who,
        " expected dropout 0 for flash_attention, which keeps no weights to drop, received ", options_.dropout);
  if (options_.output_shape)
    for (std::int64_t n : *options_.output_shape)
      check(n > 0, who, " expected sizes above 0 in output_shape, received ", *options_.output_shape);
  if (options_.dropout > 0) generator_ = add_seed_generator(options_.seed);
}

std::optional<std::vector<int>> BaseMultiHeadAttention::attention_axes() const {
  return built() ? std::optional(parts_->axes) : options_.attention_axes;
}

void BaseMultiHeadAttention::check_inputs(const Shapes& inputs) const {
  check_input_count(inputs);
  const Shape &query = inputs[0], &value = inputs[1], &key = inputs.size() > 2 ? inputs[2] : value;
  const auto differ = [](std::int64_t a, std::int64_t b) { return a >= 0 && b >= 0 && a != b; };
  bool fits = query.rank() >= 3 && value.rank() == query.rank() && key.rank() == query.rank();
  for (int axis = 0; fits && axis + 1 < query.rank(); ++axis)
    fits = !differ(value[axis], key[axis]) && (axis > 0 || !differ(query[0], value[0]));
  if (!fits)
    fail("[", class_name(), " \"", name(),
         "\"] expected query (batch, T, …), value (batch, S, …) and key (batch, S, …), received ", query, ", ", value,
         inputs.size() > 2 ? concat(" and ", key) : "");
}

std::vector<int> BaseMultiHeadAttention::axes_for(const Shape& query) const {
  std::vector<int> axes;
  if (!options_.attention_axes)
    for (int axis = 1; axis + 1 < query.rank(); ++axis) axes.push_back(axis);
  for (int axis : options_.attention_axes.value_or(std::vector<int>())) {
    const int from_batch = axis < 0 ? axis + query.rank() : axis;
    check(from_batch > 0 && from_batch + 1 < query.rank() &&
              std::find(axes.begin(), axes.end(), from_batch) == axes.end(),
          "[", class_name(), " \"", name(), "\"] expected different attention_axes between batch and features of ",
          query, ", received ", axis);
    axes.push_back(from_batch);
  }
  return axes;
}

void BaseMultiHeadAttention::build_many(const Shapes& inputs) {
  check_inputs(inputs);
  const Shape &query = inputs[0], &value = inputs[1], &key = inputs.size() > 2 ? inputs[2] : value;
  for (const Shape& shape : {query, value, key})
    check(shape.back() > 0, "[", class_name(), " \"", name(), "\"] expected a known number of features, received ",
          shape);
  Parts& parts = *parts_;
  parts.axes = axes_for(query);
  state().sublayers.clear();  // of a build that failed
  const auto add = [&](const char* part, const std::string& equation, const Shape& output, const Shape& input,
                       const ActivationFunction& activation = {}) -> AnyLayer {
    EinsumDenseOptions options;
    options.activation = activation;
    if (options_.use_bias) options.bias_axes = equation.substr(equation.rfind('.') + 1);
    copy_projection_options(options_, options);
    options.name = part;
    options.trainable = trainable();
    options.dtype = dtype_policy();
    const AnyLayer layer = track(EinsumDense(equation, output, options));
    layer->build_for({input});
    return layer;
  };
  const std::string to_heads = "...a,anh->...nh";
  parts.query = add("query", to_heads, {heads_.query, heads_.key_dim}, query);
  parts.key = add("key", to_heads, {heads_.key_value, heads_.key_dim}, key);
  if (options_.use_gate) parts.gate = add("gate", to_heads, {heads_.query, heads_.value_dim}, query, "sigmoid");
  parts.value = add("value", to_heads, {heads_.key_value, heads_.value_dim}, value);
  const Shape output = options_.output_shape.value_or(Shape{query.back()});
  const std::string letters = std::string("abcdef").substr(0, static_cast<std::size_t>(output.rank()));
  Shape found = query.slice(0, query.rank() - 1);
  found.push_back(heads_.query);
  found.push_back(heads_.value_dim);
  parts.output = add("attention_output", "...nh,nh" + letters + "->..." + letters, output, found);
}

// ---- computation

/// Where the axes of projected tensors [batch, …, heads, features] go, so that the steps come last: [batch…, heads,
/// steps…, features]; and back.
struct BaseMultiHeadAttention::Steps {
  std::vector<int> order, inverse;
  Shape batch, query, key;  // sizes: of what is no step, heads last; of the steps

  Steps(const std::vector<int>& axes, const Shape& query_shape, const Shape& key_shape, std::int64_t heads) {
    const int of_heads = query_shape.rank() - 1;
    for (int axis = 0; axis <= of_heads; ++axis) {
      if (std::find(axes.begin(), axes.end(), axis) != axes.end()) continue;
      order.push_back(axis);
      batch.push_back(axis == of_heads ? heads : query_shape[axis]);
    }
    for (int axis : axes) {
      order.push_back(axis);
      query.push_back(query_shape[axis]);
      key.push_back(key_shape[axis]);
    }
    order.push_back(of_heads + 1);
    inverse.resize(order.size());
    for (std::size_t i = 0; i < order.size(); ++i) inverse[static_cast<std::size_t>(order[i])] = static_cast<int>(i);
  }

  /// Of the scores: batch axes, heads, query steps, key steps.
  Shape scores() const {
    Shape shape = batch;
    for (const Shape& sizes : {query, key})
      for (std::int64_t n : sizes) shape.push_back(n);
    return shape;
  }
  /// [batch…, heads, all steps, features].
  Tensor in_front(const Tensor& x) const {
    const Tensor ordered = permute(x, order);
    Shape shape = ordered.shape().slice(0, batch.rank());
    shape.push_back(ordered.shape().slice(batch.rank(), ordered.rank() - 1).size());
    shape.push_back(ordered.shape().back());
    return reshape(ordered, shape);
  }
  /// What in_front() of the query did, undone.
  Tensor back(const Tensor& y) const {
    Shape shape = y.shape().slice(0, y.rank() - 2);
    for (std::int64_t n : query) shape.push_back(n);
    shape.push_back(y.shape().back());
    return permute(reshape(y, shape), inverse);
  }
  /// Masks (batch, steps) of a sequence, for all steps of the other one.
  Tensor of_queries(const Tensor& mask) const {
    Shape shape = mask.shape();
    while (shape.rank() < 1 + 2 * query.rank()) shape.push_back(1);
    return reshape(mask, shape);
  }
  Tensor of_keys(const Tensor& mask) const {
    Shape shape = mask.shape();
    while (shape.rank() < 1 + key.rank()) shape.push_back(1);
    while (shape.rank() < 1 + 2 * key.rank()) shape.insert(1, 1);
    return reshape(mask, shape);
  }
  Shape with_axes(Shape mask) const {
    while (mask.rank() < scores().rank() && mask.rank() >= 2 * query.rank())
      mask.insert(mask.rank() - 2 * query.rank(), 1);
    return mask;
  }
  /// A mask that lacks axes gets them in front of the steps, as in Keras; then all steps are one axis.
  Tensor aligned(const Tensor& mask) const {
    const Tensor full = reshape(mask, with_axes(mask.shape()));
    if (query.rank() == 1) return full;
    Shape joined = full.shape().slice(0, batch.rank()), shape = joined;
    for (const Shape& sizes : {query, key}) {
      for (std::int64_t n : sizes) shape.push_back(n);
      joined.push_back(sizes.size());
    }
    return reshape(broadcast_to(full, shape), joined);
  }
};

namespace {

bool broadcasts_to(const Shape& mask, const Shape& scores) {
  bool fits = mask.rank() == scores.rank();
  for (int axis = 1; fits && axis <= mask.rank(); ++axis) fits = mask[-axis] == 1 || mask[-axis] == scores[-axis];
  return fits;
}

}  // namespace

/// Everything that hides steps, as one boolean tensor that broadcasts to [batch…, heads, T, S]; empty if nothing does.
Tensor BaseMultiHeadAttention::mask_of(const Call& call, bool causal) const {
  const AttentionArguments& given = call.arguments;
  const bool by_masks = given.attention_mask.defined() || given.query_mask.defined() || given.value_mask.defined() ||
                        given.key_mask.defined();
  if (!by_masks && !causal && !options_.sliding_window) return {};
  const Steps steps(parts_->axes, call.query.shape(), call.value.shape(), heads_.query);
  check(steps.query.rank() == 1 || !(causal || options_.sliding_window), "[", class_name(), " \"", name(),
        "\"] expected one attention axis for a causal mask or a sliding window, received ", steps.query.rank());
  Tensor merged;
  const auto merge = [&](const Tensor& mask) {
    check(broadcasts_to(steps.with_axes(mask.shape()), steps.scores()), "[", class_name(), " \"", name(),
          "\"] expected masks that fit scores of shape ", steps.scores(), " (batch, heads, T, S), received ",
          mask.shape());
    const Tensor aligned = steps.aligned(mask);
    merged = merged.defined() ? logical_and(merged, aligned) : aligned;
  };
  if (given.attention_mask.defined()) merge(given.attention_mask);
  if (given.query_mask.defined()) merge(steps.of_queries(given.query_mask));
  if (given.value_mask.defined()) merge(steps.of_keys(given.value_mask));
  if (given.key_mask.defined()) merge(steps.of_keys(given.key_mask));
  const Tensor by_position = step_mask(steps.query[0], steps.key[0], causal, options_.sliding_window);
  if (by_position.defined()) merge(by_position);
  return merged;
}

namespace {

/// Query heads [batch…, heads, T, H] beside key heads [batch…, key heads, H', S]: groups of the former with each of the
/// latter.
Tensor grouped_product(const Tensor& a, const Tensor& b) {
  const std::int64_t heads = a.shape()[-3], shared = b.shape()[-3];
  if (heads == shared) return matmul(a, b);
  Shape grouped = a.shape();
  grouped[-3] = shared;
  grouped.insert(grouped.rank() - 2, heads / shared);
  const Tensor y = matmul(reshape(a, grouped), expand_dims(b, -3));
  Shape shape = a.shape();
  shape[-1] = b.shape()[-1];
  return reshape(y, shape);
}

}  // namespace

/// {heads, scores} by way of all scores; the heads lie as the projected query does.
Tensors BaseMultiHeadAttention::with_scores(const Call& call, const Tensor& query, const Tensor& key,
                                            const Tensor& value, Mode mode) const {
  constexpr double hidden = -1e9;
  const Steps steps(parts_->axes, call.query.shape(), call.value.shape(), heads_.query);
  const double scale = 1 / std::sqrt(static_cast<double>(heads_.key_dim));
  Tensor scores = grouped_product(steps.in_front(query) * scale, transpose(steps.in_front(key)));
  if (const Tensor mask = mask_of(call, call.arguments.use_causal_mask); mask.defined())
    scores = scores + (1.0 - mask.to(scores.dtype())) * hidden;
  scores = softmax(scores);
  const bool drops = mode == Mode::train && generator_ != nullptr;
  const Tensor weights = drops ? dropout(scores, options_.dropout, *generator_) : scores;
  const Tensor found = steps.back(grouped_product(weights, steps.in_front(value)));
  return {found, reshape(scores, steps.scores())};
}

Tensors BaseMultiHeadAttention::attend(const Call& call, Mode mode) {
  check_inputs({call.query.shape(), call.value.shape(), call.key.shape()});
  const bool wants_scores = call.arguments.return_attention_scores;
  check(!wants_scores || !options_.flash_attention.value_or(false), "[", class_name(), " \"", name(),
        "\"] expected return_attention_scores = false for flash_attention, which keeps no scores");
  const Parts& parts = *parts_;
  const Tensor query = (*parts.query)(call.query, mode), key = (*parts.key)(call.key, mode),
               value = (*parts.value)(call.value, mode);
  const bool keeps_scores =
      wants_scores || query.rank() != 4 || parts.axes.size() != 1 || (mode == Mode::train && generator_ != nullptr);
  Tensor found, scores;
  if (keeps_scores) {
    const Tensors both = with_scores(call, query, key, value, mode);
    found = both[0];
    scores = both[1];
  } else {
    found = scaled_dot_product_attention(query, key, value,
                                         {.mask = mask_of(call, false), .is_causal = call.arguments.use_causal_mask});
  }
  if (options_.use_gate) found = found * (*parts.gate)(call.query, mode);
  const Tensor y = (*parts.output)(found, mode);
  return wants_scores ? Tensors{y, scores} : Tensors{y};
}

Shapes BaseMultiHeadAttention::compute_output_shapes(const Shapes& inputs) const {
  return compute_output_shapes_with(inputs, {});
}

Shapes BaseMultiHeadAttention::compute_output_shapes_with(const Shapes& inputs, const CallArguments& arguments) const {
  check_inputs(inputs);
  const Shape &query = inputs[0], &value = inputs[1];
  Shape output = query.slice(0, query.rank() - 1);
  for (std::int64_t n : options_.output_shape.value_or(Shape{query.back()})) output.push_back(n);
  const Value* wants_scores = arguments.values.find("return_attention_scores");
  if (wants_scores == nullptr || !wants_scores->as_bool()) return {output};
  return {output, Steps(axes_for(query), query, value, heads_.query).scores()};
}

// ---- MultiHeadAttention

MultiHeadAttention::MultiHeadAttention(std::int64_t num_heads, std::int64_t key_dim, MultiHeadAttentionOptions options)
    : LayerOf("MultiHeadAttention", layer_options(options)) {
  const std::int64_t value_dim = options.value_dim.value_or(key_dim);
  check(num_heads > 0 && key_dim > 0 && value_dim > 0, "[MultiHeadAttention \"", name(),
        "\"] expected num_heads, key_dim and value_dim > 0, received ", num_heads, ", ", key_dim, " and ", value_dim);
  set_up({num_heads, num_heads, key_dim, value_dim}, std::move(options));
}

Config MultiHeadAttention::config() const {
  Config config = base_config();
  config.set("num_heads", heads().query);
  config.set("key_dim", heads().key_dim);
  MultiHeadAttentionOptions written = options();
  written.value_dim = heads().value_dim;
  written.attention_axes = attention_axes();
  return with_fields(std::move(config), written);
}

namespace {

/// Removes `keys` and what is not written, and makes lists of numbers that stand alone.
Config plain_options(Config config, std::initializer_list<const char*> keys) {
  for (const char* key : keys) config.erase(key);
  config.erase("flash_attention");
  for (const char* key : {"output_shape", "attention_axes"})
    if (const Value* value = config.find(key); value != nullptr && value->is_number())
      config.set(key, List{Value(*value)});
  return config;
}

std::optional<bool> flash_attention(const Config& config) {
  const Value* value = config.find("flash_attention");
  return value == nullptr || value->is_null() ? std::nullopt : std::optional(value->as_bool());
}

}  // namespace

AnyLayer MultiHeadAttention::from_config(const Config& config) {
  auto options =
      read_options<MultiHeadAttentionOptions>(plain_options(config, {"num_heads", "key_dim"}), "MultiHeadAttention");
  options.flash_attention = flash_attention(config);
  return MultiHeadAttention(config.at("num_heads").as_int(), config.at("key_dim").as_int(), std::move(options));
}

// ---- GroupQueryAttention

GroupQueryAttention::GroupQueryAttention(std::int64_t head_dim, std::int64_t num_query_heads,
                                         std::int64_t num_key_value_heads, GroupQueryAttentionOptions options)
    : LayerOf("GroupedQueryAttention", layer_options(options)) {
  check(head_dim > 0 && num_query_heads > 0 && num_key_value_heads > 0, "[GroupQueryAttention \"", name(),
        "\"] expected head_dim, num_query_heads and num_key_value_heads > 0, received ", head_dim, ", ",
        num_query_heads, " and ", num_key_value_heads);
  check(num_query_heads % num_key_value_heads == 0, "[GroupQueryAttention \"", name(),
        "\"] expected num_query_heads to be a multiple of num_key_value_heads, received ", num_query_heads, " and ",
        num_key_value_heads);
  MultiHeadAttentionOptions all;
  copy_projection_options(options, all);
  all.dropout = options.dropout;
  all.use_bias = options.use_bias;
  all.use_gate = options.use_gate;
  all.sliding_window = options.sliding_window;
  all.flash_attention = options.flash_attention;
  all.seed = options.seed;
  all.attention_axes = {{1}};
  set_up({num_query_heads, num_key_value_heads, head_dim, head_dim}, std::move(all));
}

Config GroupQueryAttention::config() const {
  Config config = base_config();
  config.set("head_dim", heads().key_dim);
  config.set("num_query_heads", heads().query);
  config.set("num_key_value_heads", heads().key_value);
  MultiHeadAttentionOptions all = options();
  ConfigWriter writer{std::move(config)};
  projection_fields(writer, all);
  return std::move(writer.config);
}

AnyLayer GroupQueryAttention::from_config(const Config& config) {
  auto options = read_options<GroupQueryAttentionOptions>(
      plain_options(config, {"head_dim", "num_query_heads", "num_key_value_heads"}), "GroupQueryAttention");
  options.flash_attention = flash_attention(config);
  return GroupQueryAttention(config.at("head_dim").as_int(), config.at("num_query_heads").as_int(),
                             config.at("num_key_value_heads").as_int(), std::move(options));
}

}  // namespace linnet
