// Objective: the number that a search makes as small, or as large, as it can.
#pragma once

#include <string>

#pragma GCC visibility push(default)
namespace linnet {

/// A name of the logs, and whether more is better. Keras: keras_tuner.Objective.
///   Objective("val_accuracy")     Objective("val_f1", "max")
class Objective {
 public:
  /// The direction follows from the name, as in KerasTuner: down for losses and errors, up for accuracies, precision,
  /// recall, AUC. Throws `[Objective] could not infer …` for a name that is no metric of Keras.
  Objective(const char* name) : Objective(std::string(name)) {}
  Objective(const std::string& name);
  /// `direction` is "min" or "max".
  Objective(std::string name, std::string direction);

  const std::string& name() const { return name_; }
  /// "min" or "max".
  const std::string& direction() const { return direction_; }
  /// False whenever one of them is NaN.
  bool better_than(double a, double b) const { return direction_ == "max" ? a > b : a < b; }
  /// Worse than any number.
  double worst() const;

  friend bool operator==(const Objective& a, const Objective& b) = default;

 private:
  std::string name_, direction_;
};

}  // namespace linnet
#pragma GCC visibility pop
