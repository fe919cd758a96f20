// The networks of linnet-bench, beside the other libraries', with the line of JSON of the peers.
//   peer_linnet --workload cnn|alexnet|lstm|gpt2|bert --threads 2 --epochs 5 [--dtype mixed_bfloat16]
#include <cstdio>
#include <type_traits>

#include "benchmarks/bench/images.h"
#include "benchmarks/bench/recurrence.h"
#include "benchmarks/bench/transformers.h"
#include "peer.h"

namespace {

template <class Network>
void run(const peer::Options& options) {
  Network network;
  peer::Training training;
  const auto step = [&] {
    if constexpr (std::is_void_v<decltype(network())>)
      network();
    else
      training.last_loss = network();
  };
  step();  // builds what is built once
  training.first_loss = training.last_loss;
  if constexpr (requires { network.parameters(); }) training.parameters = network.parameters();
  std::vector<double> epoch_seconds;
  for (int epoch = 0; epoch < options.epochs; ++epoch) {
    const peer::Stopwatch watch;
    for (int i = 0; i < options.steps(); ++i) step();
    epoch_seconds.push_back(watch.seconds());
  }
  peer::print_result("linnet", options, epoch_seconds, 0, training);
}

}  // namespace

int main(int argc, char** argv) {
  const peer::Options options(argc, argv);
  linnet::set_dtype_policy(options.dtype);
  linnet::set_num_threads(options.threads);
  if (options.workload == "cnn")
    run<linnet::bench::CnnTraining>(options);
  else if (options.workload == "alexnet")
    run<linnet::bench::AlexNetTraining>(options);
  else if (options.workload == "lstm")
    run<linnet::bench::LstmTraining>(options);
  else if (options.workload == "gpt2")
    run<linnet::bench::Gpt2Training>(options);
  else if (options.workload == "bert")
    run<linnet::bench::BertForward>(options);
  else {
    std::fprintf(
        stderr,
        "[peer_linnet] expected --workload cnn, alexnet, lstm, gpt2 or bert, received %s; w1 and mlp are trained "
        "by the linnet command (run.py)\n",
        options.workload.c_str());
    return 1;
  }
}
