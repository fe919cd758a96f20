// HyperParameters: a search space and the values of one trial, defined while a model is built from them.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <vector>

#include "linnet/tuning/hyper_parameter.h"

#pragma GCC visibility push(default)
namespace linnet {

struct IntOptions {
  std::optional<std::int64_t> step = {};           // linear: 1; log: any number of the range
  std::string sampling = "linear";                 // "log", "reverse_log"
  std::optional<std::int64_t> default_value = {};  // the minimum
  std::string parent_name = {};                    // it counts only while this one …
  List parent_values = {};                         // … has one of these values
};

struct FloatOptions {
  std::optional<double> step = {};           // any number of the range; log: what a value is multiplied with
  std::string sampling = "linear";           // "log", "reverse_log"
  std::optional<double> default_value = {};  // the minimum
  std::string parent_name = {};              // it counts only while this one …
  List parent_values = {};                   // … has one of these values
};

struct ChoiceOptions {
  std::optional<bool> ordered = {};  // numbers are, others cannot be
  Value default_value = {};          // the first
  std::string parent_name = {};      // it counts only while this one …
  List parent_values = {};           // … has one of these values
};

/// Define by run: a function that builds a model asks for what it needs, and what it asks for is the search space.
///
///   Sequential build(HyperParameters& hp) {
///     const std::int64_t units = hp.Int("units", 32, 512, {.step = 32});
///     const std::string activation = hp.Choice("activation", {"relu", "tanh"});
///     const double rate = hp.Float("learning_rate", 1e-4, 1e-2, {.sampling = "log"});
///     Sequential model({Flatten(), Dense(units, {.activation = activation}), Dense(10)});
///     model.compile({.optimizer = Adam({.learning_rate = rate}), .loss = …, .metrics = {"accuracy"}});
///     return model;
///   }
///
/// Ask in statements of their own: C++ does not say in which order the arguments of one call are asked for.
/// The first call of a name registers it and returns its value: the one proposed for this trial, or the default. A
/// hyper-parameter whose conditions do not hold is registered, has no value, and returns its default (null from
/// declare(); None in Python). Keras: keras_tuner.HyperParameters.
class HyperParameters {
 public:
  /// A whole number from min_value to max_value, both included. Throws for an empty range, a step or a sampling that
  /// does not go with it.
  std::int64_t Int(const std::string& name, std::int64_t min_value, std::int64_t max_value,
                   const IntOptions& options = {});
  /// A real number from min_value to max_value.
  double Float(const std::string& name, double min_value, double max_value, const FloatOptions& options = {});
  /// One of several values of one type.
  std::string Choice(const std::string& name, std::initializer_list<const char*> values,
                     const ChoiceOptions& options = {});
  std::int64_t Choice(const std::string& name, std::initializer_list<int> values, const ChoiceOptions& options = {});
  double Choice(const std::string& name, std::initializer_list<double> values, const ChoiceOptions& options = {});
  /// Choice() of values that are not known when the program is compiled.
  Value ChoiceOf(const std::string& name, const List& values, const ChoiceOptions& options = {});
  /// False or true.
  bool Boolean(const std::string& name, bool default_value = false, const ChoiceOptions& parent = {});
  /// Not searched, but noted with the others.
  Value Fixed(const std::string& name, const Value& value, const ChoiceOptions& parent = {});

  /// What the calls above do. Null while it is inactive.
  Value declare(HyperParameter hp);

  /// While it lives, what is asked for belongs to it.
  class Scope {
   public:
    explicit Scope(HyperParameters& owner, bool conditional) : owner_(owner), conditional_(conditional) {}
    ~Scope() { (conditional_ ? owner_.leave_condition() : owner_.leave_name()); }
    Scope(const Scope&) = delete;
    Scope& operator=(const Scope&) = delete;

   private:
    HyperParameters& owner_;
    bool conditional_;
  };
  /// Hyper-parameters that count only while the parent has one of these values:
  ///   { auto scope = hp.conditional_scope("optimizer", {"sgd"});   hp.Float("momentum", 0, 0.99); }
  /// Throws for a parent that was not asked for before.
  [[nodiscard]] Scope conditional_scope(const std::string& parent_name, List parent_values);
  /// Names get "name/" in front.
  [[nodiscard]] Scope name_scope(const std::string& name);
  /// Where conditional_scope() begins.
  void enter_condition(const std::string& parent_name, List parent_values);
  /// Where conditional_scope() ends.
  void leave_condition();
  /// Where name_scope() begins.
  void enter_name(const std::string& name) { name_scopes_.push_back(name); }
  /// Where name_scope() ends.
  void leave_name() { name_scopes_.pop_back(); }

  /// The value of an active hyper-parameter. Throws for a name that there is not, or that is inactive.
  Value get(const std::string& name) const;
  /// Is there an active one of this name?
  bool contains(const std::string& name) const;
  /// Do its conditions hold?
  bool is_active(const HyperParameter& hp) const;
  bool is_active(const std::string& name) const;
  /// Active values by name.
  const Config& values() const { return values_; }
  /// Gives one its value, whatever its range.
  void set_value(const std::string& name, Value value) { values_.set(name, std::move(value)); }
  /// Replaces all values.
  void set_values(Config values) { values_ = std::move(values); }
  /// All hyper-parameters, parents before what depends on them.
  const std::vector<HyperParameter>& space() const { return space_; }

  /// Adds those that are new, with their defaults where they are active and have no value.
  void merge(const std::vector<HyperParameter>& others);
  /// Gives active ones without a value their default, and takes values away from inactive ones.
  void ensure_active_values();
  /// Is there one of this name and with these conditions?
  bool has(const HyperParameter& hp) const;
  /// The conditions of scopes that were entered without holding: what a tuner tries once to see all of the space.
  const std::vector<std::vector<Condition>>& inactive_scopes() const { return inactive_scopes_; }
  /// The conditions of scopes that were entered while they held.
  const std::vector<std::vector<Condition>>& active_scopes() const { return active_scopes_; }
  /// Begins to note scopes anew.
  void forget_scopes();

  /// {"space": [{"class_name": "Int", "config": {…}}, …], "values": {…}}.
  Config config() const;
  static HyperParameters from_config(const Config& config);

 private:
  std::string full_name(const std::string& name) const;
  bool holds(const std::vector<Condition>& conditions) const;

  std::vector<std::string> name_scopes_;
  std::vector<Condition> conditions_;
  std::vector<HyperParameter> space_;
  Config values_;
  std::vector<std::vector<Condition>> active_scopes_, inactive_scopes_;
};

}  // namespace linnet
#pragma GCC visibility pop
