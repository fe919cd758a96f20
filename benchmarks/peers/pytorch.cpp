// The benchmark's networks in PyTorch's C++ interface, and the cost of one small operation.
//   peer_pytorch --workload w1|mlp|lstm|dispatch --threads 2 --epochs 10
#include <torch/torch.h>

#include "peer.h"

namespace {

torch::nn::Sequential make_network(bool large) {
  using namespace torch::nn;
  if (large) return Sequential(Linear(784, 512), ReLU(), Linear(512, 512), ReLU(), Linear(512, 10));
  return Sequential(Linear(784, 64), ReLU(), Linear(64, 10));
}

struct Tensors {
  torch::Tensor images, labels;

  explicit Tensors(peer::Samples samples) {
    const auto count = static_cast<std::int64_t>(samples.labels.size());
    images = torch::from_blob(samples.images.data(), {count, 784}, torch::kUInt8).clone();
    labels = torch::from_blob(samples.labels.data(), {count}, torch::kUInt8).to(torch::kInt64);
  }
};

/// Converting each batch is as fast as keeping floats, and takes a quarter of the memory.
torch::Tensor floats(const torch::Tensor& bytes) { return bytes.to(torch::kFloat32).div_(255); }

double accuracy(torch::nn::Sequential& network, const Tensors& test) {
  const torch::NoGradGuard no_grad;
  return network->forward(floats(test.images)).argmax(1).eq(test.labels).to(torch::kFloat32).mean().item<double>();
}

void clear_gradients(torch::nn::Sequential& network) {
  for (torch::Tensor& parameter : network->parameters()) parameter.mutable_grad().reset();
}

void train(const peer::Options& options) {
  const Tensors training(peer::Samples(options.data, "train", 60000));
  const Tensors test(peer::Samples(options.data, "t10k", 10000));
  torch::nn::Sequential network = make_network(options.workload == "mlp");
  torch::optim::Adam optimizer(network->parameters(), torch::optim::AdamOptions(1e-3));

  std::vector<double> epoch_seconds;
  for (int epoch = 0; epoch < options.epochs; ++epoch) {
    const peer::Stopwatch watch;
    const torch::Tensor order = torch::randperm(training.labels.size(0));
    for (const torch::Tensor& rows : order.split(options.batch_size())) {
      clear_gradients(network);
      const torch::Tensor logits = network->forward(floats(training.images.index_select(0, rows)));
      torch::nn::functional::cross_entropy(logits, training.labels.index_select(0, rows)).backward();
      optimizer.step();
    }
    epoch_seconds.push_back(watch.seconds());
  }
  peer::print_result("pytorch-cpp", options, epoch_seconds, accuracy(network, test));
}

/// Words, of which the last output of an LSTM says yes or no. As in linnet-bench: 20,000 words, 128 units, 200 steps,
/// batches of 32. An epoch is 20 steps; random numbers take no other time than real ones.
struct Words : torch::nn::Module {
  torch::nn::Embedding embedding{20000, 128};
  torch::nn::LSTM lstm{torch::nn::LSTMOptions(128, 128).batch_first(true)};
  torch::nn::Linear head{128, 1};

  Words() {
    register_module("embedding", embedding);
    register_module("lstm", lstm);
    register_module("head", head);
  }
  torch::Tensor forward(const torch::Tensor& words) { return head(std::get<0>(lstm(embedding(words))).select(1, -1)); }
};

void train_words(const peer::Options& options) {
  constexpr int steps = 20;
  Words network;
  torch::optim::Adam optimizer(network.parameters(), torch::optim::AdamOptions(1e-3));
  const torch::Tensor words = torch::randint(20000, {32, 200}),
                      targets = torch::randint(2, {32, 1}).to(torch::kFloat32);
  auto step = [&] {
    for (torch::Tensor& parameter : network.parameters()) parameter.mutable_grad().reset();
    torch::nn::functional::binary_cross_entropy_with_logits(network.forward(words), targets).backward();
    optimizer.step();
  };
  step();
  std::vector<double> epoch_seconds;
  for (int epoch = 0; epoch < options.epochs; ++epoch) {
    const peer::Stopwatch watch;
    for (int i = 0; i < steps; ++i) step();
    epoch_seconds.push_back(watch.seconds());
  }
  peer::print_result("pytorch-cpp", options, epoch_seconds, 0);
}

/// Nanoseconds of one call of `operation`, the fastest of nine rounds.
template <class Operation>
double nanoseconds(Operation operation) {
  constexpr int calls = 20000;
  double best = 1e9;
  for (int round = 0; round < 9; ++round) {
    const peer::Stopwatch watch;
    for (int i = 0; i < calls; ++i) operation();
    best = std::min(best, watch.seconds() * 1e9 / calls);
  }
  return best;
}

/// Each call makes a tensor and its step on the tape, and frees them.
void dispatch(const peer::Options& options) {
  const torch::Tensor a = torch::rand({4, 4}).requires_grad_(), b = torch::rand({4, 4}).requires_grad_();
  const double add = nanoseconds([&] { torch::add(a, b); });
  const double multiply = nanoseconds([&] { torch::mul(a, b); });
  const double relu = nanoseconds([&] { torch::relu(a); });
  std::printf(
      "{\"peer\": \"pytorch-cpp\", \"workload\": \"dispatch\", \"threads\": %d, \"nanoseconds\": "
      "{\"add\": %.0f, \"mul\": %.0f, \"relu\": %.0f}, \"peak_rss_mb\": %.1f}\n",
      options.threads, add, multiply, relu, peer::peak_rss_mb());
}

}  // namespace

int main(int argc, char** argv) {
  const peer::Options options(argc, argv);
  torch::set_num_threads(options.threads);
  torch::manual_seed(1);
  if (options.workload == "dispatch")
    dispatch(options);
  else if (options.workload == "lstm")
    train_words(options);
  else
    train(options);
}
