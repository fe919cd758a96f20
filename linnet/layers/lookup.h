// StringLookup and IntegerLookup: a number for each token of a vocabulary, and back.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "linnet/layers/layer.h"
#include "linnet/layers/next_batch.h"
#include "linnet/layers/strings.h"

#pragma GCC visibility push(default)
namespace linnet {

template <class Token>
class Vocabulary;

/// The lines of a text file, one token each, without those at the end that are empty: what vocabularies are kept in.
/// Throws FileError for a file that cannot be read.
///   write_file_atomically("words.txt", "cat\ndog\n");
///   StringLookup lookup({.vocabulary = read_vocabulary("words.txt")});
std::vector<std::string> read_vocabulary(const std::string& path);

struct StringLookupOptions {
  std::optional<std::int64_t> max_tokens = {};  // how large the vocabulary may become, with the special tokens
  std::int64_t num_oov_indices = 1;             // how many numbers there are for tokens out of the vocabulary
  std::optional<std::string> mask_token = {};   // the token with the number 0
  std::string oov_token = "[UNK]";              // what stands for tokens out of the vocabulary
  std::optional<std::vector<std::string>> vocabulary = {};  // in order, with or without the special tokens in front
  std::optional<std::vector<double>> idf_weights = {};      // for "tf_idf": one for each token of `vocabulary`
  bool invert = false;                                      // numbers to tokens: to_strings()
  /// "int": the numbers; "one_hot", "multi_hot", "count": see CategoryEncoding; "tf_idf": counts times idf_weights.
  std::string output_mode = "int";
  bool pad_to_max_tokens = false;  // max_tokens columns in the other modes, whatever the vocabulary
  std::string name = {};
  bool trainable = true;
  DTypePolicy dtype = {};
};

/// Texts to numbers: 0 for the mask token, if there is one; then num_oov_indices numbers for texts that are not in the
/// vocabulary, chosen by FarmHash64; then the vocabulary. (Modes other than "int" leave masked texts out and have no
/// number for them.) The vocabulary is given, or found by adapt(): the most frequent first, and among equals the larger
/// by bytes; idf = log(1 + documents / (1 + documents with the token)). It is saved with the model. Texts [...] -> y
/// [...] in int64 for "int", for the other modes what CategoryEncoding gives. Throws for texts out of the vocabulary
/// where num_oov_indices is 0, and when called with a tensor. Keras: keras.layers.StringLookup (without `sparse`).
///   StringLookup lookup({.vocabulary = {{"cat", "dog"}}});
///   lookup(Strings{"dog", "bird"});  // -> {2, 0}
class StringLookup final : public LayerOf<StringLookup> {
 public:
  explicit StringLookup(StringLookupOptions options = {});
  using Layer::operator();
  /// The numbers of texts.
  Tensor operator()(const Strings& texts);
  /// Of texts in rows of different lengths; missing ones at the end of a row are the mask token.
  Tensor operator()(const std::vector<std::vector<std::string>>& rows);
  /// With `invert`: the texts of numbers.
  Strings to_strings(const Tensor& numbers) const;
  /// Finds the vocabulary. A row is a document, and so is each text where there is only one axis. Starts anew each
  /// time; throws if a vocabulary was given.
  void adapt(const Strings& texts);
  /// The same of documents of different lengths.
  void adapt(const std::vector<std::vector<std::string>>& documents);
  /// The same of documents that come in batches; of texts with one axis each batch is a document.
  void adapt(const NextBatch<std::vector<std::vector<std::string>>>& next);
  void adapt(const NextBatch<Strings>& next);
  /// All tokens in the order of their numbers. Keras: get_vocabulary().
  std::vector<std::string> vocabulary() const;
  /// Replaces the vocabulary, with or without the special tokens in front.
  void set_vocabulary(const std::vector<std::string>& tokens, const std::vector<double>& idf_weights = {});
  /// With "tf_idf": the weight of every number, those of the special tokens too; empty in the other modes.
  const std::vector<float>& idf_weights() const;

  Tensor call(const Tensor& x, Mode mode) override;
  Shape compute_output_shape(const Shape& input) const override;
  DType compute_output_dtype(DType) const override;
  Config config() const override;
  static AnyLayer from_config(const Config& config);

 private:
  StringLookupOptions options_;
  std::shared_ptr<Vocabulary<std::string>> table_;
};

struct IntegerLookupOptions {
  std::optional<std::int64_t> max_tokens = {};  // how large the vocabulary may become, with the special tokens
  std::int64_t num_oov_indices = 1;             // how many numbers there are for tokens out of the vocabulary
  std::optional<std::int64_t> mask_token = {};  // the token with the number 0
  std::int64_t oov_token = -1;                  // what stands for tokens out of the vocabulary
  std::optional<std::vector<std::int64_t>> vocabulary = {};  // in order, with or without the special tokens in front
  std::optional<std::vector<double>> idf_weights = {};       // for "tf_idf": one for each token of `vocabulary`
  bool invert = false;                                       // numbers to tokens
  std::string output_mode = "int";                           // as StringLookup's
  bool pad_to_max_tokens = false;       // max_tokens columns in the other modes, whatever the vocabulary
  std::string oov_method = "floormod";  // token mod num_oov_indices; "farmhash": FarmHash64 of its digits
  std::string name = {};
  bool trainable = true;
  DTypePolicy dtype = {};
};

/// Integers to numbers, as StringLookup does with texts; `invert` turns it round. x [...] -> y [...] in int64 for
/// "int", for the other modes what CategoryEncoding gives. Keras: keras.layers.IntegerLookup (without `sparse`).
///   IntegerLookup lookup({.vocabulary = {{12, 36, 1138}}});
///   lookup(tensor({36, 7}, int64));  // -> {2, 0}
class IntegerLookup final : public LayerOf<IntegerLookup> {
 public:
  explicit IntegerLookup(IntegerLookupOptions options = {});
  /// Finds the vocabulary, as StringLookup's.
  void adapt(const Tensor& data);
  /// The same of data that come in batches; one with one axis is a document.
  void adapt(const NextBatch<Tensor>& next);
  /// All tokens in the order of their numbers. Keras: get_vocabulary().
  std::vector<std::int64_t> vocabulary() const;
  /// Replaces the vocabulary, with or without the special tokens in front.
  void set_vocabulary(const std::vector<std::int64_t>& tokens, const std::vector<double>& idf_weights = {});
  /// With "tf_idf": the weight of every number, those of the special tokens too; empty in the other modes.
  const std::vector<float>& idf_weights() const;

  Tensor call(const Tensor& x, Mode mode) override;
  Shape compute_output_shape(const Shape& input) const override;
  DType compute_output_dtype(DType) const override;
  IntegerInput integer_input() const override { return IntegerInput::converts; }
  Config config() const override;
  static AnyLayer from_config(const Config& config);

 private:
  IntegerLookupOptions options_;
  std::shared_ptr<Vocabulary<std::int64_t>> table_;
};

}  // namespace linnet
#pragma GCC visibility pop
