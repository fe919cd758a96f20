// A layer of one's own: a template for each digit. The score of a digit says how near the image is to its template:
// minus the squared distance between the two.
#include <linnet/linnet.h>

#include <cstdio>
using namespace linnet;

class Templates final : public LayerOf<Templates> {
 public:
  explicit Templates(std::int64_t count, LayerOptions options = {}) : LayerOf("Templates", options), count_(count) {}

  void build(const Shape& input) override {
    add_weight(templates_, "templates", {count_, input.back()}, Zeros(), {.regularizer = L2(1e-3)});
  }
  // |x - t|² = |x|² - 2 x·t + |t|²; |x|² is the same for all digits, so softmax does not see it.
  Tensor call(const Tensor& x, Mode) override {
    return 2.0 * matmul(x, transpose(templates_)) - sum(square(templates_), {-1});
  }
  Shape compute_output_shape(const Shape& input) const override { return {input.front(), count_}; }

  Tensor values() const { return templates_; }

 private:
  std::int64_t count_;
  Variable templates_;
};

int main() {
  set_random_seed(1);
  auto [train, test] = datasets::mnist();
  Templates templates(10);
  Sequential model({Rescaling(1.0 / 255), Flatten(), templates});
  model.compile({.optimizer = Adam({.learning_rate = 2e-3}),
                 .loss = SparseCategoricalCrossentropy({.from_logits = true}),
                 .metrics = {"accuracy"}});
  model.fit(train, {.epochs = 3, .batch_size = 64, .validation_data = test, .verbose = 2});

  std::puts("\nThe templates of 0, 1 and 2: where there should be ink (#, +) and where there should be none (-):\n");
  for (int row = 0; row < 28; row += 2) {
    for (int digit = 0; digit < 3; ++digit) {
      const auto image = templates.values()[digit].to_vector();
      for (int column = 0; column < 28; ++column) {
        const float ink = image[std::size_t(row) * 28 + std::size_t(column)];
        std::putchar(ink > 0.2f ? '#' : ink > 0.07f ? '+' : ink < -0.07f ? '-' : ' ');
      }
    }
    std::putchar('\n');
  }
}
