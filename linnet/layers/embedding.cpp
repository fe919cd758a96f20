#include "linnet/layers/embedding.h"

#include "linnet/layers/fields.h"
#include "linnet/ops/elementwise.h"
#include "linnet/ops/gather.h"
#include "linnet/ops/reduce.h"

namespace linnet {

template <class Visitor>
void fields(Visitor& visit, EmbeddingOptions& o) {
  visit("embeddings_initializer", o.embeddings_initializer);
  visit("embeddings_regularizer", o.embeddings_regularizer);
  visit("activity_regularizer", o.activity_regularizer);
  visit("embeddings_constraint", o.embeddings_constraint);
  visit("mask_zero", o.mask_zero);
}
template <class Visitor>
void fields(Visitor& visit, MaskingOptions& o) {
  visit("mask_value", o.mask_value);
}

Embedding::Embedding(std::int64_t input_dim, std::int64_t output_dim, EmbeddingOptions options)
    : LayerOf("Embedding", layer_options(options)),
      input_dim_(input_dim),
      output_dim_(output_dim),
      options_(std::move(options)) {
  check(input_dim > 0 && output_dim > 0, "[Embedding] expected input_dim and output_dim > 0, received ", input_dim,
        " and ", output_dim);
}

void Embedding::build(const Shape&) {
  add_weight(embeddings_, "embeddings", {input_dim_, output_dim_}, options_.embeddings_initializer,
             {options_.embeddings_regularizer, options_.embeddings_constraint, true, dtype()});
}

Tensor Embedding::call(const Tensor& x, Mode) {
  const Tensor ids = x.dtype() == int32 ? x : x.to(int64);
  if (ids.size() > 0) {  // a negative number must not count from the end
    const auto smallest = min(ids).item<std::int64_t>(), largest = max(ids).item<std::int64_t>();
    check(smallest >= 0 && largest < input_dim_, "[Embedding \"", name(), "\"] expected numbers from 0 to ",
          input_dim_ - 1, ", received ", smallest < 0 ? smallest : largest);
  }
  Tensor y = take(embeddings_.stored(), ids, 0).to(compute_dtype());  // not the whole table converted
  if (options_.activity_regularizer) add_activity_loss(*options_.activity_regularizer, y);
  return y;
}

Shape Embedding::compute_output_shape(const Shape& input) const {
  Shape output = input;
  output.push_back(output_dim_);
  return output;
}

Tensor Embedding::compute_mask(const Tensors& inputs) const {
  return options_.mask_zero ? not_equal(inputs[0], 0.0) : Tensor();
}

Config Embedding::config() const {
  Config config = base_config();
  config.set("input_dim", input_dim_);
  config.set("output_dim", output_dim_);
  config = with_fields(std::move(config), options_);
  config.set("quantization_config", nullptr);
  return config;
}

AnyLayer Embedding::from_config(const Config& config) {
  Config rest = config;
  for (const char* key : {"input_dim", "output_dim", "input_length"}) rest.erase(key);
  return Embedding(config.at("input_dim").as_int(), config.at("output_dim").as_int(),
                   read_options<EmbeddingOptions>(rest, "Embedding"));
}

Masking::Masking(MaskingOptions options) : LayerOf("Masking", layer_options(options)), options_(std::move(options)) {
  state().built = true;
}

Tensor Masking::call(const Tensor& x, Mode) {
  return x * any(not_equal(x, options_.mask_value), -1, true).to(x.dtype());
}

Tensor Masking::compute_mask(const Tensors& inputs) const { return any(not_equal(inputs[0], options_.mask_value), -1); }

Config Masking::config() const { return with_fields(base_config(), options_); }
AnyLayer Masking::from_config(const Config& config) { return Masking(read_options<MaskingOptions>(config, "Masking")); }

}  // namespace linnet
