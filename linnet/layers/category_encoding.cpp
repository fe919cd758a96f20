#include "linnet/layers/category_encoding.h"

#include "linnet/layers/category_modes.h"
#include "linnet/layers/fields.h"

namespace linnet {

template <class Visitor>
void fields(Visitor& visit, CategoryEncodingOptions& o) {
  visit("output_mode", o.output_mode);
}

CategoryEncoding::CategoryEncoding(std::int64_t num_tokens, CategoryEncodingOptions options)
    : LayerOf("CategoryEncoding", layer_options(options)), num_tokens_(num_tokens), options_(std::move(options)) {
  options_.output_mode = output_mode_of(options_.output_mode);
  check(num_tokens > 0, "[CategoryEncoding \"", name(), "\"] expected num_tokens > 0, received ", num_tokens);
  check_output_mode(*this, options_.output_mode, {"multi_hot", "count", "one_hot"});
  state().built = true;
}

void CategoryEncoding::build_many(const Shapes&) {}

Tensors CategoryEncoding::call_many(const Tensors& xs, Mode) {
  check_inputs(xs.size());
  const Tensor weights = xs.size() == 2 ? xs[1] : Tensor();
  check(!weights.defined() || weights.shape() == xs[0].shape(), "[CategoryEncoding \"", name(),
        "\"] expected weights of shape ", xs[0].shape(), ", received ", weights.defined() ? weights.shape() : Shape());
  return {encode_categories(*this, xs[0], options_.output_mode, num_tokens_, compute_dtype(), weights)};
}

void CategoryEncoding::check_inputs(std::size_t count) const {
  check(count == 1 || (count == 2 && options_.output_mode == "count"), "[CategoryEncoding \"", name(),
        "\"] expected integers, and in output_mode \"count\" perhaps weights, received ", count,
        " inputs in output_mode \"", options_.output_mode, "\"");
}

Shapes CategoryEncoding::compute_output_shapes(const Shapes& inputs) const {
  check_inputs(inputs.size());
  return {encoded_shape(inputs[0], options_.output_mode, num_tokens_)};
}

Config CategoryEncoding::config() const {
  Config config = base_config();
  config.set("num_tokens", num_tokens_);
  config = with_fields(std::move(config), options_);
  config.set("sparse", false);  // as Keras writes it
  return config;
}

AnyLayer CategoryEncoding::from_config(const Config& config) {
  Config rest = config;
  rest.erase("num_tokens");
  const Value* num_tokens = config.find("num_tokens");
  check(num_tokens != nullptr && !num_tokens->is_null(),
        "[CategoryEncoding] expected num_tokens, received none; IntegerLookup finds it out");
  return CategoryEncoding(num_tokens->as_int(), read_options<CategoryEncodingOptions>(rest, "CategoryEncoding"));
}

}  // namespace linnet
