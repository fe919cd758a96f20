#include "case.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>

namespace golden {

// ---- Fields

const Value* Fields::find(std::string_view key) const {
  seen_.emplace(key);
  return config_->find(key);
}

const Value& Fields::at(std::string_view key) const {
  seen_.emplace(key);
  return config_->at(key);
}

bool Fields::has(std::string_view key) const {
  const Value* value = find(key);
  return value != nullptr && !value->is_null();
}

std::string Fields::text(std::string_view key, std::string otherwise) const {
  return has(key) ? at(key).as_string() : otherwise;
}

bool Fields::flag(std::string_view key, bool otherwise) const { return has(key) ? at(key).as_bool() : otherwise; }

double Fields::number(std::string_view key, double otherwise) const {
  return has(key) ? at(key).as_double() : otherwise;
}

void Fields::ignore(std::initializer_list<std::string_view> keys) const {
  for (std::string_view key : keys) seen_.emplace(key);
}

void Fields::done() const {
  for (const auto& [key, value] : config_->entries())
    if (!seen_.contains(key) && !value.is_null())
      throw Unsupported(concat("the field \"", key, "\" of ", where_, " (", value, ")"));
}

// ---- Case

Case::Case(const Config& config, const TensorFile& tensors, std::string folder)
    : Fields(config, "the case"), id_(config.at("id").as_string()), folder_(std::move(folder)), tensors_(&tensors) {
  ignore({"id", "kind", "note", "sensitivity"});
}

Tolerance Case::tolerance() const {
  const Config& config = at("tolerance").as_config();
  return {config.at("rtol").as_double(), config.at("atol").as_double()};
}

Tensor Case::tensor(const std::string& name) const {
  const Tensor* found = tensors_->find(name);
  if (found == nullptr) throw std::runtime_error("the safetensors file has no tensor \"" + name + "\"");
  return found->clone();
}

Tensors Case::tensors(std::string_view key) const {
  const Value* names = find(key);
  return names == nullptr || names->is_null() ? Tensors() : listed(*names);
}

Tensors Case::listed(const Value& names) const {
  Tensors result;
  for (const Value& name : names.as_list()) result.push_back(name.is_null() ? Tensor() : tensor(name));
  return result;
}

namespace {

/// Position of element `flat` of a row-major tensor, as "[1, 2]".
std::string position_text(const Shape& shape, std::int64_t flat) {
  std::string text;
  for (int axis = shape.rank() - 1; axis >= 0; --axis) {
    text = std::to_string(flat % shape[axis]) + (text.empty() ? "" : ", ") + text;
    flat /= shape[axis];
  }
  return "[" + text + "]";
}

/// 0 for equal numbers (also infinities and NaN), infinity where no distance can be told.
double distance(double got, double want) {
  if (got == want || (std::isnan(got) && std::isnan(want))) return 0;
  const double error = std::abs(got - want);
  return std::isfinite(error) ? error : std::numeric_limits<double>::infinity();
}

double allowed(double want, const Tolerance& tolerance) {
  return std::isfinite(want) ? tolerance.atol + tolerance.rtol * std::abs(want) : 0;
}

std::string error_text(double error, double limit, double got, double want) {
  char text[160];
  std::snprintf(text, sizeof text, "error %.3g, allowed %.3g (got %.9g, want %.9g)", error, limit, got, want);
  return text;
}

}  // namespace

void Case::add_mistake(double severity, std::string message) { mistakes_.emplace_back(severity, std::move(message)); }

void Case::compare(const std::string& what, double got, double want, const Tolerance& tolerance) {
  const double error = distance(got, want), limit = allowed(want, tolerance);
  if (error > limit) add_mistake(error / limit, what + ": " + error_text(error, limit, got, want));
}

void Case::compare(const std::string& what, const Tensor& got, const Tensor& want, const Tolerance& tolerance) {
  const double infinity = std::numeric_limits<double>::infinity();
  if (!want.defined()) throw std::runtime_error("no reference value for " + what);
  if (!got.defined()) return add_mistake(infinity, what + ": nothing there, expected shape " + to_string(want.shape()));
  if (got.shape() != want.shape())
    return add_mistake(infinity, concat(what, ": shape ", got.shape(), ", expected ", want.shape()));
  if (is_floating(got.dtype()) != is_floating(want.dtype()))
    return add_mistake(infinity, concat(what, ": dtype ", got.dtype(), ", expected ", want.dtype()));
  const std::vector<double> a = got.to_vector<double>(), b = want.to_vector<double>();
  double worst_ratio = 0;
  std::size_t worst_index = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const double error = distance(a[i], b[i]), limit = allowed(b[i], tolerance);
    if (error > limit && error / limit > worst_ratio) {
      worst_ratio = error / limit;
      worst_index = i;
    }
  }
  if (worst_ratio == 0) return;
  const double x = a[worst_index], y = b[worst_index];
  add_mistake(worst_ratio, concat(what, position_text(want.shape(), static_cast<std::int64_t>(worst_index)), ": ",
                                  error_text(distance(x, y), allowed(y, tolerance), x, y)));
}

void Case::compare(const std::string& what, const Tensors& got, const Tensors& want) {
  expect(got.size() == want.size(), concat(what, ": ", got.size(), " tensors, expected ", want.size()));
  for (std::size_t i = 0; i < std::min(got.size(), want.size()); ++i)
    compare(what + " " + std::to_string(i), got[i], want[i]);
}

namespace {
/// Printable, on one line.
std::string escape(std::string_view text) {
  std::string result;
  for (char c : text) {
    if (c == '\n')
      result += "\\n";
    else if (c == '\r')
      result += "\\r";
    else if (c == '\b')
      result += "\\b";
    else if (c == '\x1b')
      result += "\\e";
    else
      result += c;
  }
  return result;
}

/// `text` around byte `at`, not cut inside a UTF-8 sequence.
std::string excerpt(const std::string& text, std::size_t at) {
  auto continues = [&](std::size_t i) {
    return i < text.size() && (static_cast<unsigned char>(text[i]) & 0xc0) == 0x80;
  };
  std::size_t first = at > 30 ? at - 30 : 0, last = std::min(text.size(), at + 40);
  while (first > 0 && continues(first)) --first;
  while (continues(last)) ++last;
  return escape(std::string_view(text).substr(first, last - first));
}
}  // namespace

void Case::compare_text(const std::string& what, const std::string& got, const std::string& want) {
  if (got == want) return;
  std::size_t at = 0;
  while (at < got.size() && at < want.size() && got[at] == want[at]) ++at;
  add_mistake(
      std::numeric_limits<double>::infinity(),
      concat(what, " differs at byte ", at, ": got \"", excerpt(got, at), "\", want \"", excerpt(want, at), "\""));
}

void Case::compare_text(const std::string& what, const std::vector<std::string>& got, const Value& want) {
  const List& list = want.as_list();
  expect(got.size() == list.size(), concat(what, ": ", got.size(), " texts, expected ", list.size()));
  for (std::size_t i = 0; i < std::min(got.size(), list.size()); ++i)
    compare_text(what + " " + std::to_string(i), got[i], list[i].as_string());
}

void Case::expect(bool ok, const std::string& message) {
  if (!ok) add_mistake(std::numeric_limits<double>::infinity(), message);
}

std::string Case::worst() const {
  auto smaller = [](const auto& a, const auto& b) { return a.first < b.first; };
  const auto worst = std::max_element(mistakes_.begin(), mistakes_.end(), smaller);
  const std::size_t others = mistakes_.size() - 1;
  return worst->second + (others == 0 ? "" : " (and " + std::to_string(others) + " more)");
}

bool says_unsupported(std::string_view message) {
  auto has = [&](std::string_view part) { return message.find(part) != std::string_view::npos; };
  return has("does not support") || has("] unknown ") || has("unknown layer class");
}

}  // namespace golden
