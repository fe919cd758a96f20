#include <linnet/linnet.h>

#include <cstdio>
using namespace linnet;

int main() {
  auto [train, test] = datasets::mnist();
  std::shared_ptr<Model> model = load_model("digits.safetensors");

  model->fit(train, {.batch_size = 64, .verbose = 0});
  Logs results = model->evaluate(test, {.verbose = 0});
  std::printf("loss %.6f, accuracy %.4f\n", results["loss"], results["accuracy"]);

  Tensor digits = argmax(model->predict(slice(test.x[0], 0, 0, 10), {.verbose = 0}));
  for (int digit : digits.to_vector<int>()) std::printf("%d ", digit);
  std::printf("\n");
}
