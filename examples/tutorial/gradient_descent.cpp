// Tutorial, the mathematics: gradient descent on f(w) = (w - 3)² with three learning rates.
#include <linnet/linnet.h>

#include <cstdio>
using namespace linnet;

int main() {
  std::printf("learning rate");
  for (int step = 0; step <= 8; ++step) std::printf(" %8s%d", "w", step);
  std::printf("\n");
  for (double rate : {0.1, 0.9, 1.1}) {
    SGD optimizer({.learning_rate = rate});
    Variable w("w", scalar(0, float64));
    std::printf("%13.1f %9.4f", rate, w.value().item());
    for (int step = 0; step < 8; ++step) {
      Tensor f = square(w.value() - 3.0);
      optimizer.apply(gradients(f, Variables{w}));
      std::printf(" %9.4f", w.value().item());
    }
    std::printf("\n");
  }
}
