// The transformers of the benchmarks, built from public layers as a user builds them.
#pragma once

#include <linnet/linnet.h>

#include <cstdint>

namespace linnet::bench {

/// A transformer's sizes. The defaults are those of GPT-2 small.
struct TransformerSizes {
  std::int64_t layers = 12, features = 768, heads = 12, hidden = 3072, vocabulary = 50257, steps = 256, batch = 1;

  /// Multiplications and additions of the products of a forward pass; `scores`: also with the vocabulary.
  double forward_operations(bool scores) const {
    const auto tokens = static_cast<double>(batch * steps), d = static_cast<double>(features);
    const double a_layer = 4 * d * d + 2 * d * static_cast<double>(hidden) + 2 * d * static_cast<double>(steps);
    return 2 * tokens * (static_cast<double>(layers) * a_layer + (scores ? d * static_cast<double>(vocabulary) : 0));
  }
};

/// GPT-2 (Radford et al., 2019): numbers of tokens and of their places -> scores of the next token, from the
/// embedding's own table.
inline Model gpt2(const TransformerSizes& s) {
  const Tensor tokens = Input({s.steps}, {.dtype = int32}), places = Input({s.steps}, {.dtype = int32});
  ReversibleEmbedding words(s.vocabulary, s.features, {.embeddings_initializer = RandomNormal({.stddev = 0.02})});
  Tensor x = Add()({words(tokens), Embedding(s.steps, s.features)(places)});
  for (std::int64_t i = 0; i < s.layers; ++i) {
    const Tensor y = LayerNormalization({.epsilon = 1e-5})(x);
    MultiHeadAttention attention(s.heads, s.features / s.heads);
    x = Add()({x, attention({y, y}, {.use_causal_mask = true})});
    const Tensor z = LayerNormalization({.epsilon = 1e-5})(x);
    x = Add()({x, Dense(s.features)(Dense(s.hidden, {.activation = "gelu"})(z))});
  }
  return Model({tokens, places}, {words.reverse(LayerNormalization({.epsilon = 1e-5})(x))});
}

/// The encoder of BERT (Devlin et al., 2018): numbers of tokens, places and segments -> a vector for each step.
inline Model bert(const TransformerSizes& s) {
  const Tensor tokens = Input({s.steps}, {.dtype = int32}), places = Input({s.steps}, {.dtype = int32}),
               segments = Input({s.steps}, {.dtype = int32});
  Tensor x = LayerNormalization({.epsilon = 1e-12})(
      Add()({Embedding(s.vocabulary, s.features)(tokens), Embedding(s.steps, s.features)(places),
             Embedding(2, s.features)(segments)}));
  for (std::int64_t i = 0; i < s.layers; ++i) {
    x = LayerNormalization({.epsilon = 1e-12})(Add()({x, MultiHeadAttention(s.heads, s.features / s.heads)({x, x})}));
    x = LayerNormalization({.epsilon = 1e-12})(
        Add()({x, Dense(s.features)(Dense(s.hidden, {.activation = "gelu"})(x))}));
  }
  return Model({tokens, places, segments}, {x});
}

/// Sizes of the two measurements.
inline TransformerSizes gpt2_small() { return {}; }
inline TransformerSizes bert_base() { return {.vocabulary = 30522, .steps = 128, .batch = 8}; }

/// Whole numbers below `end`, one for each step of a batch.
inline Tensor random_tokens(const TransformerSizes& s, std::int64_t end) {
  return random_uniform({s.batch, s.steps}, 0, static_cast<double>(end)).to(int32);
}
inline Tensor places(const TransformerSizes& s) {
  return broadcast_to(arange(0, static_cast<double>(s.steps), 1, int32), {s.batch, s.steps}).contiguous();
}

/// One step of training after the other: each call is one, and gives the loss.
class Gpt2Training {
 public:
  Gpt2Training() { set_random_seed(1); }
  double operator()() {
    const Tensor logits = model_.apply(inputs_, Mode::train)[0];
    const Tensor loss = loss_(targets_, logits);
    gradients(loss, weights_, gradients_);
    optimizer_.apply(gradients_);
    return loss.item();
  }

 private:
  TransformerSizes sizes_ = gpt2_small();
  Model model_ = gpt2(sizes_);
  Tensors inputs_ = {random_tokens(sizes_, sizes_.vocabulary), places(sizes_)};
  Tensor targets_ = random_tokens(sizes_, sizes_.vocabulary);
  Variables weights_ = model_.trainable_weights();
  SparseCategoricalCrossentropy loss_{SparseCategoricalCrossentropyOptions{.from_logits = true}};
  AdamW optimizer_{{.learning_rate = 1e-4}};
  Gradients gradients_;
};

/// One forward pass after the other.
class BertForward {
 public:
  BertForward() { set_random_seed(1); }
  void operator()() {
    const NoGrad no_grad;
    model_.apply(inputs_);
  }

 private:
  TransformerSizes sizes_ = bert_base();
  Model model_ = bert(sizes_);
  Tensors inputs_ = {random_tokens(sizes_, sizes_.vocabulary), places(sizes_), random_tokens(sizes_, 2)};
};

}  // namespace linnet::bench
