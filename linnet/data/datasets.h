// Data sets by name. Keras: keras.datasets.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "linnet/data/dataset.h"

namespace linnet::datasets {

/// MNIST: 60,000 + 10,000 images uint8 [n, 28, 28] of handwritten digits, labels uint8 [n] 0-9 (LeCun, Cortes, Burges;
/// CC BY-SA 3.0). Looked for in `folder`, $LINNET_DATA/mnist, $LINNET_DATA, data/mnist beside or above the working
/// folder, and the installed copy. Throws FileError saying where it looked and how to get it.
TrainTest mnist(const std::string& folder = "");
/// Fashion-MNIST: the same format, ten kinds of clothing (Zalando, MIT). Debian: dataset-fashion-mnist.
TrainTest fashion_mnist(const std::string& folder = "");
/// By name: "mnist", "fashion_mnist"; throws listing the names.
TrainTest load(std::string_view name, const std::string& folder = "");
std::vector<std::string> names();

}  // namespace linnet::datasets
