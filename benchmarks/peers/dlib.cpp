// The benchmark's networks in dlib.   peer_dlib --workload w1|mlp --threads 2 --epochs 10
// dlib computes in one thread; OMP_NUM_THREADS is what its matrix products (BLAS) take.
#include <dlib/dnn.h>

#include <algorithm>
#include <numeric>
#include <random>

#include "peer.h"

namespace {

using namespace dlib;

using Image = matrix<unsigned char>;  // the input layer makes floats of it, divided by 256
using Small = loss_multiclass_log<fc<10, relu<fc<64, input<Image>>>>>;
using Large = loss_multiclass_log<fc<10, relu<fc<512, relu<fc<512, input<Image>>>>>>>;

struct Labelled {
  std::vector<Image> images;
  std::vector<unsigned long> labels;

  explicit Labelled(const peer::Samples& samples) : labels(samples.labels.begin(), samples.labels.end()) {
    for (std::size_t i = 0; i < labels.size(); ++i)
      images.push_back(reshape(mat(samples.images.data() + 784 * i, 784), 28, 28));
  }
};

template <class Network>
double accuracy(Network& network, const Labelled& test) {
  const std::vector<unsigned long> answers = network(test.images, 500);
  std::size_t right = 0;
  for (std::size_t i = 0; i < answers.size(); ++i) right += answers[i] == test.labels[i];
  return static_cast<double>(right) / static_cast<double>(answers.size());
}

template <class Network>
void train(const peer::Options& options) {
  const Labelled training(peer::Samples(options.data, "train", 60000));
  const Labelled test(peer::Samples(options.data, "t10k", 10000));
  Network network;
  dnn_trainer<Network, adam> trainer(network, adam(0, 0.9f, 0.999f));  // no weight decay
  trainer.set_learning_rate(1e-3);
  trainer.set_learning_rate_shrink_factor(1);  // a fixed learning rate

  std::vector<std::size_t> order(training.labels.size());
  std::iota(order.begin(), order.end(), 0);
  std::mt19937 random(1);
  std::vector<Image> images;
  std::vector<unsigned long> labels;
  std::vector<double> epoch_seconds;
  const std::size_t batch = static_cast<std::size_t>(options.batch_size());
  for (int epoch = 0; epoch < options.epochs; ++epoch) {
    const peer::Stopwatch watch;
    std::shuffle(order.begin(), order.end(), random);
    for (std::size_t first = 0; first < order.size(); first += batch) {
      images.clear();
      labels.clear();
      for (std::size_t i = first; i < std::min(first + batch, order.size()); ++i) {
        images.push_back(training.images[order[i]]);
        labels.push_back(training.labels[order[i]]);
      }
      trainer.train_one_step(images, labels);  // returns while a thread of the trainer computes
    }
    trainer.get_net(force_flush_to_disk::no);  // waits for it
    epoch_seconds.push_back(watch.seconds());
  }
  peer::print_result("dlib", options, epoch_seconds, accuracy(network, test));
}

}  // namespace

int main(int argc, char** argv) {
  const peer::Options options(argc, argv);
  if (options.workload == "mlp")
    train<Large>(options);
  else
    train<Small>(options);
}
