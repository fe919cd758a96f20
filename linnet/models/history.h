// What training measured.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "linnet/tensor/tensor.h"

#pragma GCC visibility push(default)
namespace linnet {

/// Names and numbers in the order in which they were set (the order in which they are printed). A metric with several
/// results (one a class, one a threshold) is an array beside the numbers; its number is their mean, which is what
/// progress bars show, as Keras's does, and callbacks monitor.
///   Logs logs;
///   logs.set("loss", 0.25);
///   logs.set("recall", tensor({0.5, 1.0}));
///   logs["loss"];                  // -> 0.25
///   logs["recall"];                // -> 0.75
///   logs.array("recall")->size();  // -> 2
class Logs {
 public:
  using Entry = std::pair<std::string, double>;

  /// Throws `[Logs] expected one of …` naming the keys there are.
  double operator[](std::string_view name) const;
  double at(std::string_view name) const { return (*this)[name]; }
  /// Null when absent.
  const double* find(std::string_view name) const;
  bool contains(std::string_view name) const { return find(name) != nullptr; }
  /// All results of a metric that has several; null for other names.
  const Tensor* array(std::string_view name) const;
  /// Adds or replaces.
  void set(std::string_view name, double value);
  /// The same with the results of a metric; a single one is a number.
  void set(std::string_view name, const Tensor& results);
  /// What `other` has, its names after `prefix`.
  void add(const Logs& other, std::string_view prefix = "");
  std::size_t size() const { return entries_.size(); }
  bool empty() const { return entries_.empty(); }
  auto begin() const { return entries_.begin(); }
  auto end() const { return entries_.end(); }

 private:
  std::vector<Entry> entries_;
  std::vector<std::pair<std::string, Tensor>> arrays_;
};

/// One value an epoch for each name: history["val_accuracy"].back(). Keras: keras.callbacks.History: History.history
/// and History.epoch.
///   Sequential model({Dense(1, {.kernel_initializer = "zeros"})});
///   model.compile({.optimizer = SGD({.learning_rate = 0.5}), .loss = "mse"});
///   History history = model.fit(ones({4, 1}), ones({4, 1}), {.epochs = 2, .verbose = 0});
///   history["loss"];  // -> {1, 1}
///   history.epoch.size();  // -> 2
class History {
 public:
  std::vector<int> epoch;                                  // counted from 0
  std::map<std::string, std::vector<double>> history;      // "loss", "accuracy", "val_loss", …
  std::map<std::string, std::vector<Tensor>> arrays = {};  // of metrics with several results; history has means

  /// Throws naming the keys there are.
  const std::vector<double>& operator[](const std::string& name) const;
  void append(int epoch_index, const Logs& logs);
};

}  // namespace linnet
#pragma GCC visibility pop
