// Recurrent networks: whole steps of training a network that reads words.
#include "recurrence.h"

#include <fmt/format.h>

#include <cmath>

#include "parts.h"
#include "timing.h"

namespace linnet::bench {
namespace {

constexpr std::int64_t units = WordTraining::units, steps = WordTraining::steps, batch_size = WordTraining::batch_size;

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
  WordTraining training(layer.make());
  return seconds_per_call(repeat, [&] { training(); });
}

}  // namespace

void measure_recurrence(Bench& bench) {
  Table table =
      bench.table(fmt::format("A step of training Embedding({}, {}) - layer({}) - Dense(1), {} steps, batch {}",
                              WordTraining::words, units, units, steps, batch_size),
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
