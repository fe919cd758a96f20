// What training measured.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace linnet {

/// Names to numbers, sorted by name as Keras sorts them: logs["loss"].
using Logs = std::map<std::string, double>;

/// One value an epoch for each name: history["val_accuracy"].back(). Keras: History.history and History.epoch.
class History {
 public:
  std::vector<int> epoch;                              // counted from 0
  std::map<std::string, std::vector<double>> history;  // "loss", "accuracy", "val_loss", …

  /// Throws naming the keys there are.
  const std::vector<double>& operator[](const std::string& name) const;
  void append(int epoch_index, const Logs& logs);
};

}  // namespace linnet
