#include "linnet/losses/loss.h"

#include <array>

#include "linnet/base/class_table.h"
#include "linnet/losses/fields.h"
#include "linnet/losses/losses.h"
#include "linnet/losses/registry.h"
#include "linnet/losses/targets.h"
#include "linnet/ops/elementwise.h"
#include "linnet/ops/reduce.h"

namespace linnet {

namespace {
constexpr std::array<std::pair<Reduction, const char*>, 5> reduction_names = {
    {{Reduction::sum_over_batch_size, "sum_over_batch_size"},
     {Reduction::sum, "sum"},
     {Reduction::mean, "mean"},
     {Reduction::mean_with_sample_weight, "mean_with_sample_weight"},
     {Reduction::none, "none"}}};
}  // namespace

Value to_value(Reduction reduction) {
  for (const auto& [each, name] : reduction_names)
    if (each == reduction) return name;
  return "none";
}

void from_value(const Value& value, Reduction& reduction) {
  const std::string wanted = value.is_null() ? "none" : value.as_string();
  for (const auto& [each, name] : reduction_names)
    if (name == wanted) return static_cast<void>(reduction = each);
  fail(
      "[loss] expected a reduction \"sum_over_batch_size\", \"sum\", \"mean\", \"mean_with_sample_weight\" or "
      "\"none\", received \"",
      wanted, "\"");
}

Loss::Loss(std::string name, Reduction reduction) : name_(std::move(name)), reduction_(reduction) {}

Config Loss::base_config() const { return {{"name", name_}, {"reduction", to_value(reduction_)}}; }

namespace {
bool divides_by_count(Reduction reduction) {
  return reduction == Reduction::sum_over_batch_size || reduction == Reduction::mean;
}

/// The mask as weights; where the result is divided by the number of all values, they make up for the masked ones.
Tensor mask_weights(const Tensor& mask, DType dtype, Reduction reduction) {
  Tensor weights = mask.to(dtype);
  if (!divides_by_count(reduction)) return weights;
  return weights * (static_cast<double>(mask.size()) / (sum(weights).item() + loss_epsilon));
}
}  // namespace

Tensor Loss::operator()(const Tensor& y_true, const Tensor& y_pred, const Tensor& sample_weight) const {
  // bfloat16 predictions of mixed precision and whole numbers: losses are computed in float32, as in Keras.
  const bool is_computed_in = !y_pred.defined() || (is_floating(y_pred.dtype()) && y_pred.dtype() != bfloat16);
  Tensor values = call(y_true, is_computed_in ? y_pred : y_pred.to(float32));
  Tensor mask = y_pred.mask(), weight;
  if (const Tensor of_values = values.mask(); of_values.defined())
    mask = mask.defined() ? logical_and(mask, of_values) : of_values;
  if (sample_weight.defined()) weight = sample_weight.detach().to(values.dtype());
  if (mask.defined()) {
    Tensor factor = mask_weights(mask, values.dtype(), reduction_);
    if (weight.defined()) {
      const auto [a, b] = match_ranks(factor, weight);
      check_weight(a, b, name_);
      factor = a * b;
    }
    weight = factor;
  }
  if (weight.defined()) {
    std::tie(values, weight) = match_ranks(values, weight);
    check_weight(values, weight, name_);
    values = values * weight;
  }
  if (reduction_ == Reduction::none || values.rank() == 0) return values;
  if (reduction_ == Reduction::sum) return sum(values);
  if (reduction_ != Reduction::mean_with_sample_weight || !weight.defined())
    return values.size() == 0 ? sum(values) : mean(values);
  const double total = sum(weight).item();
  return total == 0 ? 0.0 * sum(values) : sum(values) / total;
}

namespace {
/// What "crossentropy" means for the shapes at hand: Keras's choice at compile().
class ChosenCrossentropy final : public Loss {
 public:
  static constexpr const char* class_name_of = "crossentropy";
  ChosenCrossentropy() : Loss(class_name_of) {}
  Tensor call(const Tensor& y_true, const Tensor& y_pred) const override {
    switch (target_kind(y_true.shape(), y_pred.shape())) {
      case TargetKind::binary: return BinaryCrossentropy().call(y_true, y_pred);
      case TargetKind::sparse: return SparseCategoricalCrossentropy().call(y_true, y_pred);
      case TargetKind::categorical: break;
    }
    return CategoricalCrossentropy().call(y_true, y_pred);
  }
  std::string class_name() const override { return class_name_of; }
  Config config() const override { return {}; }
  std::optional<bool> from_logits() const override { return false; }
};

ClassTable<Loss>& table() {
  static ClassTable<Loss> classes(
      "loss", {
                  class_entry<Loss, MeanSquaredError>("MeanSquaredError", {"mse"}),
                  class_entry<Loss, MeanAbsoluteError>("MeanAbsoluteError", {"mae"}),
                  class_entry<Loss, MeanAbsolutePercentageError>("MeanAbsolutePercentageError", {"mape"}),
                  class_entry<Loss, MeanSquaredLogarithmicError>("MeanSquaredLogarithmicError", {"msle"}),
                  class_entry<Loss, Huber>("Huber", {"huber_loss"}),
                  class_entry<Loss, LogCosh>("LogCosh", {"logcosh"}),
                  class_entry<Loss, CosineSimilarity>(),
                  class_entry<Loss, Hinge>(),
                  class_entry<Loss, SquaredHinge>(),
                  class_entry<Loss, CategoricalHinge>(),
                  class_entry<Loss, Poisson>(),
                  class_entry<Loss, KLDivergence>("KLDivergence", {"kld"}),
                  class_entry<Loss, BinaryCrossentropy>("BinaryCrossentropy", {"bce"}),
                  class_entry<Loss, CategoricalCrossentropy>("CategoricalCrossentropy", {"cce"}),
                  class_entry<Loss, SparseCategoricalCrossentropy>(),
                  class_entry<Loss, BinaryFocalCrossentropy>("BinaryFocalCrossentropy", {"bfce"}),
                  class_entry<Loss, CategoricalFocalCrossentropy>("CategoricalFocalCrossentropy", {"cfce"}),
                  class_entry<Loss, CategoricalGeneralizedCrossEntropy>("CategoricalGeneralizedCrossEntropy", {"cgce"}),
                  class_entry<Loss, Dice>(),
                  class_entry<Loss, Tversky>(),
                  class_entry<Loss, Circle>(),
                  class_entry<Loss, CTC>(),
                  {ChosenCrossentropy::class_name_of,
                   [](const Config&) { return std::make_shared<ChosenCrossentropy>(); },
                   {"ce"}},
              });
  return classes;
}

class FunctionLoss final : public Loss {
 public:
  using Function = std::function<Tensor(const Tensor&, const Tensor&)>;
  FunctionLoss(std::string name, Function function) : Loss(std::move(name)), function_(std::move(function)) {}
  Tensor call(const Tensor& y_true, const Tensor& y_pred) const override { return function_(y_true, y_pred); }
  std::string class_name() const override { return name(); }
  Config config() const override { return base_config(); }

 private:
  Function function_;
};
}  // namespace

void register_loss(const std::string& class_name, LossFactory factory) { table().add(class_name, std::move(factory)); }
std::shared_ptr<Loss> Loss::get(std::string_view name) { return table().create(name); }
std::shared_ptr<Loss> Loss::from_config(const Value& value) { return table().from_config(value); }

AnyLoss loss_from_function(std::string name, std::function<Tensor(const Tensor&, const Tensor&)> function) {
  check(static_cast<bool>(function), "[loss] expected a function for the loss \"", name, "\", received none");
  return FunctionLoss(std::move(name), std::move(function));
}

template class Handle<Loss>;

}  // namespace linnet
