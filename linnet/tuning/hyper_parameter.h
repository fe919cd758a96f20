// HyperParameter: one choice that a search makes - a number from a range, one of several values - and when it is made.
#pragma once

#include <string>
#include <vector>

#include "linnet/base/config.h"

#pragma GCC visibility push(default)
namespace linnet {

/// The kinds of hyper-parameters, with KerasTuner's names.
enum class HyperParameterKind : std::uint8_t { Int, Float, Choice, Boolean, Fixed };
/// Its name: "Int".
const char* to_string(HyperParameterKind kind);

/// A hyper-parameter counts only while its parent has one of these values. Keras: keras_tuner's conditions.Parent.
struct Condition {
  std::string name;  // of the parent
  List values;       // that make it active

  friend bool operator==(const Condition& a, const Condition& b) = default;
};

/// One entry of a search space: made by HyperParameters, looked at by those who search. Two with one name and different
/// conditions are different hyper-parameters. Keras: keras_tuner.engine.hyperparameters.HyperParameter.
struct HyperParameter {
  HyperParameterKind kind = HyperParameterKind::Fixed;  // of what it can have
  std::string name;                                     // as get() takes it
  Value min_value = {}, max_value = {};                 // Int, Float: both ends belong to the range
  Value step = {};                                      // null: any number of the range
  std::string sampling = "linear";                      // "log", "reverse_log"
  List values = {};                                     // Choice: all; Fixed: the only one; Boolean: false, true
  bool ordered = false;                                 // Choice: do the values stand in an order?
  Value default_given = {};                             // null: none was given
  std::vector<Condition> conditions = {};               // all must hold

  /// What was given as default, or the smallest, or the first value.
  Value default_value() const;
  /// The value at the part `probability`, in [0, 1), of the range or the list:
  ///   linear       min + p (max - min)
  ///   log          min (max / min)^p
  ///   reverse_log  max + min - min (max / min)^(1 - p)
  /// With a step, the values that it reaches from the minimum share [0, 1) evenly (log: the minimum times its powers).
  Value value_at(double probability) const;
  /// The middle of the probabilities of a value; value_at() gives the value back.
  double probability_of(const Value& value) const;
  /// All values, the smallest first. Of a range without a step ten, evenly spread, each once: what a grid tries.
  List all_values() const;
  /// Can it have this value? A list's, or a number within the range.
  bool allows(const Value& value) const;

  /// Keras's layout: {"name": "units", "default": null, "conditions": [], "min_value": 32, …}.
  Config config() const;
  /// Of {"class_name": "Int", "config": {…}}. Throws for what is none.
  static HyperParameter from_config(const Config& object);
  /// Throws InvalidArgument, in KerasTuner's words, for ranges and lists that make no sense.
  void check_and_complete();
};

/// Equal, where 1 and 1.0 are.
bool same_value(const Value& a, const Value& b);

}  // namespace linnet
#pragma GCC visibility pop
