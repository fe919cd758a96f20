// A layer of one's own: softmax over prototypes. It learns one blurred image for each digit and compares with all of
// them: the score of a digit is minus the squared distance to its prototype.
#include <linnet/linnet.h>

#include <cstdio>
using namespace linnet;

class Prototypes final : public LayerOf<Prototypes> {
 public:
  explicit Prototypes(std::int64_t count, LayerOptions options = {}) : LayerOf("Prototypes", options), count_(count) {}

  void build(const Shape& input) override { add_weight(centers_, "centers", {count_, input.back()}, Zeros()); }
  // |x - c|² = |x|² - 2 x·c + |c|²; |x|² is the same for all digits, so softmax does not see it.
  Tensor call(const Tensor& x, Mode) override {
    return 2.0 * matmul(x, transpose(centers_)) - sum(square(centers_), {-1});
  }
  Shape compute_output_shape(const Shape& input) const override { return {input.front(), count_}; }

  const Tensor& centers() const { return centers_; }

 private:
  std::int64_t count_;
  Variable centers_;
};

int main() {
  set_random_seed(1);
  auto [train, test] = datasets::mnist();
  Prototypes prototypes(10);
  Sequential model({Rescaling(1.0 / 255), Flatten(), prototypes});
  model.compile({.optimizer = Adam({.learning_rate = 2e-3}),
                 .loss = SparseCategoricalCrossentropy({.from_logits = true}),
                 .metrics = {"accuracy"}});
  model.fit(train, {.epochs = 3, .batch_size = 64, .validation_data = test, .verbose = 2});

  std::puts("\nWhat the layer learned for 0, 1 and 2 (darker: more ink than average):");
  for (int row = 0; row < 28; row += 2) {
    for (int digit = 0; digit < 3; ++digit) {
      const auto image = prototypes.centers()[digit].to_vector();
      for (int column = 0; column < 28; ++column) {
        const float ink = image[std::size_t(row * 28 + column)];
        std::putchar(ink > 0.4f ? '#' : ink > 0.15f ? '+' : ink > 0.05f ? '.' : ' ');
      }
    }
    std::putchar('\n');
  }
}
