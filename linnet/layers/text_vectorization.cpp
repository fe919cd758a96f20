#include "linnet/layers/text_vectorization.h"

#include <algorithm>
#include <numeric>

#include "linnet/layers/category_modes.h"
#include "linnet/layers/fields.h"
#include "linnet/layers/text.h"
#include "linnet/ops/shape.h"

namespace linnet {
namespace {

template <class Result>
void check_step(const Layer& layer, const char* option, const TextStep<Result>& step,
                std::initializer_list<const char*> known) {
  if (!step.name() || std::find(known.begin(), known.end(), *step.name()) != known.end()) return;
  std::string names;
  for (const char* name : known) names += concat("\"", name, "\", ");
  fail("[TextVectorization \"", layer.name(), "\"] expected ", option, " ", names, "nothing or a function, received \"",
       *step.name(), "\"");
}

/// The name, or null.
template <class Result>
Value value_of(const Layer& layer, const char* option, const TextStep<Result>& step) {
  check(!step.function(), "[TextVectorization \"", layer.name(), "\"] expected ", option,
        " by name where the layer is saved or copied: a function cannot be written");
  return step.name() ? Value(*step.name()) : Value();
}

template <class Result>
TextStep<Result> step_of(const Value& value) {
  if (value.is_null()) return std::nullopt;
  return value.as_string();
}

StringLookupOptions lookup_options(const TextVectorizationOptions& o) {
  return {.max_tokens = o.max_tokens,
          .mask_token = "",
          .vocabulary = o.vocabulary,
          .idf_weights = o.idf_weights,
          .output_mode = output_mode_of(o.output_mode),
          .pad_to_max_tokens = o.pad_to_max_tokens,
          .dtype = o.dtype};
}

}  // namespace

TextVectorization::TextVectorization(TextVectorizationOptions options)
    : LayerOf("TextVectorization", layer_options(options)),
      options_(std::move(options)),
      lookup_(track(StringLookup(lookup_options(options_)))) {
  options_.output_mode = output_mode_of(options_.output_mode);
  check_step(*this, "standardize", options_.standardize, {"lower_and_strip_punctuation", "lower", "strip_punctuation"});
  check_step(*this, "split", options_.split, {"whitespace", "character"});
  check_output_mode(*this, options_.output_mode, {"int", "multi_hot", "count", "tf_idf"});
  for (int width : options_.ngrams)
    check(width > 0, "[TextVectorization \"", name(), "\"] expected ngrams above 0, received ", width);
  const auto& length = options_.output_sequence_length;
  check(!length || (*length > 0 && options_.output_mode == "int"), "[TextVectorization \"", name(),
        "\"] expected output_sequence_length > 0 with output_mode \"int\" only, received ", length.value_or(0));
  state().built = true;
}

std::vector<std::string> TextVectorization::tokens(const std::string& text) const {
  const auto &standardize = options_.standardize.name(), &split = options_.split.name();
  std::string plain = options_.standardize.function() ? options_.standardize.function()(text) : text;
  if (standardize && standardize->starts_with("lower")) plain = lower(std::move(plain));
  if (standardize && standardize->ends_with("strip_punctuation")) plain = without_punctuation(plain);
  const std::vector<std::string> parts = options_.split.function() ? options_.split.function()(plain)
                                         : !split                  ? std::vector<std::string>{plain}
                                         : *split == "character"   ? characters_of(plain)
                                                                   : words_of(plain);
  return options_.ngrams.empty() ? parts : ngrams_of(parts, options_.ngrams);
}

std::vector<std::vector<std::string>> TextVectorization::documents(const Strings& texts) const {
  check(texts.shape().rank() == 1 || (texts.shape().rank() == 2 && texts.shape()[1] == 1), "[TextVectorization \"",
        name(), "\"] expected texts of shape (texts,) or (texts, 1), received ", texts.shape());
  std::vector<std::vector<std::string>> documents;
  for (const std::string& text : texts.values()) documents.push_back(tokens(text));
  return documents;
}

Tensor TextVectorization::operator()(const Strings& texts) {
  std::vector<std::vector<std::string>> rows = documents(texts);
  const auto& length = options_.output_sequence_length;
  if (!length) return lookup_(rows);
  for (auto& row : rows) row.resize(static_cast<std::size_t>(*length));  // missing ones are "", the mask token
  return lookup_(rows);
}

void TextVectorization::adapt(const Strings& texts) { adapt(only_batch(texts)); }

void TextVectorization::adapt(const NextBatch<Strings>& next) {
  check(!options_.vocabulary, "[TextVectorization \"", name(),
        "\"] has the vocabulary it was given: adapt() would have nothing to do");
  lookup_.adapt([&]() -> std::optional<std::vector<std::vector<std::string>>> {
    const std::optional<Strings> batch = next();
    if (!batch) return std::nullopt;
    return documents(*batch);
  });
}

void TextVectorization::set_vocabulary(const std::vector<std::string>& tokens, const std::vector<double>& idf_weights) {
  lookup_.set_vocabulary(tokens, idf_weights);
}

Tensor TextVectorization::call(const Tensor&, Mode) {
  fail("[TextVectorization \"", name(),
       "\"] expected texts, received a tensor; there are no tensors of texts: call it with Strings, before the model");
}

Shape TextVectorization::compute_output_shape(const Shape& input) const {
  if (options_.output_mode == "int") return {input[0], options_.output_sequence_length.value_or(-1)};
  return lookup_.compute_output_shape({input[0], -1});
}

Config TextVectorization::config() const {
  const Config found = lookup_.config();
  Config config = base_config();
  config.set("max_tokens", to_value(options_.max_tokens));
  config.set("standardize", value_of(*this, "standardize", options_.standardize));
  config.set("split", value_of(*this, "split", options_.split));
  config.set("ngrams", options_.ngrams.empty() ? Value() : to_value(options_.ngrams));
  config.set("output_mode", options_.output_mode);
  config.set("output_sequence_length", to_value(options_.output_sequence_length));
  config.set("pad_to_max_tokens", options_.pad_to_max_tokens);
  config.set("sparse", false);  // as Keras writes it
  config.set("ragged", false);
  config.set("vocabulary", found.at("vocabulary"));
  config.set("idf_weights", found.at("idf_weights"));
  config.set("encoding", "utf-8");
  config.set("vocabulary_size", found.at("vocabulary_size"));
  return config;
}

namespace {

/// In Keras's configs 3 stands for 1, 2 and 3.
std::vector<int> widths_of(const Value& value) {
  std::vector<int> widths;
  if (value.is_list()) {
    from_value(value, widths);
  } else if (!value.is_null()) {
    widths.resize(static_cast<std::size_t>(std::max(value.as_int(), std::int64_t{0})));
    std::iota(widths.begin(), widths.end(), 1);
  }
  return widths;
}

/// The options that are written as they are.
struct PlainOptions : TextVectorizationOptions {};
template <class Visitor>
void fields(Visitor& visit, PlainOptions& o) {
  visit("max_tokens", o.max_tokens);
  visit("output_mode", o.output_mode);
  visit("output_sequence_length", o.output_sequence_length);
  visit("pad_to_max_tokens", o.pad_to_max_tokens);
  visit("vocabulary", o.vocabulary);
  visit("idf_weights", o.idf_weights);
}

}  // namespace

TextVectorizationOptions TextVectorization::options_from_config(const Config& config) {
  Config rest = config;
  for (const char* other : {"standardize", "split", "ngrams", "encoding", "vocabulary_size"}) rest.erase(other);
  TextVectorizationOptions options = read_options<PlainOptions>(rest, "TextVectorization");
  if (const Value* standardize = config.find("standardize")) options.standardize = step_of<std::string>(*standardize);
  if (const Value* split = config.find("split")) options.split = step_of<std::vector<std::string>>(*split);
  if (const Value* ngrams = config.find("ngrams")) options.ngrams = widths_of(*ngrams);
  return options;
}

AnyLayer TextVectorization::from_config(const Config& config) { return TextVectorization(options_from_config(config)); }

}  // namespace linnet
