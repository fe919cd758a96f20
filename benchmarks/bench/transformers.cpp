// Transformers: one training step of GPT-2 small, one forward pass of BERT-base.
#include "transformers.h"

#include <cmath>

#include "parts.h"
#include "timing.h"

namespace linnet::bench {
namespace {

template <class Network>
void add_network(Bench& bench, Table& table, const std::string& name, double operations) {
  double first_seconds = not_measured;
  Network network;
  table.rows.push_back(bench.row({name}, [&](int threads) -> std::vector<double> {
    network();
    const double seconds = median_of(bench.options.repeat, [&] {
      const double start = seconds_now();
      network();
      return seconds_now() - start;
    });
    if (std::isnan(first_seconds)) first_seconds = seconds;
    return {1e3 * seconds, 100 * operations / seconds / bench.machine.peak(float32, threads), first_seconds / seconds};
  }));
}

}  // namespace

void measure_transformers(Bench& bench) {
  Table table = bench.table("Transformers", {"network"}, {"ms", "% of peak", "times as fast"});
  add_network<Gpt2Training>(bench, table, "GPT-2 small, one training step: batch 1, 256 tokens, AdamW",
                            3 * gpt2_small().forward_operations(true));
  add_network<BertForward>(bench, table, "BERT-base encoder, forward: batch 8, 128 tokens",
                           bert_base().forward_operations(false));
  table.notes = {
      "% of peak: the products alone, without what a causal mask saves, against the float32 peak of the same "
      "threads."};
  bench.show(table);
}

}  // namespace linnet::bench
