#include <linnet/linnet.h>

#include <cstdio>
using namespace linnet;

class Scale : public LayerOf<Scale> {
 public:
  explicit Scale(LayerOptions options = {}) : LayerOf("Scale", options) {}
  void build(const Shape& input) override { add_weight(factor_, "factor", {input.back()}, Ones()); }
  Tensor call(const Tensor& x, Mode) override { return x * factor_; }

 private:
  Variable factor_;
};

int main() {
  set_random_seed(1);
  Tensor a = Input({4}), b = Input({4});
  Model model({a, b}, {Dense(1)(Concatenate()({Scale()(a), Dense(8, {.activation = "tanh"})(b)}))});

  Tensor x = random_normal({64, 4}), y = sum(x, {1}, true);
  MeanSquaredError loss_function;
  SGD optimizer({.learning_rate = 0.05});
  for (int step = 0; step < 5; ++step) {
    Tensor loss = loss_function(y, model({x, x}, Mode::train));
    optimizer.apply(gradients(loss, model.trainable_weights()));
    std::printf("step %d: loss %.6f\n", step, loss.item());
  }
}
