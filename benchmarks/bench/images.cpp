// Convolutional networks: whole steps of training.
#include "images.h"

#include <cmath>

#include "parts.h"
#include "timing.h"

namespace linnet::bench {
namespace {

template <class Network>
void add_network(Bench& bench, Table& table, const std::string& name) {
  double first_seconds = not_measured;
  Network network;
  table.rows.push_back(bench.row({name}, [&](int threads) -> std::vector<double> {
    const double seconds = seconds_per_call(bench.options.repeat, [&] { network(); });
    if (std::isnan(first_seconds)) first_seconds = seconds;
    return {1e3 * seconds, 100 * network.operations() / seconds / bench.machine.peak(float32, threads),
            first_seconds / seconds};
  }));
}

}  // namespace

void measure_images(Bench& bench) {
  Table table = bench.table("Convolutional networks, a step of training", {"network"},
                            {"ms a step", "% of peak", "times as fast"});
  add_network<CnnTraining>(bench, table, "CNN for MNIST, batch 128");
  add_network<AlexNetTraining>(bench, table, "AlexNet, 224x224, 1000 classes, batch 32");
  table.notes = {
      "Forward, loss, backward and Adam. % of peak: the products of convolutions and dense layers alone, the whole "
      "step counted."};
  bench.show(table);
}

}  // namespace linnet::bench
