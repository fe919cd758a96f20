#include "linnet/layers/lookup.h"

#include "linnet/base/whole_file.h"
#include "linnet/layers/fields.h"
#include "linnet/layers/hashes.h"
#include "linnet/layers/text.h"
#include "linnet/layers/vocabulary.h"

namespace linnet {

template <class Visitor, class Options>
void lookup_fields(Visitor& visit, Options& o) {
  visit("max_tokens", o.max_tokens);
  visit("num_oov_indices", o.num_oov_indices);
  visit("mask_token", o.mask_token);
  visit("oov_token", o.oov_token);
  visit("vocabulary", o.vocabulary);
  visit("idf_weights", o.idf_weights);
  visit("invert", o.invert);
  visit("output_mode", o.output_mode);
  visit("pad_to_max_tokens", o.pad_to_max_tokens);
}
template <class Visitor>
void fields(Visitor& visit, StringLookupOptions& o) {
  lookup_fields(visit, o);
}
template <class Visitor>
void fields(Visitor& visit, IntegerLookupOptions& o) {
  lookup_fields(visit, o);
  visit("oov_method", o.oov_method);
}

namespace {

template <class Options>
Options with_known_mode(Options options) {
  options.output_mode = output_mode_of(options.output_mode);
  return options;
}

template <class Token, class Options>
std::shared_ptr<Vocabulary<Token>> table_of(const Layer& layer, const Options& o,
                                            std::function<std::uint64_t(const Token&)> hash) {
  check_output_mode(layer, o.output_mode, {"int", "one_hot", "multi_hot", "count", "tf_idf"});
  const std::string who = "[" + layer.class_name() + " \"" + layer.name() + "\"]";
  check(!o.invert || o.output_mode == "int", who, " expected output_mode \"int\" with invert, received \"",
        o.output_mode, "\"");
  auto table = std::make_shared<Vocabulary<Token>>(
      who, typename Vocabulary<Token>::Rules{o.max_tokens, o.num_oov_indices, o.mask_token, o.oov_token, o.output_mode,
                                             o.pad_to_max_tokens, o.invert, std::move(hash)});
  if (o.vocabulary) table->set(*o.vocabulary, o.idf_weights.value_or(std::vector<double>()));
  return table;
}

/// What adapt() has found is given to a layer that is made from the config.
template <class Token, class Options>
Config with_vocabulary(Config config, const Options& options, const Vocabulary<Token>& table) {
  config = with_fields(std::move(config), options);
  if (!table.given_tokens().empty()) config.set("vocabulary", to_value(table.given_tokens()));
  if (!table.given_weights().empty()) config.set("idf_weights", to_value(table.given_weights()));
  config.set("sparse", false);  // as Keras writes it, like the next
  config.set("vocabulary_size", table.given_tokens().empty() ? Value() : Value(table.size()));
  return config;
}

template <class Options>
void check_adaptable(const Layer& layer, const Options& options) {
  check(!options.vocabulary, "[", layer.class_name(), " \"", layer.name(),
        "\"] has the vocabulary it was given: adapt() would have nothing to do");
}

template <class Options>
DType lookup_dtype(const Options& options, const Layer& layer) {
  return options.output_mode == "int" ? int64 : layer.compute_dtype();
}

}  // namespace

std::vector<std::string> read_vocabulary(const std::string& path) {
  return lines_of(detail::read_whole_file("read_vocabulary", path));
}

// ---- StringLookup

StringLookup::StringLookup(StringLookupOptions options)
    : LayerOf("StringLookup", layer_options(options)),
      options_(with_known_mode(std::move(options))),
      table_(table_of<std::string>(*this, options_, [](const std::string& token) { return fingerprint(token); })) {
  state().built = true;
}

Tensor StringLookup::operator()(const Strings& texts) {
  check(!options_.invert, "[StringLookup \"", name(), "\"] expected numbers, as it has invert: to_strings(numbers)");
  std::vector<std::optional<std::int64_t>> numbers;
  for (const std::string& text : texts.values()) numbers.push_back(table_->number_of(text));
  return table_->encoded(*this, numbers, texts.shape(), compute_output_dtype(int64));
}

Tensor StringLookup::operator()(const std::vector<std::vector<std::string>>& rows) {
  check(options_.mask_token.has_value(), "[StringLookup \"", name(),
        "\"] expected a mask_token for rows of different lengths, received none");
  std::size_t longest = 0;
  for (const auto& row : rows) longest = std::max(longest, row.size());
  std::vector<std::string> values;
  for (const auto& row : rows) {
    values.insert(values.end(), row.begin(), row.end());
    values.insert(values.end(), longest - row.size(), *options_.mask_token);
  }
  const Shape shape{static_cast<std::int64_t>(rows.size()), static_cast<std::int64_t>(longest)};
  return (*this)(Strings(std::move(values), shape));
}

Strings StringLookup::to_strings(const Tensor& numbers) const {
  check(options_.invert, "[StringLookup \"", name(), "\"] expected invert = true to turn numbers into texts");
  std::vector<std::string> texts;
  for (std::int64_t number : numbers.to_vector<std::int64_t>()) texts.push_back(table_->token_of(number));
  return Strings(std::move(texts), numbers.shape());
}

void StringLookup::adapt(const Strings& texts) { adapt(texts.rows()); }

void StringLookup::adapt(const std::vector<std::vector<std::string>>& documents) { adapt(only_batch(documents)); }

void StringLookup::adapt(const NextBatch<Strings>& next) {
  adapt([&]() -> std::optional<std::vector<std::vector<std::string>>> {
    const std::optional<Strings> batch = next();
    if (!batch) return std::nullopt;
    if (batch->shape().rank() > 1) return batch->rows();
    return std::vector<std::vector<std::string>>{batch->values()};
  });
}

void StringLookup::adapt(const NextBatch<std::vector<std::vector<std::string>>>& next) {
  check_adaptable(*this, options_);
  table_->adapt(next);
}

std::vector<std::string> StringLookup::vocabulary() const { return table_->all_tokens(); }

void StringLookup::set_vocabulary(const std::vector<std::string>& tokens, const std::vector<double>& idf_weights) {
  table_->set(tokens, idf_weights);
}

const std::vector<float>& StringLookup::idf_weights() const { return table_->weights(); }

Tensor StringLookup::call(const Tensor&, Mode) {
  fail("[StringLookup \"", name(),
       "\"] expected texts, received a tensor; there are no tensors of texts: call it with ",
       options_.invert ? "to_strings(numbers), behind the model" : "Strings, before the model");
}

Shape StringLookup::compute_output_shape(const Shape& input) const { return table_->output_shape(input); }
DType StringLookup::compute_output_dtype(DType) const { return lookup_dtype(options_, *this); }
Config StringLookup::config() const {
  Config config = with_vocabulary(base_config(), options_, *table_);
  config.set("oov_method", "floormod");  // means nothing for texts
  config.set("encoding", "utf-8");
  return config;
}

AnyLayer StringLookup::from_config(const Config& config) {
  Config rest = config;
  for (const char* unused : {"encoding", "vocabulary_size", "vocabulary_dtype", "oov_method"}) rest.erase(unused);
  return StringLookup(read_options<StringLookupOptions>(rest, "StringLookup"));
}

// ---- IntegerLookup

namespace {

std::uint64_t hash_of(std::int64_t token, const IntegerLookupOptions& options) {
  if (options.oov_method == "farmhash") return fingerprint(std::to_string(token));
  const std::int64_t rest = token % options.num_oov_indices;
  return static_cast<std::uint64_t>(rest < 0 ? rest + options.num_oov_indices : rest);
}

std::vector<std::vector<std::int64_t>> rows_of(const Tensor& data) {
  const std::vector<std::int64_t> values = data.to_vector<std::int64_t>();
  const std::int64_t columns = data.rank() < 2 ? data.size() : data.shape().back();
  std::vector<std::vector<std::int64_t>> rows;
  for (auto value = values.begin(); columns > 0 && value != values.end(); value += columns)
    rows.emplace_back(value, value + columns);
  return rows;
}

}  // namespace

IntegerLookup::IntegerLookup(IntegerLookupOptions options)
    : LayerOf("IntegerLookup", layer_options(options)),
      options_(with_known_mode(std::move(options))),
      table_(
          table_of<std::int64_t>(*this, options_, [o = options_](std::int64_t token) { return hash_of(token, o); })) {
  check(options_.oov_method == "floormod" || options_.oov_method == "farmhash", "[IntegerLookup \"", name(),
        "\"] expected oov_method \"floormod\" or \"farmhash\", received \"", options_.oov_method, "\"");
  state().built = true;
}

void IntegerLookup::adapt(const Tensor& data) {
  adapt(only_batch(data.rank() < 2 ? reshape(data, {data.size(), 1}) : data));
}

void IntegerLookup::adapt(const NextBatch<Tensor>& next) {
  check_adaptable(*this, options_);
  table_->adapt([&] {
    const std::optional<Tensor> batch = next();
    return batch ? std::optional(rows_of(*batch)) : std::nullopt;
  });
}

std::vector<std::int64_t> IntegerLookup::vocabulary() const { return table_->all_tokens(); }

void IntegerLookup::set_vocabulary(const std::vector<std::int64_t>& tokens, const std::vector<double>& idf_weights) {
  table_->set(tokens, idf_weights);
}

const std::vector<float>& IntegerLookup::idf_weights() const { return table_->weights(); }

Tensor IntegerLookup::call(const Tensor& x, Mode) {
  const std::vector<std::int64_t> values = x.to_vector<std::int64_t>();
  if (options_.invert) {
    std::vector<std::int64_t> tokens;
    for (std::int64_t number : values) tokens.push_back(table_->token_of(number));
    return from_vector(tokens, x.shape());
  }
  std::vector<std::optional<std::int64_t>> numbers;
  for (std::int64_t token : values) numbers.push_back(table_->number_of(token));
  return table_->encoded(*this, numbers, x.shape(), compute_output_dtype(int64));
}

Shape IntegerLookup::compute_output_shape(const Shape& input) const {
  table_->check_ready();  // what is made of its output has as many columns as the vocabulary
  return table_->output_shape(input);
}
DType IntegerLookup::compute_output_dtype(DType) const { return lookup_dtype(options_, *this); }
Config IntegerLookup::config() const {
  Config config = with_vocabulary(base_config(), options_, *table_);
  config.set("vocabulary_dtype", "int64");
  return config;
}

AnyLayer IntegerLookup::from_config(const Config& config) {
  Config rest = config;
  for (const char* unused : {"vocabulary_size", "vocabulary_dtype"}) rest.erase(unused);
  return IntegerLookup(read_options<IntegerLookupOptions>(rest, "IntegerLookup"));
}

}  // namespace linnet
