// Data sets by name. Keras: keras.datasets.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "linnet/data/dataset.h"

#pragma GCC visibility push(default)
namespace linnet {
struct Table;
}

namespace linnet::datasets {

/// MNIST: 60,000 + 10,000 images uint8 [n, 28, 28] of handwritten digits, labels uint8 [n] 0-9 (LeCun, Cortes, Burges;
/// CC BY-SA 3.0). Looked for in `folder`, $LINNET_DATA/mnist, $LINNET_DATA, data/mnist beside or above the working
/// folder, and the installed copy. Throws FileError saying where it looked and how to get it.
TrainTest mnist(const std::string& folder = "");
/// Fashion-MNIST: the same format, ten kinds of clothing (Zalando, MIT). Debian: dataset-fashion-mnist.
TrainTest fashion_mnist(const std::string& folder = "");

/// Small tables to try things with, as scikit-learn has them (BSD-3-Clause). Targets: "species" (3 kinds of iris, 150
/// rows), "cultivar" (3 kinds of wine, 178 rows), "diagnosis" (malignant or benign, 569 rows), and, a regression,
/// "target" (progression of diabetes after a year, 442 rows). Looked for as mnist is.
Table iris(const std::string& folder = "");
Table wine(const std::string& folder = "");
Table breast_cancer(const std::string& folder = "");
Table diabetes(const std::string& folder = "");

/// By name: "mnist", "fashion_mnist", and the tables, encoded (tabular_dataset), shuffled with seed 0 and split: 20 %
/// are the test set. Throws listing the names.
TrainTest load(std::string_view name, const std::string& folder = "");
std::vector<std::string> names();
/// The file of a table: "iris" gives …/iris.csv.
std::string table_path(std::string_view name, const std::string& folder = "");

struct Description {
  std::string name;
  std::string what;    // "handwritten digits"
  std::string size;    // "60,000 + 10,000 images of 28 x 28"
  std::string target;  // of a table: the column to predict; else empty
  std::string licence;
  std::string path;  // the folder or file, where it is on this machine; empty: not there
  std::string how_to_get;
};
/// All data sets, those that are here and those that could be.
std::vector<Description> available(const std::string& folder = "");

}  // namespace linnet::datasets
#pragma GCC visibility pop
