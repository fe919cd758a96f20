// What programs do across the boundary of the library: classes derived from its classes, called by it; its exceptions,
// caught by type; casts between its types; and a network that learns.
#include <linnet/linnet.h>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <memory>
using namespace linnet;

namespace {

void expect(bool ok, const char* what) {
  if (ok) return;
  std::printf("not so: %s\n", what);
  std::exit(1);
}

class Scale final : public LayerOf<Scale> {
 public:
  explicit Scale(const LayerOptions& options = {}) : LayerOf("Scale", options) {}
  void build(const Shape& input) override { add_weight(factor_, "factor", {input.back()}, Ones()); }
  Tensor call(const Tensor& x, Mode) override { return x * factor_; }
  Shape compute_output_shape(const Shape& input) const override { return input; }
  Config config() const override { return base_config(); }
  static AnyLayer from_config(const Config& config) { return Scale({.name = config.at("name").as_string()}); }

 private:
  Variable factor_;
};

class HalvedSquares final : public Loss {
 public:
  HalvedSquares() : Loss("halved_squares") {}
  Tensor call(const Tensor& y_true, const Tensor& y_pred) const override {
    return 0.5 * mean(square(y_true - y_pred), {-1});
  }
  std::string class_name() const override { return "HalvedSquares"; }
  Config config() const override { return base_config(); }
};

class LargestError final : public Metric {
 public:
  LargestError() : Metric("largest_error") {}
  void update_state(const Tensor& y_true, const Tensor& y_pred, const Tensor&) override {
    largest_ = std::fmax(largest_, max(abs(y_true - y_pred)).item<float>());
  }
  Tensor result() const override { return full({}, largest_); }
  void reset_state() override { largest_ = 0; }
  std::string class_name() const override { return "LargestError"; }
  Config config() const override { return {}; }

 private:
  float largest_ = 0;
};

class StopWhenSmall final : public Callback {
 public:
  void on_epoch_end(int, Logs& logs) override {
    ++*epochs;
    if (logs["loss"] < 1e-4) model().stop_training();
  }
  std::shared_ptr<int> epochs = std::make_shared<int>(0);
};

Tensor line(const Tensor& x) { return 3.0 * x - 1.0; }

void train() {
  set_random_seed(1);
  const Tensor x = random_uniform({256, 1}, -1, 1);
  Sequential model({Scale(), Dense(1)});
  const StopWhenSmall stop;
  model.compile({.optimizer = Adam({.learning_rate = 0.05}), .loss = HalvedSquares(), .metrics = {LargestError()}});
  model.fit(x, line(x), {.epochs = 100, .verbose = 0, .callbacks = {stop}});
  Logs results = model.evaluate(x, line(x), {.verbose = 0});
  std::printf("%d epochs, loss %.2g, largest error %.2g\n", *stop.epochs, results["loss"], results["largest_error"]);
  expect(*stop.epochs > 1 && *stop.epochs < 100, "the callback is called, and stops the training");
  expect(results["largest_error"] < 0.1, "the network learns the line");
  expect(model(from_vector<float>({0}, {1, 1})).item<float>() < 0, "tensors are made of a program's own numbers");
  expect(Value(1) == Value(1) && Config() == Config(), "values and configurations are compared");
}

void save_and_load() {
  const Tensor x = random_uniform({8, 1}, -1, 1);
  Sequential model({Scale(), Dense(1)});
  const Tensor before = model(x);
  model.save("line.safetensors");
  register_layer<Scale>("Scale");
  const std::shared_ptr<Model> loaded = load_model("line.safetensors");
  expect((*loaded)(x).to_vector() == before.to_vector(), "a loaded model computes the same");
  expect(dynamic_cast<Sequential*>(loaded.get()) != nullptr, "a loaded Sequential is one");
  const AnyLayer first = loaded->layers().front();
  expect(dynamic_cast<Scale*>(&*first) != nullptr, "its first layer is the program's own");
  expect(dynamic_cast<Dense*>(&*first) == nullptr, "and no other");
}

template <class Exception, class Function>
bool throws(Function function) {
  try {
    function();
  } catch (const Exception&) {
    return true;
  }
  return false;
}

}  // namespace

int main() {
  train();
  save_and_load();
  expect(throws<FileError>([] { load_model("missing.safetensors"); }), "a missing file is a FileError");
  expect(throws<InvalidArgument>([] { Dense(-1); }), "a wrong number is an InvalidArgument");
  expect(throws<Error>([] { matmul(ones({2, 3}), ones({2, 3})); }), "every error is an Error");
  const auto [digits, test] = datasets::mnist();
  expect(digits.size() == 60000 && test.size() == 10000, "the bundled data set is found");
  std::puts("outside: all is well");
}
