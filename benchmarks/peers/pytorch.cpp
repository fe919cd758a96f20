// The benchmark's networks in PyTorch's C++ interface, and the cost of one small operation.
//   peer_pytorch --workload w1|mlp|cnn|alexnet|lstm|gpt2|bert|dispatch --threads 2 --epochs 10
#include <torch/torch.h>

#include <cmath>
#include <limits>

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

/// Epochs of steps that each give the loss, after one that is not timed.
template <class Step>
void train_steps(const peer::Options& options, const std::vector<torch::Tensor>& parameters, Step step) {
  peer::Training training;
  for (const torch::Tensor& parameter : parameters) training.parameters += parameter.numel();
  training.first_loss = step();
  std::vector<double> epoch_seconds;
  for (int epoch = 0; epoch < options.epochs; ++epoch) {
    const peer::Stopwatch watch;
    for (int i = 0; i < options.steps(); ++i) training.last_loss = step();
    epoch_seconds.push_back(watch.seconds());
  }
  peer::print_result("pytorch-cpp", options, epoch_seconds, 0, training);
}

void train_words(const peer::Options& options) {
  Words network;
  torch::optim::Adam optimizer(network.parameters(), torch::optim::AdamOptions(1e-3));
  const torch::Tensor words = torch::randint(20000, {32, 200}),
                      targets = torch::randint(2, {32, 1}).to(torch::kFloat32);
  train_steps(options, network.parameters(), [&] {
    for (torch::Tensor& parameter : network.parameters()) parameter.mutable_grad().reset();
    const torch::Tensor loss = torch::nn::functional::binary_cross_entropy_with_logits(network.forward(words), targets);
    loss.backward();
    optimizer.step();
    return loss.item<double>();
  });
}

// ---- convolutional networks, the same as in benchmarks/bench/images.h

torch::nn::Sequential mnist_cnn() {
  using namespace torch::nn;
  const auto act = [] { return ReLU(ReLUOptions().inplace(true)); };
  return Sequential(Conv2d(1, 32, 3), act(), MaxPool2d(2), Conv2d(32, 64, 3), act(), MaxPool2d(2), Flatten(),
                    Dropout(0.5), Linear(1600, 10));
}

torch::nn::Sequential alexnet() {
  using namespace torch::nn;
  const auto conv = [](std::int64_t in, std::int64_t out, std::int64_t size, std::int64_t padding) {
    return Conv2d(Conv2dOptions(in, out, size).padding(padding));
  };
  const auto act = [] { return ReLU(ReLUOptions().inplace(true)); };
  const auto pool = [] { return MaxPool2d(MaxPool2dOptions(3).stride(2)); };
  return Sequential(Conv2d(Conv2dOptions(3, 64, 11).stride(4).padding(2)), act(), pool(), conv(64, 192, 5, 2), act(),
                    pool(), conv(192, 384, 3, 1), act(), conv(384, 256, 3, 1), act(), conv(256, 256, 3, 1), act(),
                    pool(), Flatten(), Dropout(0.5), Linear(9216, 4096), act(), Dropout(0.5), Linear(4096, 4096), act(),
                    Linear(4096, 1000));
}

void train_images(const peer::Options& options) {
  const bool large = options.workload == "alexnet";
  torch::nn::Sequential network = large ? alexnet() : mnist_cnn();
  const auto format = large ? torch::MemoryFormat::Contiguous : torch::MemoryFormat::ChannelsLast;  // what is faster
  for (torch::Tensor& parameter : network->parameters())
    if (parameter.dim() == 4) parameter.set_data(parameter.data().contiguous(format));
  torch::optim::Adam optimizer(network->parameters(), torch::optim::AdamOptions(large ? 1e-4 : 1e-3));
  const torch::Tensor images = torch::rand(large ? at::IntArrayRef{32, 3, 224, 224} : at::IntArrayRef{128, 1, 28, 28})
                                   .contiguous(format),
                      labels = torch::randint(large ? 1000 : 10, {images.size(0)});
  train_steps(options, network->parameters(), [&] {
    clear_gradients(network);
    const torch::Tensor loss = torch::nn::functional::cross_entropy(network->forward(images), labels);
    loss.backward();
    optimizer.step();
    return loss.item<double>();
  });
}

// ---- transformers, with one product for query, key and value

namespace nn = torch::nn;

/// Self-attention of [batch, steps, features].
struct SelfAttentionImpl : nn::Module {
  SelfAttentionImpl(std::int64_t features, std::int64_t heads, std::int64_t steps, bool causal)
      : heads_(heads),
        project_(register_module("project", nn::Linear(features, 3 * features))),
        output_(register_module("output", nn::Linear(features, features))) {
    if (causal) future_ = torch::ones({steps, steps}, torch::kBool).triu(1);
  }
  torch::Tensor forward(const torch::Tensor& x) {
    const std::int64_t batch = x.size(0), steps = x.size(1), features = x.size(2), size = features / heads_;
    const auto parts = project_(x).split(features, 2);
    const auto heads = [&](const torch::Tensor& part) {
      return part.view({batch, steps, heads_, size}).transpose(1, 2);
    };
    torch::Tensor scores = heads(parts[0]).matmul(heads(parts[1]).transpose(2, 3)) / std::sqrt(double(size));
    if (future_.defined()) scores = scores.masked_fill(future_, -std::numeric_limits<float>::infinity());
    const torch::Tensor found = scores.softmax(-1).matmul(heads(parts[2]));
    return output_(found.transpose(1, 2).contiguous().view({batch, steps, features}));
  }

 private:
  std::int64_t heads_;
  nn::Linear project_, output_;
  torch::Tensor future_;
};
TORCH_MODULE(SelfAttention);

struct Sizes {
  std::int64_t layers = 12, features = 768, heads = 12, hidden = 3072, vocabulary = 50257, steps = 256, batch = 1;
};

/// What GPT-2 and BERT share; the former normalizes before each part, the latter behind it.
struct TransformerImpl : nn::Module {
  TransformerImpl(const Sizes& sizes, bool is_gpt) : is_gpt_(is_gpt) {
    const double epsilon = is_gpt ? 1e-5 : 1e-12;
    const auto normalization = [&] { return nn::LayerNorm(nn::LayerNormOptions({sizes.features}).eps(epsilon)); };
    words_ = register_module("words", nn::Embedding(sizes.vocabulary, sizes.features));
    places_ = register_module("places", nn::Embedding(sizes.steps, sizes.features));
    if (!is_gpt) segments_ = register_module("segments", nn::Embedding(2, sizes.features));
    normal_ = register_module("normal", normalization());
    for (std::int64_t i = 0; i < sizes.layers; ++i) {
      const std::string n = std::to_string(i);
      attention_.push_back(
          register_module("attention" + n, SelfAttention(sizes.features, sizes.heads, sizes.steps, is_gpt)));
      grow_.push_back(register_module("grow" + n, nn::Linear(sizes.features, sizes.hidden)));
      shrink_.push_back(register_module("shrink" + n, nn::Linear(sizes.hidden, sizes.features)));
      first_.push_back(register_module("first" + n, normalization()));
      second_.push_back(register_module("second" + n, normalization()));
    }
    torch::NoGradGuard no_grad;
    words_->weight.mul_(0.02);
  }
  torch::Tensor forward(const torch::Tensor& tokens, const torch::Tensor& places, const torch::Tensor& segments) {
    torch::Tensor x = words_(tokens) + places_(places);
    if (!is_gpt_) x = normal_(x + segments_(segments));
    for (std::size_t i = 0; i < attention_.size(); ++i) {
      if (is_gpt_) {
        x = x + attention_[i](first_[i](x));
        x = x + shrink_[i](torch::gelu(grow_[i](second_[i](x))));
      } else {
        x = first_[i](x + attention_[i](x));
        x = second_[i](x + shrink_[i](torch::gelu(grow_[i](x))));
      }
    }
    return is_gpt_ ? torch::linear(normal_(x), words_->weight) : x;  // scores by the embedding's own table
  }

 private:
  bool is_gpt_;
  nn::Embedding words_ = nullptr, places_ = nullptr, segments_ = nullptr;
  nn::LayerNorm normal_ = nullptr;
  std::vector<SelfAttention> attention_;
  std::vector<nn::Linear> grow_, shrink_;
  std::vector<nn::LayerNorm> first_, second_;
};
TORCH_MODULE(Transformer);

template <class Step>
void time_steps(const peer::Options& options, Step step) {
  step();
  std::vector<double> seconds;
  for (int i = 0; i < options.epochs; ++i) {
    const peer::Stopwatch watch;
    step();
    seconds.push_back(watch.seconds());
  }
  peer::print_result("pytorch-cpp", options, seconds, 0);
}

/// GPT-2 small: one training step. BERT-base: one forward pass.
void transformer(const peer::Options& options) {
  const bool trains = options.workload == "gpt2";
  Sizes sizes;
  if (!trains) {
    sizes.vocabulary = 30522;
    sizes.steps = 128;
    sizes.batch = 8;
  }
  Transformer model(sizes, trains);
  const torch::Tensor tokens = torch::randint(sizes.vocabulary, {sizes.batch, sizes.steps}),
                      targets = torch::randint(sizes.vocabulary, {sizes.batch, sizes.steps}),
                      places = torch::arange(sizes.steps).expand({sizes.batch, sizes.steps}).contiguous(),
                      segments = torch::randint(2, {sizes.batch, sizes.steps});
  if (trains) {
    torch::optim::AdamW optimizer(model->parameters(), torch::optim::AdamWOptions(1e-4).weight_decay(0.004));
    time_steps(options, [&] {
      for (torch::Tensor& parameter : model->parameters()) parameter.mutable_grad().reset();
      const torch::Tensor logits = model->forward(tokens, places, segments);
      torch::nn::functional::cross_entropy(logits.view({-1, sizes.vocabulary}), targets.view({-1})).backward();
      optimizer.step();
    });
  } else {
    const torch::NoGradGuard no_grad;
    time_steps(options, [&] { model->forward(tokens, places, segments); });
  }
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
  else if (options.workload == "cnn" || options.workload == "alexnet")
    train_images(options);
  else if (options.workload == "lstm")
    train_words(options);
  else if (options.workload == "gpt2" || options.workload == "bert")
    transformer(options);
  else
    train(options);
}
