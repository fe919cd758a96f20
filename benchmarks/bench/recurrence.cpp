// Recurrent networks: whole steps of training a network that reads words.
#include <fmt/format.h>

#include <linnet/linnet.h>

#include <cmath>
#include <functional>

#include "parts.h"
#include "timing.h"

namespace linnet::bench {
namespace {

constexpr std::int64_t words = 20000, units = 128, steps = 200, batch_size = 32;

struct Recurrent {
  const char* name;
  AnyLayer (*make)();
  std::int64_t gates;

  /// Multiplications and additions of a step of training: three products of the inputs and three of the states.
  double operations() const { return 2.0 * 6 * static_cast<double>(batch_size * steps * units * units * gates); }
};

constexpr Recurrent layers[] = {{"LSTM", [] { return AnyLayer(LSTM(units)); }, 4},
                                {"GRU", [] { return AnyLayer(GRU(units)); }, 3},
                                {"SimpleRNN", [] { return AnyLayer(SimpleRNN(units)); }, 1}};

double step_seconds(const Recurrent& layer, int repeat) {
  set_random_seed(1);
  Sequential model({Embedding(words, units), layer.make(), Dense(1)});
  model.compile({.optimizer = Adam({.learning_rate = 1e-3}), .loss = BinaryCrossentropy({.from_logits = true})});
  const Tensor x = random_uniform({batch_size, steps}, 0, words).to(int32),
               y = random_uniform({batch_size, 1}, 0, 2).to(int32).to(float32);
  return seconds_per_call(repeat, [&] { model.train_on_batch(x, y); });
}

}  // namespace

void measure_recurrence(Bench& bench) {
  Table table =
      bench.table(fmt::format("A step of training Embedding({}, {}) - layer({}) - Dense(1), {} steps, batch {}", words,
                              units, units, steps, batch_size),
                  {"layer"}, {"ms a step", "% of peak", "times as fast"});
  for (const Recurrent& layer : layers) {
    double first_seconds = not_measured;
    table.rows.push_back(bench.row({std::string(layer.name)}, [&](int threads) -> std::vector<double> {
      const double seconds = step_seconds(layer, bench.options.repeat);
      if (std::isnan(first_seconds)) first_seconds = seconds;
      return {1e3 * seconds, 100 * layer.operations() / seconds / bench.machine.peak(float32, threads),
              first_seconds / seconds};
    }));
  }
  table.notes = {
      "Forward, loss, backward and Adam. % of peak: the products of the layer alone, the whole step counted."};
  bench.show(table);
}

}  // namespace linnet::bench
