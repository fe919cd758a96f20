// Keras's optimizers (keras.optimizers). g is a weight's gradient, w the weight, lr the learning rate, t the step
// from 1.
#pragma once

#include "linnet/kernels/update_rules.h"
#include "linnet/optimizers/optimizer.h"

#pragma GCC visibility push(default)
namespace linnet {

struct SGDOptions {
  LINNET_OPTIMIZER_OPTIONS(0.01, std::nullopt, "sgd");
  double momentum = 0;
  bool nesterov = false;
};
/// w -= lr g. With momentum: v = momentum v - lr g, w += v; with Nesterov's: w += momentum v - lr g. Keras:
/// keras.optimizers.SGD.
///   Variable w("w", ones({1}));
///   SGD sgd({.learning_rate = 0.1, .momentum = 0.9});
///   sgd.apply({{w, tensor({0.5})}});
///   w.value();  // -> {0.95}
///   sgd.apply({{w, tensor({0.5})}});
///   w.value();  // -> {0.855}
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
/// momentum: m = momentum m + the step above, w -= m. Keras: keras.optimizers.RMSprop.
///   Variable w("w", ones({1}));
///   RMSprop({.learning_rate = 0.1}).apply({{w, tensor({0.5})}});
///   w.value();  // -> {0.6838}
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
/// Kingma and Ba, 2014; epsilon is the paper's epsilon-hat. Keras: keras.optimizers.Adam.
///   Variable w("w", ones({2}));
///   Adam({.learning_rate = 0.1}).apply({{w, tensor({0.5, -20})}});
///   w.value();  // the first step is lr, whatever the size of the gradient
///   // -> {0.9, 1.1}
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
/// Adam with decoupled weight decay, w -= lr weight_decay w, 0.004 by default. Loshchilov and Hutter, 2017. Keras:
/// keras.optimizers.AdamW.
///   Variable w("w", ones({1}));
///   AdamW({.learning_rate = 0.1}).apply({{w, tensor({0.5})}});
///   w.value();  // -> {0.8996}
class AdamW final : public Adam {
 public:
  using Options = AdamWOptions;
  static constexpr const char* class_name_of = "AdamW";
  explicit AdamW(const Options& options = {});
  std::string class_name() const override { return class_name_of; }
};

/// Base of optimizers whose rule is one of the kernels', element by element.
class ElementwiseOptimizer : public Optimizer {
 protected:
  using Optimizer::Optimizer;
  /// One step of the rule for all weights.
  void step(std::span<Step> steps, const kernels::UpdateRule& rule);

 private:
  std::vector<kernels::Parameter> parameters_;
};

struct NadamOptions {
  LINNET_OPTIMIZER_OPTIONS(0.001, std::nullopt, "nadam");
  double beta_1 = 0.9, beta_2 = 0.999, epsilon = 1e-7;
};
/// Adam with Nesterov momentum. With u_t = beta_1 (1 - 0.96^t / 2) and U = u_1 … u_t:
/// m, v as Adam; m^ = u_{t+1} m / (1 - U u_{t+1}) + (1 - u_t) g / (1 - U); w -= lr m^ / (sqrt(v / (1 - beta_2^t)) +
/// epsilon). Dozat, 2015. Keras: keras.optimizers.Nadam.
///   Variable w("w", ones({1}));
///   Nadam({.learning_rate = 0.1}).apply({{w, tensor({0.5})}});
///   w.value();  // -> {0.8937}
class Nadam final : public ElementwiseOptimizer {
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
/// m as Adam; u = max(beta_2 u, |g|); w -= lr / (1 - beta_1^t) m / (u + epsilon). Kingma and Ba, section 7. Keras:
/// keras.optimizers.Adamax.
///   Variable w("w", ones({1}));
///   Adamax({.learning_rate = 0.1}).apply({{w, tensor({0.5})}});
///   w.value();  // -> {0.9}
class Adamax final : public ElementwiseOptimizer {
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
/// a += g²; w -= lr g / sqrt(a + epsilon). Duchi et al., 2011. Keras: keras.optimizers.Adagrad.
///   Variable w("w", ones({1}));
///   Adagrad({.learning_rate = 0.1}).apply({{w, tensor({0.5})}});
///   w.value();  // -> {0.9155}
class Adagrad final : public ElementwiseOptimizer {
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
/// step. Zeiler, 2012. Keras: keras.optimizers.Adadelta.
///   Variable w("w", zeros({1}));
///   Adadelta({.learning_rate = 1.0}).apply({{w, tensor({0.5})}});
///   w.value();  // -> {-0.001414}
class Adadelta final : public ElementwiseOptimizer {
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
/// w -= lr sign(beta_1 m + (1 - beta_1) g); m = beta_2 m + (1 - beta_2) g. Chen et al., 2023. Keras:
/// keras.optimizers.Lion.
///   Variable w("w", ones({2}));
///   Lion({.learning_rate = 0.1}).apply({{w, tensor({0.5, -20})}});
///   w.value();  // -> {0.9, 1.1}
class Lion final : public ElementwiseOptimizer {
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

struct FtrlOptions {
  LINNET_OPTIMIZER_OPTIONS(0.001, std::nullopt, "ftrl");
  double learning_rate_power = -0.5;  // at most 0
  double initial_accumulator_value = 0.1;
  double l1_regularization_strength = 0, l2_regularization_strength = 0;
  double l2_shrinkage_regularization_strength = 0;  // of the gradient alone
  double beta = 0;
};
/// Follow the regularized leader, with p = -learning_rate_power, l1 and l2 the strengths:
/// n = a + g²; z += g + 2 shrinkage w - (n^p - a^p) / lr w; a = n;
/// w = (clip(z, -l1, l1) - z) / (a^p / lr + 2 (l2 + beta / (2 lr))). Weights that matter little become 0. McMahan et
/// al., 2013. Keras: keras.optimizers.Ftrl.
///   Variable w("w", ones({1}));
///   Ftrl({.learning_rate = 0.1}).apply({{w, tensor({0.5})}});
///   w.value();  // -> {0.381}
class Ftrl final : public ElementwiseOptimizer {
 public:
  using Options = FtrlOptions;
  static constexpr const char* class_name_of = "Ftrl";
  explicit Ftrl(Options options = {});
  std::string class_name() const override { return class_name_of; }
  Config config() const override;

 protected:
  std::vector<std::vector<Slot>> slots_of(const Variable& weight) const override;
  void update(std::span<Step> steps, double learning_rate, std::int64_t iteration) override;

 private:
  Options options_;
};

struct ScheduleFreeAdamWOptions {
  LINNET_OPTIMIZER_OPTIONS(0.0025, std::nullopt, "schedule_free_adam_w");
  double beta_1 = 0.9, beta_2 = 0.999, epsilon = 1e-8;
  std::int64_t warmup_steps = 0;  // over which the rate rises from 0
};
/// Adam without a schedule of the learning rate. Steps are made on z; x is their average over all steps; the weights
/// are y = (1 - beta_1) z + beta_1 x while training, and x is what to predict with:
/// v += (g² - v)(1 - beta_2); z -= lr g / (sqrt(v / (1 - beta_2^t)) + epsilon); x += (z - x) / t. Defazio et al., 2024.
/// Keras: keras.optimizers.ScheduleFreeAdamW.
///   Variable w("w", ones({1}));
///   ScheduleFreeAdamW optimizer({.learning_rate = 0.1});
///   optimizer.apply({{w, tensor({0.5})}});  // z = 0.9, x = 0.9
///   optimizer.apply({{w, tensor({0.5})}});  // z = 0.8, x = 0.85
///   w.value();                              // -> {0.845}
///   optimizer.swap_to_eval();
///   w.value();                              // -> {0.85}
class ScheduleFreeAdamW final : public ElementwiseOptimizer {
 public:
  using Options = ScheduleFreeAdamWOptions;
  static constexpr const char* class_name_of = "ScheduleFreeAdamW";
  explicit ScheduleFreeAdamW(Options options = {});
  /// Turns the weights from x into y: after swap_to_eval(), before more training.
  void swap_to_train();
  /// Turns the weights from y into x: before evaluating, predicting and saving for others.
  void swap_to_eval();
  std::string class_name() const override { return class_name_of; }
  Config config() const override;

 protected:
  std::vector<std::vector<Slot>> slots_of(const Variable& weight) const override;
  void update(std::span<Step> steps, double learning_rate, std::int64_t iteration) override;

 private:
  Options options_;
};

struct LambOptions {
  LINNET_OPTIMIZER_OPTIONS(0.001, std::nullopt, "lamb");
  double beta_1 = 0.9, beta_2 = 0.999, epsilon = 1e-7;
};
/// Adam whose step for each weight is as long as the weight is: m, v as Adam;
/// u = (m / (1 - beta_1^t)) / (sqrt(v / (1 - beta_2^t)) + epsilon); w -= lr |w| / |u| u, and lr u where either length
/// is 0. For large batches. You et al., 2019. Keras: keras.optimizers.Lamb.
///   Variable w("w", tensor({3, 4}));  // of length 5; u = {1, 1}
///   Lamb({.learning_rate = 0.1}).apply({{w, tensor({0.5, 0.5})}});
///   w.value();  // -> {2.6464, 3.6464}
class Lamb final : public Optimizer {
 public:
  using Options = LambOptions;
  static constexpr const char* class_name_of = "Lamb";
  explicit Lamb(Options options = {});
  std::string class_name() const override { return class_name_of; }
  Config config() const override;

 protected:
  std::vector<std::vector<std::string>> slot_groups() const override { return {{"momentum", "velocity"}}; }
  void update(std::span<Step> steps, double learning_rate, std::int64_t iteration) override;

 private:
  Options options_;
};

struct AdafactorOptions {
  LINNET_OPTIMIZER_OPTIONS(0.001, std::nullopt, "adafactor");
  double beta_2_decay = -0.8, epsilon_1 = 1e-30, epsilon_2 = 0.001, clip_threshold = 1;
  bool relative_step = true;  // the rate is at most 1 / sqrt(t); Keras limits it either way
};
/// The mean square of a matrix's gradients is kept as a row r and a column c of means. With b = 1 - t^beta_2_decay and
/// rms the root of the mean square: r, c = b r + (1 - b) mean(g² + epsilon_1) over rows, columns; v = r / mean(r) c
/// (for vectors v itself); u = g / sqrt(v); w -= max(epsilon_2, rms(w)) min(lr, 1 / sqrt(t)) u / max(1, rms(u) /
/// clip_threshold). Shazeer and Stern, 2018. Keras: keras.optimizers.Adafactor.
///   Variable w("w", full({2, 2}, 2));
///   Adafactor({.learning_rate = 0.1}).apply({{w, full({2, 2}, 0.5)}});  // rms(w) = 2: a tenth of it
///   w.value();                                                          // -> {{1.8, 1.8}, {1.8, 1.8}}
class Adafactor final : public Optimizer {
 public:
  using Options = AdafactorOptions;
  static constexpr const char* class_name_of = "Adafactor";
  explicit Adafactor(Options options = {});
  std::string class_name() const override { return class_name_of; }
  Config config() const override;

 protected:
  std::vector<std::vector<Slot>> slots_of(const Variable& weight) const override;
  void update(std::span<Step> steps, double learning_rate, std::int64_t iteration) override;

 private:
  Options options_;
};

struct MuonOptions {
  LINNET_OPTIMIZER_OPTIONS(0.001, 0.004, "muon");
  double adam_beta_1 = 0.9, adam_beta_2 = 0.999, epsilon = 1e-7;
  std::optional<std::vector<std::string>> exclude_layers = std::vector<std::string>();  // regular expressions: by Adam
  bool exclude_embeddings = true;  // weights with "embedding" in their path: by Adam
  double muon_a = 3.4445, muon_b = -4.775, muon_c = 2.0315;
  double adam_lr_ratio = 1;  // Adam's rate is so many times the other
  double momentum = 0.95;
  std::int64_t ns_steps = 5;
  bool nesterov = true;
  std::optional<double> adam_weight_decay = 0.004;
  std::optional<double> rms_rate = 0.2;  // none: steps are not scaled with the size of the matrix
};
/// For matrices: m = momentum m + g; X = m, or g + momentum m with Nesterov's; X is made nearly orthogonal by ns_steps
/// times A = X Xᵀ, X = a X + (b A + c A²) X, from X / |X|; w -= lr rms_rate sqrt(max(rows, columns)) X. Other weights:
/// Adam. Jordan, 2024; the scale is that of Liu et al., 2025. Keras: keras.optimizers.Muon.
///   Variable kernel("kernel", zeros({2, 2})), bias("bias", zeros({2}));
///   Muon muon({.learning_rate = 0.1, .ns_steps = 0});  // X = X / |X|
///   muon.apply({{kernel, tensor({{3, 0}, {0, 4}})}, {bias, tensor({3, 4})}});
///   kernel.value();  // -> {{-0.01697, 0}, {0, -0.02263}}
///   bias.value();    // -> {-0.1, -0.1}
class Muon final : public Optimizer {
 public:
  using Options = MuonOptions;
  static constexpr const char* class_name_of = "Muon";
  explicit Muon(Options options = {});
  std::string class_name() const override { return class_name_of; }
  Config config() const override;

 protected:
  std::vector<std::vector<Slot>> slots_of(const Variable& weight) const override;
  std::optional<double> weight_decay_of(const Variable& weight) const override;
  void update(std::span<Step> steps, double learning_rate, std::int64_t iteration) override;

 private:
  bool uses_adam(const Variable& weight) const;
  Tensor orthogonalized(Tensor x) const;
  Options options_;
};

}  // namespace linnet
#pragma GCC visibility pop
