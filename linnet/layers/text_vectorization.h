// TextVectorization: sentences to rows of numbers.
#pragma once

#include <concepts>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "linnet/layers/lookup.h"

#pragma GCC visibility push(default)
namespace linnet {

/// What TextVectorization does with a text, by name or as a function of one's own; nullopt: nothing. A config has the
/// name, or null; a layer with a function cannot be saved.
template <class Result>
class TextStep {
 public:
  /// Of one text.
  using Function = std::function<Result(const std::string& text)>;
  TextStep(std::nullopt_t) {}
  TextStep(const char* name) : name_(name) {}
  TextStep(std::string name) : name_(std::move(name)) {}
  template <std::invocable<const std::string&> Callable>
  TextStep(Callable function) : function_(std::move(function)) {}

  const std::optional<std::string>& name() const { return name_; }
  /// Empty if there is a name, or nothing is done.
  const Function& function() const { return function_; }

 private:
  std::optional<std::string> name_;
  Function function_;
};

struct TextVectorizationOptions {
  std::optional<std::int64_t> max_tokens = {};  // how large the vocabulary may become, with the special tokens
  /// "lower_and_strip_punctuation", "lower", "strip_punctuation", nothing, or a function. Letters and punctuation are
  /// those of ASCII, as in Keras: other alphabets stay as they are.
  TextStep<std::string> standardize = "lower_and_strip_punctuation";
  /// "whitespace", "character" (for Chinese), nothing, or a function.
  TextStep<std::vector<std::string>> split = "whitespace";
  std::vector<int> ngrams = {};     // also so many tokens after one another, joined by spaces: {1, 2}; none: as {1}
  std::string output_mode = "int";  // or "multi_hot", "count", "tf_idf": see StringLookup
  std::optional<std::int64_t> output_sequence_length = {};  // for "int": cut off or filled with 0; none: the longest
  bool pad_to_max_tokens = false;  // max_tokens columns in the other modes, whatever the vocabulary
  std::optional<std::vector<std::string>> vocabulary = {};  // in order, with or without "" and "[UNK]" in front
  std::optional<std::vector<double>> idf_weights = {};      // for "tf_idf": one for each token of `vocabulary`
  std::string name = {};
  bool trainable = true;
  DTypePolicy dtype = {};
};

/// Each text is standardized, split into tokens, joined to n-grams, and looked up as StringLookup does: "int" gives
/// int64 [texts, length], where 0 is no token and 1 a token out of the vocabulary; the other modes [texts, tokens]. The
/// vocabulary is given, or found by adapt(), and saved with the model. Bytes that are no UTF-8 count as U+FFFD. Throws
/// when called with a tensor. Keras: keras.layers.TextVectorization (without `ragged` and `sparse`).
///   TextVectorization words({.output_sequence_length = 4, .vocabulary = {{"hello", "world"}}});
///   words(Strings{"Hello, world!"});  // -> {{2, 3, 0, 0}}
///   TextVectorization characters({.split = "character"});
///   characters.adapt(Strings{"你好", "你们好"});
///   characters(Strings{"好"});  // -> {{2}}
class TextVectorization final : public LayerOf<TextVectorization> {
 public:
  explicit TextVectorization(TextVectorizationOptions options = {});
  using Layer::operator();
  /// Of texts (texts,) or (texts, 1).
  Tensor operator()(const Strings& texts);
  /// Finds the vocabulary. Starts anew each time; throws if one was given.
  void adapt(const Strings& texts);
  /// The same of texts that come in batches.
  void adapt(const NextBatch<Strings>& next);
  /// What a text is looked up as: its tokens and n-grams.
  std::vector<std::string> tokens(const std::string& text) const;
  /// All tokens in the order of their numbers. Keras: get_vocabulary().
  std::vector<std::string> vocabulary() const { return lookup_.vocabulary(); }
  /// Replaces the vocabulary, with or without "" and "[UNK]" in front.
  void set_vocabulary(const std::vector<std::string>& tokens, const std::vector<double>& idf_weights = {});

  Tensor call(const Tensor& x, Mode mode) override;
  Shape compute_output_shape(const Shape& input) const override;
  DType compute_output_dtype(DType input) const override { return lookup_.compute_output_dtype(input); }
  Config config() const override;
  static AnyLayer from_config(const Config& config);
  /// What from_config makes the layer with.
  static TextVectorizationOptions options_from_config(const Config& config);

 private:
  std::vector<std::vector<std::string>> documents(const Strings& texts) const;

  TextVectorizationOptions options_;
  StringLookup lookup_;
};

}  // namespace linnet
#pragma GCC visibility pop
