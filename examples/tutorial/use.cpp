// Tutorial, step 6: use it. Loads the network that train.cpp saved and asks it about the first test images.
#include <linnet/linnet.h>

#include <cstdio>
using namespace linnet;

int main() {
  Dataset test = datasets::mnist().test;
  std::shared_ptr<Model> model = load_model("first_network.safetensors");

  Tensor probabilities = softmax(model->predict(slice(test.x[0], 0, 0, 10), {.verbose = 0}));
  Tensor guesses = argmax(probabilities);
  for (int i = 0; i < 10; ++i) {
    const int guess = guesses[i].item<int>();
    std::printf("image %d: I see a %d (%.1f %% sure); it is a %d\n", i, guess, 100 * probabilities[i][guess].item(),
                test.y[0][i].item<int>());
  }
}
