// Cross-entropies: losses between classes and their predicted probabilities, or logits (what softmax or sigmoid would
// make probabilities from; more accurate and faster). Probabilities of several classes are divided by their sum;
// probabilities are clipped to [1e-7, 1 - 1e-7] before the logarithm, as in Keras.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "linnet/losses/loss.h"

#pragma GCC visibility push(default)
namespace linnet {

struct BinaryCrossentropyOptions {
  bool from_logits = false;
  double label_smoothing = 0;
  int axis = -1;
  Reduction reduction = Reduction::sum_over_batch_size;
  std::string name = "binary_crossentropy";
};
/// mean over `axis` of -(t log p + (1 - t) log(1 - p)), t = y_true (1 - label_smoothing) + label_smoothing / 2.
/// y_true (0 or 1) and y_pred: [..., d]. Keras: keras.losses.BinaryCrossentropy.
///   BinaryCrossentropy()(tensor({{0, 1}}), tensor({{0.1, 0.8}}));                      // -> 0.1643
///   BinaryCrossentropy({.from_logits = true})(tensor({{0, 1}}), tensor({{0, 0}}));     // -> 0.6931
class BinaryCrossentropy final : public Loss {
 public:
  using Options = BinaryCrossentropyOptions;
  static constexpr const char* class_name_of = "BinaryCrossentropy";
  explicit BinaryCrossentropy(Options options = {});
  Tensor call(const Tensor& y_true, const Tensor& y_pred) const override;
  std::string class_name() const override { return class_name_of; }
  Config config() const override;
  std::optional<bool> from_logits() const override { return options_.from_logits; }

 private:
  Options options_;
};

struct CategoricalCrossentropyOptions {
  bool from_logits = false;
  double label_smoothing = 0;
  int axis = -1;
  Reduction reduction = Reduction::sum_over_batch_size;
  std::string name = "categorical_crossentropy";
};
/// -sum over the class axis of t log p, t = y_true (1 - label_smoothing) + label_smoothing / classes. y_true (one-hot
/// or any distribution) and y_pred: [..., classes] -> [...]. Keras: keras.losses.CategoricalCrossentropy.
///   CategoricalCrossentropy()(tensor({{0, 1}}), tensor({{0.2, 0.8}}));  // -> 0.2231
class CategoricalCrossentropy final : public Loss {
 public:
  using Options = CategoricalCrossentropyOptions;
  static constexpr const char* class_name_of = "CategoricalCrossentropy";
  explicit CategoricalCrossentropy(Options options = {});
  Tensor call(const Tensor& y_true, const Tensor& y_pred) const override;
  std::string class_name() const override { return class_name_of; }
  Config config() const override;
  std::optional<bool> from_logits() const override { return options_.from_logits; }

 private:
  Options options_;
};

struct SparseCategoricalCrossentropyOptions {
  bool from_logits = false;
  std::optional<std::int64_t> ignore_class = {};
  int axis = -1;
  Reduction reduction = Reduction::sum_over_batch_size;
  std::string name = "sparse_categorical_crossentropy";
};
/// -log p[label]. y_true: class numbers [...] (or [..., 1]), y_pred: [..., classes] -> [...]. Samples of ignore_class
/// have loss 0 and do not count in the mean. A label outside [0, classes) throws, naming its position. Keras:
/// keras.losses.SparseCategoricalCrossentropy.
///   Tensor labels = tensor({1, 2}, int32);
///   SparseCategoricalCrossentropy()(labels, tensor({{0.05, 0.95, 0}, {0.1, 0.8, 0.1}}));  // -> 1.1769
///   SparseCategoricalCrossentropy({.from_logits = true})(labels, zeros({2, 10}));         // -> 2.3026
class SparseCategoricalCrossentropy final : public Loss {
 public:
  using Options = SparseCategoricalCrossentropyOptions;
  static constexpr const char* class_name_of = "SparseCategoricalCrossentropy";
  explicit SparseCategoricalCrossentropy(Options options = {})
      : Loss(options.name, options.reduction), options_(std::move(options)) {}
  Tensor call(const Tensor& y_true, const Tensor& y_pred) const override;
  std::string class_name() const override { return class_name_of; }
  Config config() const override;
  std::optional<bool> from_logits() const override { return options_.from_logits; }

 private:
  Options options_;
};

struct BinaryFocalCrossentropyOptions {
  bool apply_class_balancing = false;
  double alpha = 0.25, gamma = 2;
  bool from_logits = false;
  double label_smoothing = 0;
  int axis = -1;
  Reduction reduction = Reduction::sum_over_batch_size;
  std::string name = "binary_focal_crossentropy";
};
/// Binary cross-entropy times (1 - p_t)^gamma, p_t the probability given to the truth: easy samples count less. With
/// apply_class_balancing also times alpha for class 1, 1 - alpha for class 0. y_true (0 or 1) and y_pred: [..., d]. Lin
/// et al., "Focal loss", 2018. Keras: keras.losses.BinaryFocalCrossentropy.
///   BinaryFocalCrossentropy()(tensor({{0, 1}}), tensor({{0.1, 0.8}}));  // -> 0.00499
class BinaryFocalCrossentropy final : public Loss {
 public:
  using Options = BinaryFocalCrossentropyOptions;
  static constexpr const char* class_name_of = "BinaryFocalCrossentropy";
  explicit BinaryFocalCrossentropy(Options options = {});
  Tensor call(const Tensor& y_true, const Tensor& y_pred) const override;
  std::string class_name() const override { return class_name_of; }
  Config config() const override;
  std::optional<bool> from_logits() const override { return options_.from_logits; }

 private:
  Options options_;
};

/// A factor for all classes, or one for each.
///   CategoricalFocalCrossentropy({.alpha = {0.25, 0.5}})(tensor({{0, 1}}), tensor({{0.2, 0.8}}));  // -> 0.004463
struct ClassFactors {
  std::vector<double> list;
  ClassFactors(double factor) : list{factor} {}
  ClassFactors(std::initializer_list<double> factors) : list(factors) {}
};
Value to_value(const ClassFactors& factors);
void from_value(const Value& value, ClassFactors& factors);

struct CategoricalFocalCrossentropyOptions {
  ClassFactors alpha = 0.25;
  double gamma = 2;
  bool from_logits = false;
  double label_smoothing = 0;
  int axis = -1;
  Reduction reduction = Reduction::sum_over_batch_size;
  std::string name = "categorical_focal_crossentropy";
};
/// -sum over the class axis of alpha (1 - p)^gamma t log p: easy samples count less. y_true (one-hot) and y_pred:
/// [..., classes] -> [...]. Keras: keras.losses.CategoricalFocalCrossentropy.
///   CategoricalFocalCrossentropy()(tensor({{0, 1}}), tensor({{0.2, 0.8}}));  // -> 0.002231
class CategoricalFocalCrossentropy final : public Loss {
 public:
  using Options = CategoricalFocalCrossentropyOptions;
  static constexpr const char* class_name_of = "CategoricalFocalCrossentropy";
  explicit CategoricalFocalCrossentropy(Options options = {});
  Tensor call(const Tensor& y_true, const Tensor& y_pred) const override;
  std::string class_name() const override { return class_name_of; }
  Config config() const override;
  std::optional<bool> from_logits() const override { return options_.from_logits; }

 private:
  Options options_;
};

struct CategoricalGeneralizedCrossEntropyOptions {
  double q = 0.5;
  Reduction reduction = Reduction::sum_over_batch_size;
  std::string name = "categorical_generalized_cross_entropy";
};
/// (1 - p[label]^q) / q for class numbers y_true [...] and probabilities y_pred [..., classes]: between cross-entropy
/// (q -> 0) and mean absolute error (q = 1), for noisy labels. Zhang and Sabuncu, 2018. Keras:
/// keras.losses.CategoricalGeneralizedCrossEntropy.
///   CategoricalGeneralizedCrossEntropy()(tensor({1}, int32), tensor({{0.2, 0.8}}));  // -> 0.2111
class CategoricalGeneralizedCrossEntropy final : public Loss {
 public:
  using Options = CategoricalGeneralizedCrossEntropyOptions;
  static constexpr const char* class_name_of = "CategoricalGeneralizedCrossEntropy";
  explicit CategoricalGeneralizedCrossEntropy(Options options = {});
  Tensor call(const Tensor& y_true, const Tensor& y_pred) const override;
  std::string class_name() const override { return class_name_of; }
  Config config() const override;

 private:
  Options options_;
};

}  // namespace linnet
#pragma GCC visibility pop
