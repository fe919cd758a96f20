// Tutorial, step 1: the data. Prints what MNIST holds and draws its first digits.
#include <linnet/linnet.h>

#include <algorithm>
#include <cstdio>

#include "pictures.h"
using namespace linnet;

int main() {
  auto [train, test] = datasets::mnist();
  Tensor images = train.x[0], labels = train.y[0];

  std::printf("training images: %s %s\n", to_string(images.shape()).c_str(), std::string(name(images.dtype())).c_str());
  std::printf("training labels: %s %s\n", to_string(labels.shape()).c_str(), std::string(name(labels.dtype())).c_str());
  std::printf("test images:     %s\n", to_string(test.x[0].shape()).c_str());
  std::printf("steps an epoch:  %d batches of 64\n", int(batches(train, {.batch_size = 64}).size()));

  std::printf("\nrow 14 of the first image:");
  for (int grey : images[0][14].to_vector<int>()) std::printf(" %d", grey);
  std::printf("\nits label: %d\n", labels[0].item<int>());

  std::printf("\nhow often each digit occurs:");
  const std::vector<int> digits = labels.to_vector<int>();
  for (int digit = 0; digit < 10; ++digit) std::printf(" %d", int(std::count(digits.begin(), digits.end(), digit)));
  std::printf("\n");

  write_png("digits.png", grid(slice(images, 0, 0, 40), 10, 2));
}
