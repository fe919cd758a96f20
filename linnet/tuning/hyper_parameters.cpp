#include "linnet/tuning/hyper_parameters.h"

#include <algorithm>

#include "linnet/base/suggest.h"

namespace linnet {

namespace {

using Kind = HyperParameterKind;

template <class Options>
std::vector<Condition> parents(const Options& options) {
  check(options.parent_name.empty() == options.parent_values.empty(),
        "[HyperParameters] expected parent_name and parent_values together, received parent_name=\"",
        options.parent_name, "\", parent_values=", Value(options.parent_values));
  if (options.parent_name.empty()) return {};
  return {{options.parent_name, options.parent_values}};
}

template <class Number>
Value or_null(const std::optional<Number>& number) {
  return number ? Value(*number) : Value();
}

HyperParameter choice(const std::string& name, List values, const ChoiceOptions& options) {
  const bool numbers = !values.empty() && values[0].is_number();
  return {.kind = Kind::Choice,
          .name = name,
          .values = std::move(values),
          .ordered = options.ordered.value_or(numbers),
          .default_given = options.default_value,
          .conditions = parents(options)};
}

template <class Options>
HyperParameter range(Kind kind, const std::string& name, const Value& min_value, const Value& max_value,
                     const Options& options) {
  return {.kind = kind,
          .name = name,
          .min_value = min_value,
          .max_value = max_value,
          .step = or_null(options.step),
          .sampling = options.sampling,
          .default_given = or_null(options.default_value),
          .conditions = parents(options)};
}

Value or_default(const Value& value, const HyperParameter& hp) { return value.is_null() ? hp.default_value() : value; }

}  // namespace

std::int64_t HyperParameters::Int(const std::string& name, std::int64_t min_value, std::int64_t max_value,
                                  const IntOptions& options) {
  const HyperParameter hp = range(Kind::Int, name, min_value, max_value, options);
  return or_default(declare(hp), hp).as_int();
}

double HyperParameters::Float(const std::string& name, double min_value, double max_value,
                              const FloatOptions& options) {
  const HyperParameter hp = range(Kind::Float, name, min_value, max_value, options);
  return or_default(declare(hp), hp).as_double();
}

Value HyperParameters::ChoiceOf(const std::string& name, const List& values, const ChoiceOptions& options) {
  const HyperParameter hp = choice(name, values, options);
  return or_default(declare(hp), hp);
}

std::string HyperParameters::Choice(const std::string& name, std::initializer_list<const char*> values,
                                    const ChoiceOptions& options) {
  return ChoiceOf(name, List(values.begin(), values.end()), options).as_string();
}
std::int64_t HyperParameters::Choice(const std::string& name, std::initializer_list<int> values,
                                     const ChoiceOptions& options) {
  return ChoiceOf(name, List(values.begin(), values.end()), options).as_int();
}
double HyperParameters::Choice(const std::string& name, std::initializer_list<double> values,
                               const ChoiceOptions& options) {
  return ChoiceOf(name, List(values.begin(), values.end()), options).as_double();
}

bool HyperParameters::Boolean(const std::string& name, bool default_value, const ChoiceOptions& parent) {
  const HyperParameter hp{.kind = Kind::Boolean,
                          .name = name,
                          .values = {false, true},
                          .default_given = default_value,
                          .conditions = parents(parent)};
  return or_default(declare(hp), hp).as_bool();
}

Value HyperParameters::Fixed(const std::string& name, const Value& value, const ChoiceOptions& parent) {
  const HyperParameter hp{.kind = Kind::Fixed, .name = name, .values = {value}, .conditions = parents(parent)};
  return or_default(declare(hp), hp);
}

Value HyperParameters::declare(HyperParameter hp) {
  hp.check_and_complete();
  hp.name = full_name(hp.name);
  const bool scoped = !hp.conditions.empty();  // by parent_name, like a scope of its own
  if (scoped) enter_condition(hp.conditions[0].name, hp.conditions[0].values);
  hp.conditions = conditions_;
  if (scoped) leave_condition();
  if (!has(hp)) merge({hp});
  if (!is_active(hp)) return {};
  if (!values_.contains(hp.name)) values_.set(hp.name, hp.default_value());  // a parent was given another value
  return values_.at(hp.name);
}

HyperParameters::Scope HyperParameters::conditional_scope(const std::string& parent_name, List parent_values) {
  enter_condition(parent_name, std::move(parent_values));
  return Scope(*this, true);
}

HyperParameters::Scope HyperParameters::name_scope(const std::string& name) {
  enter_name(name);
  return Scope(*this, false);
}

void HyperParameters::enter_condition(const std::string& parent_name, List parent_values) {
  const std::string parent = full_name(parent_name);
  std::vector<std::string> names;
  for (const HyperParameter& each : space_) names.push_back(each.name);
  check(std::find(names.begin(), names.end(), parent) != names.end(), "[conditional_scope] the hyper-parameter \"",
        parent, "\" is not defined; ask for it before what depends on it", did_you_mean(parent, names));
  check(!parent_values.empty(), "[conditional_scope] expected values of \"", parent, "\", received none");
  conditions_.push_back({parent, std::move(parent_values)});
  auto& scopes = holds(conditions_) ? active_scopes_ : inactive_scopes_;
  if (std::find(scopes.begin(), scopes.end(), conditions_) == scopes.end()) scopes.push_back(conditions_);
}

void HyperParameters::leave_condition() { conditions_.pop_back(); }

void HyperParameters::forget_scopes() {
  active_scopes_.clear();
  inactive_scopes_.clear();
}

Value HyperParameters::get(const std::string& name) const {
  const std::string full = full_name(name);
  if (const Value* value = values_.find(full)) return *value;
  std::vector<std::string> names;
  for (const HyperParameter& each : space_) names.push_back(each.name);
  check(std::find(names.begin(), names.end(), full) == names.end(), "[HyperParameters] ", full,
        " is currently inactive: the values that its parents have do not ask for it");
  fail("[HyperParameters] ", full, " does not exist", did_you_mean(full, names));
}

bool HyperParameters::contains(const std::string& name) const { return values_.contains(full_name(name)); }

bool HyperParameters::is_active(const HyperParameter& hp) const { return holds(hp.conditions); }

bool HyperParameters::is_active(const std::string& name) const {
  return std::any_of(space_.begin(), space_.end(),
                     [&](const HyperParameter& hp) { return hp.name == name && is_active(hp); });
}

bool HyperParameters::holds(const std::vector<Condition>& conditions) const {
  return std::all_of(conditions.begin(), conditions.end(), [&](const Condition& condition) {
    const Value* value = values_.find(condition.name);
    return value != nullptr && std::any_of(condition.values.begin(), condition.values.end(),
                                           [&](const Value& each) { return same_value(each, *value); });
  });
}

bool HyperParameters::has(const HyperParameter& hp) const {
  return std::any_of(space_.begin(), space_.end(), [&](const HyperParameter& each) {
    return each.name == hp.name && each.conditions == hp.conditions;
  });
}

void HyperParameters::merge(const std::vector<HyperParameter>& others) {
  for (const HyperParameter& hp : others) {
    if (has(hp)) continue;
    space_.push_back(hp);
    if (is_active(hp) && !values_.contains(hp.name)) values_.set(hp.name, hp.default_value());
  }
}

void HyperParameters::ensure_active_values() {
  for (const HyperParameter& hp : space_)
    if (is_active(hp) && !values_.contains(hp.name)) values_.set(hp.name, hp.default_value());
  for (const HyperParameter& hp : space_)
    if (!is_active(hp.name)) values_.erase(hp.name);
}

std::string HyperParameters::full_name(const std::string& name) const {
  std::string full;
  for (const std::string& scope : name_scopes_) full += scope + "/";
  return full + name;
}

Config HyperParameters::config() const {
  List space;
  for (const HyperParameter& hp : space_) space.push_back(object_config(to_string(hp.kind), hp.config()));
  return {{"space", space}, {"values", values_}};
}

HyperParameters HyperParameters::from_config(const Config& config) {
  HyperParameters result;
  for (const Value& each : config.at("space").as_list())
    result.space_.push_back(HyperParameter::from_config(each.as_config()));
  result.values_ = config.at("values").as_config();
  return result;
}

}  // namespace linnet
