#include "linnet/layers/reversible_embedding.h"

#include <utility>

#include "linnet/layers/fields.h"
#include "linnet/ops/einsum.h"
#include "linnet/ops/elementwise.h"
#include "linnet/ops/gather.h"
#include "linnet/ops/matmul.h"
#include "linnet/ops/reduce.h"

namespace linnet {

template <class Visitor>
void fields(Visitor& visit, ReversibleEmbeddingOptions& o) {
  visit("tie_weights", o.tie_weights);
  visit("embeddings_initializer", o.embeddings_initializer);
  visit("embeddings_regularizer", o.embeddings_regularizer);
  visit("activity_regularizer", o.activity_regularizer);
  visit("embeddings_constraint", o.embeddings_constraint);
  visit("mask_zero", o.mask_zero);
  visit("reverse_dtype", o.reverse_dtype);
  visit("logit_soft_cap", o.logit_soft_cap);
}

ReversibleEmbedding::ReversibleEmbedding(std::int64_t input_dim, std::int64_t output_dim,
                                         ReversibleEmbeddingOptions options)
    : LayerOf("ReversibleEmbedding", layer_options(options)),
      input_dim_(input_dim),
      output_dim_(output_dim),
      options_(std::move(options)) {
  check(input_dim > 0 && output_dim > 0, "[ReversibleEmbedding \"", name(),
        "\"] expected input_dim and output_dim > 0, received ", input_dim, " and ", output_dim);
  check(!options_.logit_soft_cap || *options_.logit_soft_cap > 0, "[ReversibleEmbedding \"", name(),
        "\"] expected logit_soft_cap > 0, received ", options_.logit_soft_cap.value_or(0));
}

void ReversibleEmbedding::build(const Shape&) {
  const WeightOptions weight{options_.embeddings_regularizer, options_.embeddings_constraint, true, dtype()};
  add_weight(embeddings_, "embeddings", {input_dim_, output_dim_}, options_.embeddings_initializer, weight);
  if (!options_.tie_weights)
    add_weight(reverse_embeddings_, "reverse_embeddings", {output_dim_, input_dim_}, options_.embeddings_initializer,
               {.dtype = dtype()});
}

Tensor ReversibleEmbedding::call(const Tensor& x, Mode) {
  const Tensor ids = x.dtype() == int32 ? x : x.to(int64);
  if (ids.size() > 0) {  // a negative number must not count from the end
    const auto smallest = min(ids).item<std::int64_t>(), largest = max(ids).item<std::int64_t>();
    check(smallest >= 0 && largest < input_dim_, "[ReversibleEmbedding \"", name(), "\"] expected numbers from 0 to ",
          input_dim_ - 1, ", received ", smallest < 0 ? smallest : largest);
  }
  Tensor y = take(embeddings_.stored(), ids, 0).to(compute_dtype());
  if (options_.activity_regularizer) add_activity_loss(*options_.activity_regularizer, y);
  return options_.mask_zero ? y.with_mask(not_equal(x, 0.0)) : y;
}

Tensor ReversibleEmbedding::scores(const Tensor& x) {
  check(x.rank() >= 1 && x.shape().back() == output_dim_, "[ReversibleEmbedding \"", name(), "\"] expected vectors of ",
        output_dim_, " numbers in reverse, received shape ", x.shape());
  const DType dtype = options_.reverse_dtype.value_or(compute_dtype());
  const Tensor vectors = x.to(dtype);
  Tensor y = options_.tie_weights ? einsum("...i,vi->...v", {vectors, embeddings_.stored().to(dtype)})
                                  : linear(vectors, reverse_embeddings_.stored(), {}, FusedActivation::none, dtype);
  if (const auto cap = options_.logit_soft_cap) y = tanh(y / *cap) * *cap;
  if (options_.activity_regularizer) add_activity_loss(*options_.activity_regularizer, y);
  return y;
}

namespace {

bool is_reverse(const CallArguments& arguments) {
  const Value* value = arguments.values.find("reverse");
  return value != nullptr && value->as_bool();
}

}  // namespace

Tensors ReversibleEmbedding::call_with(const Tensors& xs, const CallArguments& arguments, Mode mode) {
  check(xs.size() == 1, "[ReversibleEmbedding \"", name(), "\"] expected one input, received ", xs.size());
  return {is_reverse(arguments) ? scores(xs[0]) : call(xs[0], mode)};
}

Tensor ReversibleEmbedding::reverse(const Tensor& x, Mode mode) {
  return apply({x}, {.values = {{"reverse", true}}, .tensors = {}}, mode)[0];
}

Shape ReversibleEmbedding::compute_output_shape(const Shape& input) const {
  Shape output = input;
  output.push_back(output_dim_);
  return output;
}

Shapes ReversibleEmbedding::compute_output_shapes_with(const Shapes& inputs, const CallArguments& arguments) const {
  if (!is_reverse(arguments)) return {compute_output_shape(inputs[0])};
  Shape output = inputs[0];
  output[-1] = input_dim_;
  return {output};
}

Config ReversibleEmbedding::config() const {
  Config config = base_config();
  config.set("input_dim", input_dim_);
  config.set("output_dim", output_dim_);
  config = with_fields(std::move(config), options_);
  config.set("quantization_config", nullptr);
  return config;
}

AnyLayer ReversibleEmbedding::from_config(const Config& config) {
  Config rest = config;
  for (const char* key : {"input_dim", "output_dim"}) rest.erase(key);
  return ReversibleEmbedding(config.at("input_dim").as_int(), config.at("output_dim").as_int(),
                             read_options<ReversibleEmbeddingOptions>(rest, "ReversibleEmbedding"));
}

}  // namespace linnet
