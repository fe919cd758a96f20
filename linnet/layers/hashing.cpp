#include "linnet/layers/hashing.h"

#include "linnet/layers/category_modes.h"
#include "linnet/layers/fields.h"
#include "linnet/layers/hashes.h"

namespace linnet {

template <class Visitor>
void fields(Visitor& visit, HashedCrossingOptions& o) {
  visit("output_mode", o.output_mode);
}

// ---- Hashing

Hashing::Hashing(std::int64_t num_bins, HashingOptions options)
    : LayerOf("Hashing", layer_options(options)), num_bins_(num_bins), options_(std::move(options)) {
  check(num_bins > 0, "[Hashing \"", name(), "\"] expected num_bins > 0, received ", num_bins);
  check(options_.salt.size() <= 2, "[Hashing \"", name(), "\"] expected a salt of one or two numbers, received ",
        options_.salt.size());
  if (options_.salt.size() == 1) options_.salt = std::vector<std::int64_t>(2, options_.salt[0]);
  check_output_mode(*this, options_.output_mode, {"int", "one_hot", "multi_hot", "count"});
  state().built = true;
}

std::int64_t Hashing::bin_of(const std::string& text) const {
  const bool has_mask = options_.mask_value.has_value() && num_bins_ > 1;
  if (has_mask && text == *options_.mask_value) return 0;
  const std::uint64_t hash = options_.salt.empty() ? fingerprint(text)
                                                   : sip_hash(static_cast<std::uint64_t>(options_.salt[0]),
                                                              static_cast<std::uint64_t>(options_.salt[1]), text);
  const std::int64_t first = has_mask ? 1 : 0;
  return first + static_cast<std::int64_t>(hash % static_cast<std::uint64_t>(num_bins_ - first));
}

Tensor Hashing::operator()(const Strings& texts) {
  std::vector<std::int64_t> bins;
  for (const std::string& text : texts.values()) bins.push_back(bin_of(text));
  return encode_categories(*this, from_vector(bins, texts.shape()), options_.output_mode, num_bins_,
                           compute_output_dtype(int64));
}

Tensor Hashing::call(const Tensor& x, Mode) {
  std::vector<std::string> digits;
  for (std::int64_t value : x.to_vector<std::int64_t>()) digits.push_back(std::to_string(value));
  return (*this)(Strings(std::move(digits), x.shape()));
}

Shape Hashing::compute_output_shape(const Shape& input) const {
  return encoded_shape(input, options_.output_mode, num_bins_);
}

DType Hashing::compute_output_dtype(DType) const { return options_.output_mode == "int" ? int64 : compute_dtype(); }

Config Hashing::config() const {
  Config config = base_config();
  config.set("num_bins", num_bins_);
  config.set("salt", options_.salt.empty() ? Value() : to_value(options_.salt));
  config.set("mask_value", to_value(options_.mask_value));
  config.set("output_mode", options_.output_mode);
  return config;
}

AnyLayer Hashing::from_config(const Config& config) {
  const LayerOptions common = read_layer_options(config, "Hashing", {"num_bins", "mask_value", "salt", "output_mode"});
  HashingOptions options{.name = common.name, .trainable = common.trainable, .dtype = common.dtype};
  if (const Value* salt = config.find("salt"); salt != nullptr && !salt->is_null()) {
    if (salt->is_list())
      from_value(*salt, options.salt);
    else
      options.salt.push_back(salt->as_int());
  }
  if (const Value* mask = config.find("mask_value"); mask != nullptr && !mask->is_null())
    options.mask_value = mask->is_string() ? mask->as_string() : std::to_string(mask->as_int());
  if (const Value* mode = config.find("output_mode")) options.output_mode = mode->as_string();
  return Hashing(config.at("num_bins").as_int(), options);
}

// ---- HashedCrossing

HashedCrossing::HashedCrossing(std::int64_t num_bins, HashedCrossingOptions options)
    : LayerOf("HashedCrossing", layer_options(options)), num_bins_(num_bins), options_(std::move(options)) {
  check(num_bins > 0, "[HashedCrossing \"", name(), "\"] expected num_bins > 0, received ", num_bins);
  check_output_mode(*this, options_.output_mode, {"int", "one_hot"});
  state().built = true;
}

namespace {

const Shape& shape_of(const HashedCrossing::Feature& feature) {
  const auto* texts = std::get_if<Strings>(&feature);
  return texts != nullptr ? texts->shape() : std::get<Tensor>(feature).shape();
}

/// Texts by their fingerprints, integers as they are.
std::vector<std::uint64_t> numbers_of(const HashedCrossing::Feature& feature) {
  std::vector<std::uint64_t> numbers;
  if (const auto* texts = std::get_if<Strings>(&feature)) {
    for (const std::string& text : texts->values()) numbers.push_back(fingerprint(text));
  } else {
    for (std::int64_t value : std::get<Tensor>(feature).to_vector<std::int64_t>())
      numbers.push_back(static_cast<std::uint64_t>(value));
  }
  return numbers;
}

}  // namespace

Tensor HashedCrossing::operator()(const std::vector<Feature>& features) {
  Shapes shapes;
  for (const Feature& feature : features) shapes.push_back(shape_of(feature));
  compute_output_shapes(shapes);                  // throws where they do not fit
  constexpr std::uint64_t first = 0xDECAFCAFFEu;  // TensorFlow's, of cross_hashed
  std::vector<std::uint64_t> hashes(static_cast<std::size_t>(shapes[0].size()), first);
  for (const Feature& feature : features) {
    const std::vector<std::uint64_t> numbers = numbers_of(feature);
    for (std::size_t i = 0; i < hashes.size(); ++i) hashes[i] = fingerprint_of_both(hashes[i], numbers[i]);
  }
  std::vector<std::int64_t> bins;
  for (std::uint64_t hash : hashes)
    bins.push_back(static_cast<std::int64_t>(hash % static_cast<std::uint64_t>(num_bins_)));
  return encode_categories(*this, from_vector(bins, shapes[0]), options_.output_mode, num_bins_,
                           compute_output_dtype(int64));
}

void HashedCrossing::build_many(const Shapes&) {}

Tensors HashedCrossing::call_many(const Tensors& xs, Mode) {
  return {(*this)(std::vector<Feature>(xs.begin(), xs.end()))};
}

Shapes HashedCrossing::compute_output_shapes(const Shapes& inputs) const {
  check(inputs.size() >= 2, "[HashedCrossing \"", name(), "\"] expected two features or more, received ",
        inputs.size());
  for (const Shape& shape : inputs)
    check(shape == inputs[0] && (shape.rank() < 2 || (shape.rank() == 2 && shape[1] == 1)), "[HashedCrossing \"",
          name(), "\"] expected features of one shape, (batch,) or (batch, 1), received ", inputs[0], " and ", shape);
  return {encoded_shape(inputs[0], options_.output_mode, num_bins_)};
}

DType HashedCrossing::compute_output_dtype(DType) const {
  return options_.output_mode == "int" ? int64 : compute_dtype();
}

Config HashedCrossing::config() const {
  Config config = base_config();
  config.set("num_bins", num_bins_);
  return with_fields(std::move(config), options_);
}

AnyLayer HashedCrossing::from_config(const Config& config) {
  Config rest = config;
  rest.erase("num_bins");
  return HashedCrossing(config.at("num_bins").as_int(), read_options<HashedCrossingOptions>(rest, "HashedCrossing"));
}

}  // namespace linnet
