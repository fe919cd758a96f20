// Metrics from a matrix that counts how often each class was taken for each: the matrix itself, and how far the
// regions of a class overlap in truth and prediction (intersection over union), for segmentation.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "linnet/base/dtype.h"
#include "linnet/metrics/metric.h"

#pragma GCC visibility push(default)
namespace linnet::metrics {

struct ConfusionMatrixOptions {
  std::int64_t num_classes = 0;
  std::string name = "confusion_matrix";
};
/// int64 [classes, classes]: row true class, column predicted class (the largest of y_pred). y_true: class numbers [n]
/// or [n, 1], or one-hot [n, classes]. Sample weights are not used. Linnet's own, after scikit-learn's.
///   metrics::ConfusionMatrix metric({.num_classes = 2});
///   metric.update_state(tensor({0, 1, 1}, int32), tensor({{0.8, 0.2}, {0.1, 0.9}, {0.6, 0.4}}));
///   metric.result();  // -> {{1, 0}, {1, 1}}
class ConfusionMatrix final : public Metric {
 public:
  using Options = ConfusionMatrixOptions;
  static constexpr const char* class_name_of = "ConfusionMatrix";
  explicit ConfusionMatrix(Options options);
  void update_state(const Tensor& y_true, const Tensor& y_pred, const Tensor& sample_weight = {}) override;
  Tensor result() const override;
  void reset_state() override;
  std::vector<double> state() const override;
  void set_state(const std::vector<double>& numbers) override;
  std::string class_name() const override { return class_name_of; }
  Config config() const override;

 private:
  Options options_;
  std::shared_ptr<std::vector<std::int64_t>> cells_;
};

/// What the classes of overlap metrics differ in.
struct OverlapPlan {
  std::int64_t num_classes = 0;
  std::vector<std::int64_t> classes;  ///< whose mean is the result
  std::optional<std::int64_t> ignore_class;
  bool sparse_y_true = true, sparse_y_pred = true;
  int axis = -1;
  DType dtype = int32;                   ///< of the sums
  std::optional<double> threshold = {};  ///< a prediction of at least so much is class 1, any other class 0
};

/// Base: for each class tp / (tp + fp + fn), from a matrix of sample weights; then the mean over classes that occur, in
/// truth or prediction. Any shapes, as long as truth and prediction have as many elements.
class OverlapMetric : public Metric {
 public:
  OverlapMetric(std::string name, OverlapPlan plan);
  void update_state(const Tensor& y_true, const Tensor& y_pred, const Tensor& sample_weight = {}) override;
  Tensor result() const override;
  void reset_state() override;
  std::vector<double> state() const override { return *cells_; }
  void set_state(const std::vector<double>& numbers) override;

 private:
  OverlapPlan plan_;
  std::shared_ptr<std::vector<double>> cells_;
};

struct IoUOptions {
  std::int64_t num_classes = 0;
  std::vector<std::int64_t> target_class_ids = {};  // the mean of these classes' values; required
  std::optional<std::int64_t> ignore_class = {};
  bool sparse_y_true = true;  // class numbers; false: the largest along `axis` is the class
  bool sparse_y_pred = true;  // the same of the predictions
  int axis = -1;
  DType dtype = int32;  // of the sums: integers drop fractions of sample weights
  std::string name = "io_u";
};
/// Intersection over union of some classes: the mean of tp / (tp + fp + fn). y_true and y_pred are class numbers.
/// Keras: keras.metrics.IoU.
///   metrics::IoU metric({.num_classes = 2, .target_class_ids = {0}});
///   metric.update_state(tensor({0, 0, 1, 1}), tensor({0, 1, 0, 1}));
///   metric.result();  // -> 0.3333
class IoU final : public OverlapMetric {
 public:
  using Options = IoUOptions;
  static constexpr const char* class_name_of = "IoU";
  explicit IoU(Options options);
  std::string class_name() const override { return class_name_of; }
  Config config() const override;

 private:
  Options options_;
};

struct MeanIoUOptions {
  std::int64_t num_classes = 0;
  std::optional<std::int64_t> ignore_class = {};
  bool sparse_y_true = true;  // class numbers; false: the largest along `axis` is the class
  bool sparse_y_pred = true;  // the same of the predictions
  int axis = -1;
  DType dtype = int32;  // of the sums: integers drop fractions of sample weights
  std::string name = "mean_io_u";
};
/// IoU of all classes: the mean of their tp / (tp + fp + fn). y_true and y_pred are class numbers. Keras:
/// keras.metrics.MeanIoU.
///   metrics::MeanIoU metric({.num_classes = 3});
///   metric.update_state(tensor({0, 0, 1, 2}), tensor({0, 1, 1, 2}));
///   metric.result();  // -> 0.6667
class MeanIoU final : public OverlapMetric {
 public:
  using Options = MeanIoUOptions;
  static constexpr const char* class_name_of = "MeanIoU";
  explicit MeanIoU(Options options);
  std::string class_name() const override { return class_name_of; }
  Config config() const override;

 private:
  Options options_;
};

struct OneHotIoUOptions {
  std::int64_t num_classes = 0;
  std::vector<std::int64_t> target_class_ids = {};  // the mean of these classes' values; required
  std::optional<std::int64_t> ignore_class = {};
  bool sparse_y_pred = false;  // class numbers; false: the largest along `axis` is the class
  int axis = -1;
  DType dtype = int32;  // of the sums: integers drop fractions of sample weights
  std::string name = "one_hot_io_u";
};
/// IoU where y_true is one-hot and y_pred probabilities, both [..., classes]. Keras: keras.metrics.OneHotIoU.
///   metrics::OneHotIoU metric({.num_classes = 2, .target_class_ids = {1}});
///   metric.update_state(tensor({{1, 0}, {0, 1}}), tensor({{0.4, 0.6}, {0.2, 0.8}}));
///   metric.result();  // -> 0.5
class OneHotIoU final : public OverlapMetric {
 public:
  using Options = OneHotIoUOptions;
  static constexpr const char* class_name_of = "OneHotIoU";
  explicit OneHotIoU(Options options);
  std::string class_name() const override { return class_name_of; }
  Config config() const override;

 private:
  Options options_;
};

struct OneHotMeanIoUOptions {
  std::int64_t num_classes = 0;
  std::optional<std::int64_t> ignore_class = {};
  bool sparse_y_pred = false;  // class numbers; false: the largest along `axis` is the class
  int axis = -1;
  DType dtype = int32;  // of the sums: integers drop fractions of sample weights
  std::string name = "one_hot_mean_io_u";
};
/// OneHotIoU of all classes: y_true, one-hot, and y_pred, probabilities, are [..., classes]. Keras:
/// keras.metrics.OneHotMeanIoU.
///   metrics::OneHotMeanIoU metric({.num_classes = 2});
///   metric.update_state(tensor({{1, 0}, {0, 1}}), tensor({{0.4, 0.6}, {0.2, 0.8}}));
///   metric.result();  // -> 0.25
class OneHotMeanIoU final : public OverlapMetric {
 public:
  using Options = OneHotMeanIoUOptions;
  static constexpr const char* class_name_of = "OneHotMeanIoU";
  explicit OneHotMeanIoU(Options options);
  std::string class_name() const override { return class_name_of; }
  Config config() const override;

 private:
  Options options_;
};

struct BinaryIoUOptions {
  std::vector<std::int64_t> target_class_ids = {0, 1};  // the mean of these classes' values
  double threshold = 0.5;
  DType dtype = int32;  // of the sums: integers drop fractions of sample weights
  std::string name = "binary_io_u";
};
/// IoU of classes 0 and 1, where y_pred >= threshold is class 1. Keras: keras.metrics.BinaryIoU.
///   metrics::BinaryIoU metric({.threshold = 0.3});
///   metric.update_state(tensor({0, 1, 0, 1}), tensor({0.1, 0.2, 0.4, 0.7}));
///   metric.result();  // -> 0.3333
class BinaryIoU final : public OverlapMetric {
 public:
  using Options = BinaryIoUOptions;
  static constexpr const char* class_name_of = "BinaryIoU";
  explicit BinaryIoU(Options options = {});
  std::string class_name() const override { return class_name_of; }
  Config config() const override;

 private:
  Options options_;
};

}  // namespace linnet::metrics
#pragma GCC visibility pop
