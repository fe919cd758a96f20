// The transformers in Linnet, beside the other libraries': the networks of linnet-bench, the line of JSON of the peers.
//   peer_linnet --workload gpt2|bert --threads 2 --epochs 5
#include "benchmarks/bench/transformers.h"
#include "peer.h"

namespace {

template <class Network>
std::vector<double> seconds_of(int steps) {
  Network network;
  network();  // builds what is built once
  std::vector<double> seconds;
  for (int i = 0; i < steps; ++i) {
    const peer::Stopwatch watch;
    network();
    seconds.push_back(watch.seconds());
  }
  return seconds;
}

}  // namespace

int main(int argc, char** argv) {
  const peer::Options options(argc, argv);
  linnet::set_num_threads(options.threads);
  const bool trains = options.workload == "gpt2";
  peer::print_result("linnet", options,
                     trains ? seconds_of<linnet::bench::Gpt2Training>(options.epochs)
                            : seconds_of<linnet::bench::BertForward>(options.epochs),
                     0);
}
