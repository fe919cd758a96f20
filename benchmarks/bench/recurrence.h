// The recurrent networks of the benchmarks, built from public layers as a user builds them.
#pragma once

#include <linnet/linnet.h>

#include <cstdint>

namespace linnet::bench {

/// Steps of training a network that reads words and answers yes or no. Each call is one, and gives the loss.
class WordTraining {
 public:
  static constexpr std::int64_t words = 20000, units = 128, steps = 200, batch_size = 32;

  explicit WordTraining(const AnyLayer& recurrent) : model_({Embedding(words, units), recurrent, Dense(1)}) {
    model_.compile({.optimizer = Adam({.learning_rate = 1e-3}), .loss = BinaryCrossentropy({.from_logits = true})});
  }
  double operator()() { return model_.train_on_batch(x_, y_).at("loss"); }
  std::int64_t parameters() const { return model_.count_params(); }

 private:
  Sequential model_;
  Tensor x_ = random_uniform({batch_size, steps}, 0, words).to(int32),
         y_ = random_uniform({batch_size, 1}, 0, 2).to(int32).to(float32);
};

struct LstmTraining : WordTraining {
  LstmTraining() : WordTraining((set_random_seed(1), LSTM(units))) {}
};

}  // namespace linnet::bench
