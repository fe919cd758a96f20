#include "linnet/tuning/hyper_parameter.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <iterator>

namespace linnet {

namespace {

using Kind = HyperParameterKind;

bool is_range(const HyperParameter& hp) { return hp.kind == Kind::Int || hp.kind == Kind::Float; }

/// Which of n equal parts of [0, 1) holds p.
std::size_t index_at(double p, std::size_t n) {
  const auto index = static_cast<std::size_t>(std::floor(std::clamp(p, 0.0, 1.0) * static_cast<double>(n)));
  return std::min(index, n - 1);
}
double middle_of(double index, std::size_t n) { return (index + 0.5) / static_cast<double>(n); }

/// A range as numbers.
struct Range {
  double min, max, step;
  const std::string& sampling;

  explicit Range(const HyperParameter& hp)
      : min(hp.min_value.as_double()),
        max(hp.max_value.as_double()),
        step(hp.step.is_null() ? 0 : hp.step.as_double()),
        sampling(hp.sampling) {}

  double at(double p, double end) const {
    if (sampling == "linear") return min + p * (end - min);
    if (sampling == "log") return min * std::pow(end / min, p);
    return end + min - min * std::pow(end / min, 1 - p);
  }
  double probability(double value, double end) const {
    if (end == min) return 0.5;
    if (sampling == "linear") return (value - min) / (end - min);
    if (sampling == "log") return std::log(value / min) / std::log(end / min);
    return 1 - std::log((end + min - value) / min) / std::log(end / min);
  }

  // 1e-8: 0.3 / 0.1 is a little less than 3.
  std::size_t count() const {
    const double steps = sampling == "linear" ? (max - min) / step : std::log(max / min) / std::log(step);
    return static_cast<std::size_t>(std::floor(steps + 1e-8)) + 1;
  }
  double at_index(std::size_t index) const {
    const auto i = static_cast<double>(index);
    if (sampling == "linear") return min + i * step;
    if (sampling == "log") return min * std::pow(step, i);
    return max + min - min * std::pow(step, i);
  }
  double index_of(double value) const {
    if (sampling == "linear") return std::floor((value - min) / step + 1e-8);
    if (sampling == "log") return std::log(value / min) / std::log(step);
    return std::log((max + min - value) / min) / std::log(step);
  }
};

/// 0.3 rather than 3 * 0.1, which is a little more: the number of 15 digits next to it.
double rounded(double x) {
  char text[32];
  const auto [end, error] = std::to_chars(text, std::end(text), x, std::chars_format::general, 15);
  std::from_chars(text, end, x);
  return x;
}

/// A number as the hyper-parameter has it. 1e-8: pow() may end a little below the whole number.
Value number(const HyperParameter& hp, double x) {
  if (hp.kind == Kind::Float) return std::clamp(rounded(x), hp.min_value.as_double(), hp.max_value.as_double());
  return static_cast<std::int64_t>(std::floor(x + 1e-8));
}

std::string who(const HyperParameter& hp) { return concat("[", to_string(hp.kind), " \"", hp.name, "\"] "); }

void check_range(HyperParameter& hp) {
  const std::string me = who(hp);
  for (const auto& [value, name] :
       {std::pair(&hp.min_value, "min_value"), std::pair(&hp.max_value, "max_value"), std::pair(&hp.step, "step")}) {
    if (name == std::string_view("step") && value->is_null()) continue;
    check(value->is_number() && std::isfinite(value->as_double()), me, "expected a finite number for ", name,
          ", received ", *value);
    check(hp.kind == Kind::Float || value->as_double() == std::floor(value->as_double()), me, name,
          " must be an int, received ", *value);
    *value = hp.kind == Kind::Int ? Value(value->as_int()) : Value(value->as_double());
  }
  if (hp.kind == Kind::Int && hp.step.is_null() && hp.sampling == "linear") hp.step = 1;
  const double min = hp.min_value.as_double();
  check(min <= hp.max_value.as_double(), me, "min_value ", hp.min_value, " is greater than the max_value ",
        hp.max_value);
  check(hp.sampling == "linear" || hp.sampling == "log" || hp.sampling == "reverse_log", me,
        "sampling must be one of \"linear\", \"log\", \"reverse_log\", received \"", hp.sampling, "\"");
  if (hp.sampling == "linear") {
    check(hp.step.is_null() || hp.step.as_double() > 0, me, "expected step > 0, received ", hp.step);
    return;
  }
  check(min > 0, me, "sampling=\"", hp.sampling, "\" does not support negative values, found min_value: ", hp.min_value,
        "; take linear sampling, or a min_value above 0");
  check(hp.step.is_null() || hp.step.as_double() > 1, me, "expected step > 1 with sampling=\"", hp.sampling,
        "\", received step=", hp.step, ": it is what one value is multiplied with to get the next");
}

void check_choice(HyperParameter& hp) {
  const std::string me = who(hp);
  check(!hp.values.empty(), me, "`values` must be provided, received none");
  const auto type = [](const Value& v) { return v.is_bool() ? 0 : v.is_int() ? 1 : v.is_number() ? 2 : 3; };
  for (const Value& value : hp.values) {
    check(value.is_bool() || value.is_number() || value.is_string(), me,
          "a Choice can contain only int, float, str, or bool, found ", Value(hp.values));
    check(type(value) == type(hp.values[0]), me, "a Choice can contain only one type of value, found ",
          Value(hp.values));
  }
  check(!hp.ordered || hp.values[0].is_number(), me, "`ordered` must be False for non-numeric types");
}

}  // namespace

const char* to_string(HyperParameterKind kind) {
  switch (kind) {
    case Kind::Int: return "Int";
    case Kind::Float: return "Float";
    case Kind::Choice: return "Choice";
    case Kind::Boolean: return "Boolean";
    default: return "Fixed";
  }
}

bool same_value(const Value& a, const Value& b) {
  return a.is_number() && b.is_number() ? a.as_double() == b.as_double() : a == b;
}

void HyperParameter::check_and_complete() {
  check(!name.empty(), "[HyperParameters] expected a name, received an empty one");
  if (is_range(*this)) check_range(*this);
  if (kind == Kind::Choice) check_choice(*this);
  if (kind == Kind::Boolean) values = {false, true};
  if (kind == Kind::Fixed)
    check(values.size() == 1 && (values[0].is_bool() || values[0].is_number() || values[0].is_string()), who(*this),
          "`Fixed` value must be an int, float, str, or bool, received ", Value(values));
  if (default_given.is_null()) return;
  if (kind == Kind::Choice)
    check(allows(default_given), who(*this),
          "the default value should be one of the choices, received values=", Value(values),
          ", default=", default_given);
  check(allows(default_given), who(*this), "expected a default that it can have, received ", default_given);
}

Value HyperParameter::default_value() const {
  if (!default_given.is_null()) return default_given;
  return is_range(*this) ? min_value : values.front();
}

Value HyperParameter::value_at(double probability) const {
  if (!is_range(*this)) return values[index_at(probability, values.size())];
  const Range range(*this);
  if (!step.is_null()) return number(*this, range.at_index(index_at(probability, range.count())));
  if (kind == Kind::Float) return number(*this, range.at(probability, range.max));
  // one more, so that the last number has its share as well
  const Value drawn = number(*this, range.at(probability, range.max + 1));
  return std::clamp(drawn.as_int(), min_value.as_int(), max_value.as_int());
}

double HyperParameter::probability_of(const Value& value) const {
  if (!is_range(*this)) {
    const auto it = std::find_if(values.begin(), values.end(), [&](const Value& v) { return same_value(v, value); });
    check(it != values.end(), who(*this), "expected one of ", Value(values), ", received ", value);
    return middle_of(static_cast<double>(it - values.begin()), values.size());
  }
  const Range range(*this);
  if (!step.is_null()) return middle_of(range.index_of(value.as_double()), range.count());
  return kind == Kind::Float ? range.probability(value.as_double(), range.max)
                             : range.probability(value.as_double() + 0.5, range.max + 1);
}

List HyperParameter::all_values() const {
  if (!is_range(*this)) return values;
  List all;
  const Range range(*this);
  const std::size_t count = step.is_null() ? 10 : range.count();
  for (std::size_t i = 0; i < count; ++i) {
    Value next = step.is_null() ? value_at(0.1 * static_cast<double>(i) + 0.05) : number(*this, range.at_index(i));
    if (all.empty() || !same_value(all.back(), next)) all.push_back(std::move(next));
  }
  if (!step.is_null() && sampling == "reverse_log") std::reverse(all.begin(), all.end());
  return all;
}

bool HyperParameter::allows(const Value& value) const {
  if (!is_range(*this))
    return std::any_of(values.begin(), values.end(), [&](const Value& v) { return same_value(v, value); });
  if (!value.is_number()) return false;
  const double x = value.as_double();
  return x >= min_value.as_double() && x <= max_value.as_double() && (kind == Kind::Float || x == std::floor(x));
}

Config HyperParameter::config() const {
  List when;
  for (const Condition& each : conditions)
    when.push_back(object_config("Parent", {{"name", each.name}, {"values", each.values}}));
  if (kind == Kind::Fixed) return {{"name", name}, {"conditions", when}, {"value", values.front()}};
  Config config{{"name", name},
                {"default", kind == Kind::Int ? default_given : default_value()},  // as KerasTuner does
                {"conditions", when}};
  if (is_range(*this)) {
    config.set("min_value", min_value);
    config.set("max_value", max_value);
    config.set("step", step);
    config.set("sampling", sampling);
  } else if (kind == Kind::Choice) {
    config.set("values", values);
    config.set("ordered", ordered);
  }
  return config;
}

HyperParameter HyperParameter::from_config(const Config& object) {
  const std::string& kind_name = object.at("class_name").as_string();
  const Config& config = object.at("config").as_config();
  HyperParameter hp;
  const Kind kinds[] = {Kind::Int, Kind::Float, Kind::Choice, Kind::Boolean, Kind::Fixed};
  const auto* found =
      std::find_if(std::begin(kinds), std::end(kinds), [&](Kind k) { return kind_name == to_string(k); });
  check(found != std::end(kinds), "[HyperParameters] unknown class \"", kind_name, "\"");
  hp.kind = *found;
  hp.name = config.at("name").as_string();
  for (const Value& each : config.at("conditions").as_list()) {
    const Config& parent = each.as_config().at("config").as_config();
    hp.conditions.push_back({parent.at("name").as_string(), parent.at("values").as_list()});
  }
  if (const Value* given = config.find("default")) hp.default_given = *given;
  if (hp.kind == Kind::Fixed) hp.values = {config.at("value")};
  if (hp.kind == Kind::Choice) {
    hp.values = config.at("values").as_list();
    hp.ordered = config.at("ordered").as_bool();
  }
  if (is_range(hp)) {
    hp.min_value = config.at("min_value");
    hp.max_value = config.at("max_value");
    hp.step = config.at("step");
    hp.sampling = config.at("sampling").as_string();
  }
  hp.check_and_complete();
  return hp;
}

}  // namespace linnet
