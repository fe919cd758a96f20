// Whole networks through model.fit, as a user trains them.
#include <fmt/format.h>

#include <linnet/linnet.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "parts.h"
#include "timing.h"

namespace linnet::bench {
namespace {

struct Network {
  std::vector<std::int64_t> widths;  // of the input and of each layer
  std::int64_t batch_size;

  std::string name() const { return fmt::format("{}, batch {}", fmt::join(widths, "-"), batch_size); }
  /// Multiplications and additions for a sample: forward and the two gradients, but no gradient of the images.
  double operations() const {
    double sum = 0;
    for (std::size_t i = 1; i < widths.size(); ++i)
      sum += 2.0 * static_cast<double>(widths[i - 1] * widths[i]) * (i == 1 ? 2 : 3);
    return sum;
  }
  Sequential model() const {
    Sequential model({Rescaling(1.0 / 255), Flatten()});
    for (std::size_t i = 1; i + 1 < widths.size(); ++i) model.add(Dense(widths[i], {.activation = relu}));
    model.add(Dense(widths.back()));
    model.compile({.optimizer = Adam({.learning_rate = 1e-3}),
                   .loss = SparseCategoricalCrossentropy({.from_logits = true}),
                   .metrics = {"accuracy"}});
    return model;
  }
};

void fit_steps(Sequential& model, const Network& network, const Dataset& data, std::int64_t steps) {
  model.fit(data, {.batch_size = network.batch_size, .steps_per_epoch = steps, .verbose = 0});
}

double epoch_seconds(const Network& network, const Dataset& data, const Options& options) {
  Sequential model = network.model();
  fit_steps(model, network, data, 20);
  return median_of(options.repeat, [&] {
    const double start = seconds_now();
    model.fit(data, {.epochs = options.epochs, .batch_size = network.batch_size, .verbose = 0});
    return (seconds_now() - start) / options.epochs;
  });
}

void add_network(Bench& bench, Table& table, const Network& network, const Dataset& data) {
  const auto samples = static_cast<double>(data.size());
  const double steps = std::ceil(samples / static_cast<double>(network.batch_size));
  double first_seconds = not_measured;
  table.rows.push_back(bench.row({network.name()}, [&](int threads) -> std::vector<double> {
    const double seconds = epoch_seconds(network, data, bench.options);
    if (std::isnan(first_seconds)) first_seconds = seconds;
    return {seconds, 1e6 * seconds / steps,
            100 * samples * network.operations() / seconds / bench.machine.peak(float32, threads),
            first_seconds / seconds};
  }));
}

// ---- where the time goes --------------------------------------------------------------------------------------------

using Place = std::pair<std::string, std::string>;  // kind and name
using Microseconds = std::map<Place, double>;       // a step

Microseconds profile(const Network& network, const Dataset& data) {
  constexpr std::int64_t steps = 300;
  Sequential model = network.model();
  fit_steps(model, network, data, 20);
  Profiler profiler;
  fit_steps(model, network, data, steps);
  profiler.stop();
  Microseconds result;
  for (const ProfileRow& row : profiler.rows())
    if (row.kind == "phase" || row.kind == "kernel") result[{row.kind, row.name}] = 1e6 * row.seconds / steps;
  return result;
}

// What takes 0.1 µs or more, the phases first, in each kind the longest first.
std::vector<Place> places_by_time(const Microseconds& microseconds) {
  std::vector<Place> places;
  for (const auto& [place, value] : microseconds)
    if (value >= 0.1) places.push_back(place);
  std::sort(places.begin(), places.end(), [&](const Place& a, const Place& b) {
    return a.first != b.first ? a.first > b.first : microseconds.at(a) > microseconds.at(b);
  });
  return places;
}

void show_profile(Bench& bench, const Network& network, const Dataset& data) {
  Table table{"Where a step goes, " + network.name()};
  table.columns = {{"kind"}, {"name"}};
  std::vector<Microseconds> profiles;
  for (int threads : bench.options.threads) {
    set_num_threads(threads);
    const std::string group = thread_count_text(threads);
    if (threads > 1)
      table.notes.push_back(fmt::format("Round trip, {}: {:.2f} µs.", group, 1e6 * measure_round_trip()));
    profiles.push_back(profile(network, data));
    table.columns.push_back({"µs a step", group});
    table.columns.push_back({"times as fast", group});
  }
  for (const Place& place : places_by_time(profiles.front())) {
    Row row = {place.first, place.second};
    for (Microseconds& each : profiles) {
      row.emplace_back(each[place]);
      row.emplace_back(profiles.front()[place] / each[place]);
    }
    table.rows.push_back(row);
  }
  table.notes.emplace_back("By the built-in profiler in a run of its own, which it makes slower. Phases hold kernels.");
  bench.show(table);
}

}  // namespace

void measure_training(Bench& bench) {
  const Network networks[] = {{{784, 64, 10}, 64}, {{784, 512, 512, 10}, 128}};
  const Dataset data = datasets::mnist().train;
  Table table = bench.table("Training on MNIST with Adam, model.fit", {"network"},
                            {"s an epoch", "µs a step", "% of peak", "times as fast"});
  for (const Network& network : networks) add_network(bench, table, network, data);
  table.notes = {"% of peak: the arithmetic of the products alone against the float32 peak of the same threads."};
  bench.show(table);
  for (const Network& network : networks) show_profile(bench, network, data);
}

}  // namespace linnet::bench
