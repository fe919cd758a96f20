// What a StringLookup and an IntegerLookup are made of: a table of tokens, and the rules of their numbers. Internal.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "linnet/layers/category_modes.h"
#include "linnet/layers/layer.h"
#include "linnet/layers/next_batch.h"
#include "linnet/ops/elementwise.h"
#include "linnet/ops/shape.h"

namespace linnet {

/// The numbers are: 0 for the mask token, if there is one and the mode is "int"; then those of tokens that are not in
/// the vocabulary; then the vocabulary's. Token is std::string or std::int64_t.
template <class Token>
class Vocabulary {
 public:
  struct Rules {
    std::optional<std::int64_t> max_tokens;
    std::int64_t num_oov_indices = 1;
    std::optional<Token> mask_token;
    Token oov_token;
    std::string output_mode = "int";
    bool pad_to_max_tokens = false;
    bool invert = false;
    std::function<std::uint64_t(const Token&)> hash;  // of tokens that are not in the vocabulary, for their number
  };

  Vocabulary(std::string who, Rules rules) : who_(std::move(who)), rules_(std::move(rules)) { check_rules(); }

  /// Tokens in order, with or without the special ones in front, and "tf_idf"'s weight for each of them.
  void set(const std::vector<Token>& tokens, const std::vector<double>& idf_weights);
  /// The tokens of documents: the most frequent first, and among equals the larger.
  void adapt(const NextBatch<std::vector<std::vector<Token>>>& next);

  /// What set() was given or adapt() has found; set() with it makes the same vocabulary.
  const std::vector<Token>& given_tokens() const { return given_tokens_; }
  const std::vector<double>& given_weights() const { return given_weights_; }
  /// "tf_idf"'s weight of every number, those of the special tokens too.
  const std::vector<float>& weights() const { return weights_; }
  /// With the special tokens, as they are numbered.
  std::vector<Token> all_tokens() const;
  std::int64_t size() const { return token_start() + static_cast<std::int64_t>(tokens_.size()); }

  /// The number of a token; none for the mask token unless the mode is "int".
  std::optional<std::int64_t> number_of(const Token& token) const;
  /// The token of a number; the out-of-vocabulary token for those that are none of the vocabulary's.
  const Token& token_of(std::int64_t number) const;
  /// Numbers, where none is depth(), in the output mode.
  Tensor encoded(const Layer& layer, const std::vector<std::optional<std::int64_t>>& numbers, const Shape& shape,
                 DType dtype) const;
  /// Throws where the output has a column for each token and there are none yet.
  void check_ready() const;
  Shape output_shape(const Shape& input) const { return encoded_shape(input, count_mode(), depth()); }

 private:
  void check_rules() const;
  std::string count_mode() const { return rules_.output_mode == "tf_idf" ? "count" : rules_.output_mode; }
  std::int64_t oov_start() const { return rules_.mask_token && rules_.output_mode == "int" ? 1 : 0; }
  std::int64_t token_start() const { return oov_start() + rules_.num_oov_indices; }
  std::int64_t depth() const { return rules_.pad_to_max_tokens ? *rules_.max_tokens : size(); }
  std::vector<Token> special_tokens() const;
  void set_tokens(std::vector<Token> tokens);
  void set_weights(const std::vector<double>& front, const std::vector<double>& weights);

  std::string who_;
  Rules rules_;
  std::vector<Token> tokens_;
  std::unordered_map<Token, std::int64_t> numbers_;
  std::vector<float> weights_;  // of every number
  std::vector<Token> given_tokens_;
  std::vector<double> given_weights_;
};

// ---- the rest is long, and needed by two source files only

template <class Token>
void Vocabulary<Token>::check_rules() const {
  const Rules& r = rules_;
  check(!r.max_tokens || *r.max_tokens > 1, who_, " expected max_tokens > 1, received ", r.max_tokens.value_or(0));
  check(!r.pad_to_max_tokens || r.max_tokens, who_, " expected max_tokens with pad_to_max_tokens, received none");
  check(r.num_oov_indices >= 0, who_, " expected num_oov_indices >= 0, received ", r.num_oov_indices);
}

template <class Token>
std::vector<Token> Vocabulary<Token>::special_tokens() const {
  std::vector<Token> tokens;
  if (oov_start() == 1) tokens.push_back(*rules_.mask_token);
  tokens.insert(tokens.end(), static_cast<std::size_t>(rules_.num_oov_indices), rules_.oov_token);
  return tokens;
}

template <class Token>
std::vector<Token> Vocabulary<Token>::all_tokens() const {
  std::vector<Token> tokens = special_tokens();
  tokens.insert(tokens.end(), tokens_.begin(), tokens_.end());
  return tokens;
}

template <class Token>
void Vocabulary<Token>::set_tokens(std::vector<Token> tokens) {
  std::unordered_map<Token, std::int64_t> numbers;
  for (const Token& token : tokens) {
    const auto number = token_start() + static_cast<std::int64_t>(numbers.size());
    check(numbers.emplace(token, number).second, who_, " expected each token once, received ", Value(token), " twice");
  }
  check(!rules_.mask_token || !numbers.contains(*rules_.mask_token), who_, " expected the mask token ",
        Value(rules_.mask_token.value_or(Token())), " in front of the vocabulary, or not in it");
  check(!rules_.invert || !numbers.contains(rules_.oov_token), who_, " expected the out-of-vocabulary token ",
        Value(rules_.oov_token), " in front of the vocabulary, or not in it");
  const auto size = token_start() + static_cast<std::int64_t>(tokens.size());
  check(!rules_.max_tokens || size <= *rules_.max_tokens, who_, " expected at most ", rules_.max_tokens.value_or(0),
        " tokens with the special ones (max_tokens), received ", size);
  tokens_ = std::move(tokens);
  numbers_ = std::move(numbers);
}

template <class Token>
void Vocabulary<Token>::set(const std::vector<Token>& tokens, const std::vector<double>& idf_weights) {
  const bool wants_weights = rules_.output_mode == "tf_idf";
  check(wants_weights == !idf_weights.empty(), who_,
        wants_weights ? " expected idf_weights with output_mode \"tf_idf\""
                      : " expected idf_weights with \"tf_idf\" only");
  check(!tokens.empty(), who_, " expected a vocabulary with a token, received an empty one");
  check(!wants_weights || idf_weights.size() == tokens.size(), who_, " expected an idf_weight for each of ",
        tokens.size(), " tokens, received ", idf_weights.size());
  const std::vector<Token> special = special_tokens();
  const bool has_special =
      tokens.size() >= special.size() && std::equal(special.begin(), special.end(), tokens.begin());
  const auto first = static_cast<std::ptrdiff_t>(has_special ? special.size() : 0);
  set_tokens({tokens.begin() + first, tokens.end()});
  given_tokens_ = tokens;
  given_weights_ = idf_weights;
  if (!wants_weights) return;
  const std::vector<double> own(idf_weights.begin() + first, idf_weights.end());
  set_weights(
      has_special ? std::vector<double>(idf_weights.begin(), idf_weights.begin() + first) : std::vector<double>(), own);
}

/// `front` for the special tokens: the mean of the others if there is none.
template <class Token>
void Vocabulary<Token>::set_weights(const std::vector<double>& front, const std::vector<double>& weights) {
  double mean = 0;
  for (double weight : weights) mean += weight / static_cast<double>(weights.size());
  weights_.assign(static_cast<std::size_t>(token_start()), static_cast<float>(mean));
  std::transform(front.begin(), front.end(), weights_.begin(),
                 [](double weight) { return static_cast<float>(weight); });
  for (double weight : weights) weights_.push_back(static_cast<float>(weight));
  weights_.resize(static_cast<std::size_t>(depth()));
}

template <class Token>
void Vocabulary<Token>::adapt(const NextBatch<std::vector<std::vector<Token>>>& next) {
  std::map<Token, std::int64_t> counts, in_documents;
  std::int64_t documents = 0;
  while (const auto batch = next()) {
    documents += static_cast<std::int64_t>(batch->size());
    for (const auto& document : *batch) {
      for (const Token& token : document) ++counts[token];
      for (const Token& token : std::set<Token>(document.begin(), document.end())) ++in_documents[token];
    }
  }
  if (rules_.mask_token) counts.erase(*rules_.mask_token);
  counts.erase(rules_.oov_token);
  std::vector<std::pair<std::int64_t, Token>> order;
  for (const auto& [token, count] : counts) order.emplace_back(count, token);
  std::sort(order.rbegin(), order.rend());
  if (rules_.max_tokens)
    order.resize(std::min(order.size(),
                          static_cast<std::size_t>(std::max(*rules_.max_tokens - token_start(), std::int64_t{0}))));
  std::vector<Token> tokens;
  std::vector<double> weights;
  for (const auto& [count, token] : order) {
    tokens.push_back(token);
    weights.push_back(std::log(1 + static_cast<double>(documents) / static_cast<double>(1 + in_documents[token])));
  }
  set_tokens(tokens);
  given_tokens_ = std::move(tokens);
  if (rules_.output_mode != "tf_idf") return;
  set_weights({}, weights);
  given_weights_ = std::move(weights);
}

template <class Token>
std::optional<std::int64_t> Vocabulary<Token>::number_of(const Token& token) const {
  if (rules_.mask_token && token == *rules_.mask_token)
    return rules_.output_mode == "int" ? std::optional<std::int64_t>(0) : std::nullopt;
  if (const auto found = numbers_.find(token); found != numbers_.end()) return found->second;
  check(rules_.num_oov_indices > 0, who_, " expected tokens of the vocabulary, received ", Value(token),
        "; num_oov_indices = 1 makes room for others");
  if (rules_.num_oov_indices == 1) return oov_start();
  return oov_start() +
         static_cast<std::int64_t>(rules_.hash(token) % static_cast<std::uint64_t>(rules_.num_oov_indices));
}

template <class Token>
const Token& Vocabulary<Token>::token_of(std::int64_t number) const {
  if (number == 0 && oov_start() == 1) return *rules_.mask_token;
  const std::int64_t place = number - token_start();
  return place >= 0 && place < static_cast<std::int64_t>(tokens_.size()) ? tokens_[static_cast<std::size_t>(place)]
                                                                         : rules_.oov_token;
}

template <class Token>
void Vocabulary<Token>::check_ready() const {
  check(rules_.output_mode == "int" || rules_.pad_to_max_tokens || !tokens_.empty(), who_,
        " expected a vocabulary for output_mode \"", rules_.output_mode, "\"; adapt() finds one");
}

template <class Token>
Tensor Vocabulary<Token>::encoded(const Layer& layer, const std::vector<std::optional<std::int64_t>>& numbers,
                                  const Shape& shape, DType dtype) const {
  const std::int64_t depth = this->depth();
  check_ready();
  std::vector<std::int64_t> positions;
  for (const auto& number : numbers) positions.push_back(number.value_or(depth));
  const Tensor whole = from_vector(positions, shape);
  if (rules_.output_mode == "int") return whole;
  const Tensor with_none = encode_categories(layer, whole, count_mode(), depth + 1, dtype);
  const Tensor counts = slice(with_none, -1, 0, depth);
  return rules_.output_mode == "tf_idf" ? counts * from_vector(weights_).to(dtype) : counts;
}

}  // namespace linnet
