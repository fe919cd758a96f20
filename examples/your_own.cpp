// A layer, a loss, a metric and a callback of one's own. Saved models know them by name: training goes on to the bit.
#include <linnet/linnet.h>

#include <cstdio>
using namespace linnet;

struct Scale final : LayerOf<Scale> {  // a factor for each column
  explicit Scale(LayerOptions options = {}) : LayerOf("Scale", options) {}
  void build(const Shape& input) override { add_weight(factor, "factor", {input.back()}, Ones()); }
  Tensor call(const Tensor& x, Mode) override { return x * factor; }
  Config config() const override { return base_config(); }
  static Scale from_config(const Config& c) { return Scale({.name = c.at("name").as_string()}); }
  Variable factor;
};
struct Quantile final : Loss {  // least where a share `part` of the targets lies below the prediction
  explicit Quantile(double share) : Loss("quantile"), part(share) {}
  Tensor call(const Tensor& y, const Tensor& p) const override {
    return mean(maximum(part * (y - p), (part - 1) * (y - p)), -1);
  }
  std::string class_name() const override { return "Quantile"; }
  Config config() const override { return {{"part", part}}; }
  static Quantile from_config(const Config& c) { return Quantile(c.at("part").as_double()); }
  double part;
};
struct Below final : metrics::FunctionMetric {  // the share that does
  Below() : FunctionMetric("below", [](const Tensor& y, const Tensor& p) { return less(y, p); }) {}
  std::string class_name() const override { return "Below"; }
  static Below from_config(const Config&) { return {}; }
};
struct Report final : Callback {
  void on_epoch_end(int epoch, Logs& logs) override { std::printf("epoch %d: %.2f below\n", epoch, logs["below"]); }
};

int main() {
  register_layer<Scale>("Scale"), register_loss<Quantile>("Quantile"), register_metric<Below>("Below");
  set_random_seed(1);
  const Tensor x = random_normal({1000, 3}), y = sum(x, 1, true) + random_normal({1000, 1});
  Sequential model({Scale(), Dense(1)});
  model.compile({.optimizer = Adam({.learning_rate = 0.01}), .loss = Quantile(0.9), .metrics = {Below()}});
  model.fit(x, y, {.epochs = 5, .verbose = 0, .callbacks = {Report()}});
  model.save("own.safetensors");
  auto loaded = load_model("own.safetensors");
  for (Model* each : {static_cast<Model*>(&model), loaded.get()})
    each->fit(x, y, {.epochs = 10, .initial_epoch = 5, .verbose = 0, .callbacks = {Report()}});
  const bool same = model.predict(x, {.verbose = 0}).to_vector() == loaded->predict(x, {.verbose = 0}).to_vector();
  std::puts(same ? "The loaded model has learned the same, to the bit."
                 : "The loaded model has learned something else.");
  return same ? 0 : 1;
}
