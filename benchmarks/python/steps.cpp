// Steps of fit on arrays in memory, from C++: what benchmarks/python/run.py compares Python with.
//   linnet-bench-steps float32|float64 EPOCHS SAMPLES
#include <linnet/linnet.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
using namespace linnet;

int main(int count, char** arguments) {
  if (count != 4) {
    std::fprintf(stderr, "usage: linnet-bench-steps float32|float64 EPOCHS SAMPLES\n");
    return 2;
  }
  const DType dtype = std::string(arguments[1]) == "float64" ? float64 : float32;
  const int epochs = std::atoi(arguments[2]);
  const std::int64_t samples = std::atoll(arguments[3]);
  set_random_seed(1);
  Tensor x = random_uniform({samples, 784}, 0, 1).to(dtype), y = floor(random_uniform({samples}, 0, 10)).to(int64);

  Sequential model({Dense(64, {.activation = relu}), Dense(10)});
  model.compile(
      {.optimizer = Adam(), .loss = SparseCategoricalCrossentropy({.from_logits = true}), .metrics = {"accuracy"}});
  model.fit(x.to(float32), y, {.batch_size = 64, .verbose = 0});  // what happens once
  for (int epoch = 0; epoch < epochs; ++epoch) {
    const auto start = std::chrono::steady_clock::now();
    model.fit(dtype == float64 ? x.to(float32) : x, y, {.batch_size = 64, .verbose = 0});
    std::printf("%.9f\n", std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  }
}
