// Keras's optimizers (keras.optimizers). g is a weight's gradient, w the weight, lr the learning rate, t the step
// from 1.
#pragma once

#include "linnet/kernels/kernels.h"
#include "linnet/optimizers/optimizer.h"

#pragma GCC visibility push(default)
namespace linnet {

struct SGDOptions {
  LINNET_OPTIMIZER_OPTIONS(0.01, std::nullopt, "sgd");
  double momentum = 0;
  bool nesterov = false;
};
/// w -= lr g. With momentum: v = momentum v - lr g, w += v; with Nesterov's: w += momentum v - lr g.
///   SGD({.learning_rate = 0.01, .momentum = 0.9, .nesterov = true})
class SGD final : public Optimizer {
 public:
  using Options = SGDOptions;
  static constexpr const char* class_name_of = "SGD";
  explicit SGD(Options options = {});
  std::string class_name() const override { return class_name_of; }
  Config config() const override;

 protected:
  std::vector<std::vector<std::string>> slot_groups() const override;
  void update(std::span<Step> steps, double learning_rate, std::int64_t iteration) override;

 private:
  Options options_;
  std::vector<kernels::Parameter> parameters_;
};

struct RMSpropOptions {
  LINNET_OPTIMIZER_OPTIONS(0.001, std::nullopt, "rm_sprop");
  double rho = 0.9, momentum = 0, epsilon = 1e-7;
  bool centered = false;
};
/// s = rho s + (1 - rho) g²; w -= lr g / sqrt(s + epsilon). centered: the variance, s - (mean of g)², in place of s.
/// momentum: m = momentum m + the step above, w -= m.
class RMSprop final : public Optimizer {
 public:
  using Options = RMSpropOptions;
  static constexpr const char* class_name_of = "RMSprop";
  explicit RMSprop(Options options = {});
  std::string class_name() const override { return class_name_of; }
  Config config() const override;

 protected:
  std::vector<std::vector<std::string>> slot_groups() const override;
  void update(std::span<Step> steps, double learning_rate, std::int64_t iteration) override;

 private:
  Options options_;
  std::vector<kernels::Parameter> parameters_;
};

struct AdamOptions {
  LINNET_OPTIMIZER_OPTIONS(0.001, std::nullopt, "adam");
  double beta_1 = 0.9, beta_2 = 0.999, epsilon = 1e-7;
  bool amsgrad = false;
};
struct AdamWOptions {
  LINNET_OPTIMIZER_OPTIONS(0.001, 0.004, "adam_w");
  double beta_1 = 0.9, beta_2 = 0.999, epsilon = 1e-7;
  bool amsgrad = false;
};
/// m += (g - m)(1 - beta_1); v += (g² - v)(1 - beta_2);
/// w -= lr sqrt(1 - beta_2^t) / (1 - beta_1^t) m / (sqrt(v) + epsilon). amsgrad: the largest v so far in place of v.
/// Kingma and Ba, 2014; epsilon is the paper's epsilon-hat.
///   Adam({.learning_rate = 1e-3})
class Adam : public Optimizer {
 public:
  using Options = AdamOptions;
  static constexpr const char* class_name_of = "Adam";
  explicit Adam(Options options = {});
  std::string class_name() const override { return class_name_of; }
  Config config() const override;

 protected:
  std::vector<std::vector<std::string>> slot_groups() const override;
  void update(std::span<Step> steps, double learning_rate, std::int64_t iteration) override;

 private:
  Options options_;
  std::vector<kernels::Parameter> parameters_;
};
/// Adam with decoupled weight decay, w -= lr weight_decay w, 0.004 by default. Loshchilov and Hutter, 2017.
class AdamW final : public Adam {
 public:
  using Options = AdamWOptions;
  static constexpr const char* class_name_of = "AdamW";
  explicit AdamW(const Options& options = {});
  std::string class_name() const override { return class_name_of; }
};

struct NadamOptions {
  LINNET_OPTIMIZER_OPTIONS(0.001, std::nullopt, "nadam");
  double beta_1 = 0.9, beta_2 = 0.999, epsilon = 1e-7;
};
/// Adam with Nesterov momentum. With u_t = beta_1 (1 - 0.96^t / 2) and U = u_1 … u_t:
/// m, v as Adam; m^ = u_{t+1} m / (1 - U u_{t+1}) + (1 - u_t) g / (1 - U); w -= lr m^ / (sqrt(v / (1 - beta_2^t)) +
/// epsilon). Dozat, 2015.
class Nadam final : public Optimizer {
 public:
  using Options = NadamOptions;
  static constexpr const char* class_name_of = "Nadam";
  explicit Nadam(Options options = {});
  std::string class_name() const override { return class_name_of; }
  Config config() const override;

 protected:
  std::vector<std::vector<std::string>> slot_groups() const override { return {{"momentum", "velocity"}}; }
  Variables extra_variables() const override { return {product_}; }
  void update(std::span<Step> steps, double learning_rate, std::int64_t iteration) override;

 private:
  Options options_;
  Variable product_;  // U
};

struct AdamaxOptions {
  LINNET_OPTIMIZER_OPTIONS(0.001, std::nullopt, "adamax");
  double beta_1 = 0.9, beta_2 = 0.999, epsilon = 1e-7;
};
/// m as Adam; u = max(beta_2 u, |g|); w -= lr / (1 - beta_1^t) m / (u + epsilon). Kingma and Ba, section 7.
class Adamax final : public Optimizer {
 public:
  using Options = AdamaxOptions;
  static constexpr const char* class_name_of = "Adamax";
  explicit Adamax(Options options = {});
  std::string class_name() const override { return class_name_of; }
  Config config() const override;

 protected:
  std::vector<std::vector<std::string>> slot_groups() const override { return {{"momentum", "norm"}}; }
  void update(std::span<Step> steps, double learning_rate, std::int64_t iteration) override;

 private:
  Options options_;
};

struct AdagradOptions {
  LINNET_OPTIMIZER_OPTIONS(0.001, std::nullopt, "adagrad");
  double initial_accumulator_value = 0.1, epsilon = 1e-7;
};
/// a += g²; w -= lr g / sqrt(a + epsilon). Duchi et al., 2011.
class Adagrad final : public Optimizer {
 public:
  using Options = AdagradOptions;
  static constexpr const char* class_name_of = "Adagrad";
  explicit Adagrad(Options options = {});
  std::string class_name() const override { return class_name_of; }
  Config config() const override;

 protected:
  std::vector<std::vector<std::string>> slot_groups() const override { return {{"accumulator"}}; }
  double initial_slot_value() const override { return options_.initial_accumulator_value; }
  void update(std::span<Step> steps, double learning_rate, std::int64_t iteration) override;

 private:
  Options options_;
};

struct AdadeltaOptions {
  LINNET_OPTIMIZER_OPTIONS(0.001, std::nullopt, "adadelta");
  double rho = 0.95, epsilon = 1e-7;
};
/// a = rho a + (1 - rho) g²; step = -sqrt(d + epsilon) / sqrt(a + epsilon) g; d = rho d + (1 - rho) step²; w += lr
/// step. Zeiler, 2012.
class Adadelta final : public Optimizer {
 public:
  using Options = AdadeltaOptions;
  static constexpr const char* class_name_of = "Adadelta";
  explicit Adadelta(Options options = {});
  std::string class_name() const override { return class_name_of; }
  Config config() const override;

 protected:
  std::vector<std::vector<std::string>> slot_groups() const override {
    return {{"accumulated_grad", "accumulated_delta_var"}};
  }
  void update(std::span<Step> steps, double learning_rate, std::int64_t iteration) override;

 private:
  Options options_;
};

struct LionOptions {
  LINNET_OPTIMIZER_OPTIONS(0.001, std::nullopt, "lion");
  double beta_1 = 0.9, beta_2 = 0.99;
};
/// w -= lr sign(beta_1 m + (1 - beta_1) g); m = beta_2 m + (1 - beta_2) g. Chen et al., 2023.
class Lion final : public Optimizer {
 public:
  using Options = LionOptions;
  static constexpr const char* class_name_of = "Lion";
  explicit Lion(Options options = {});
  std::string class_name() const override { return class_name_of; }
  Config config() const override;

 protected:
  std::vector<std::vector<std::string>> slot_groups() const override { return {{"momentum"}}; }
  void update(std::span<Step> steps, double learning_rate, std::int64_t iteration) override;

 private:
  Options options_;
};

}  // namespace linnet
#pragma GCC visibility pop
