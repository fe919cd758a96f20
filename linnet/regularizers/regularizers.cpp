#include "linnet/regularizers/regularizers.h"

#include <cmath>

#include "linnet/base/class_table.h"
#include "linnet/ops/elementwise.h"
#include "linnet/ops/matmul.h"
#include "linnet/ops/reduce.h"
#include "linnet/ops/shape.h"
#include "linnet/regularizers/registry.h"

namespace linnet {

template <class Visitor>
void fields(Visitor& visit, L1L2Options& o) {
  visit("l1", o.l1);
  visit("l2", o.l2);
}
template <class Visitor>
void fields(Visitor& visit, OrthogonalRegularizerOptions& o) {
  visit("factor", o.factor);
  visit("mode", o.mode);
}

namespace {
void check_factor(const char* who, const char* key, double value) {
  check(std::isfinite(value) && value >= 0, "[", who, "] expected ", key, " >= 0, received ", value);
}
}  // namespace

L1L2::L1L2(Options options) : options_(options) {
  check_factor("L1L2", "l1", options_.l1);
  check_factor("L1L2", "l2", options_.l2);
}

Tensor L1L2::operator()(const Tensor& x) const {
  if (options_.l1 == 0) return options_.l2 * sum(square(x));
  const Tensor absolute = options_.l1 * sum(abs(x));
  return options_.l2 == 0 ? absolute : absolute + options_.l2 * sum(square(x));
}

Config L1L2::config() const { return write_config(options_); }

OrthogonalRegularizer::OrthogonalRegularizer(Options options) : options_(std::move(options)) {
  check_factor("OrthogonalRegularizer", "factor", options_.factor);
  check(options_.mode == "rows" || options_.mode == "columns",
        "[OrthogonalRegularizer] expected mode \"rows\" or \"columns\", received \"", options_.mode, "\"");
}

Tensor OrthogonalRegularizer::operator()(const Tensor& x) const {
  check(x.rank() == 2, "[OrthogonalRegularizer] expected a matrix, received shape ", x.shape());
  const Tensor rows = options_.mode == "rows" ? x : transpose(x);
  const Tensor unit = rows * rsqrt(maximum(sum(square(rows), -1, true), 1e-12));
  const std::int64_t n = rows.shape()[0];
  const Tensor cosines = matmul(unit, transpose(unit)) * (1.0 - eye(n, n, x.dtype()));
  const double pairs = std::max(1.0, static_cast<double>(n * (n - 1)) / 2);
  return options_.factor * 0.5 * sum(abs(cosines)) / pairs;
}

Config OrthogonalRegularizer::config() const { return write_config(options_); }

namespace {
/// None is the default, as in Keras.
template <class T, const char* key>
std::shared_ptr<Regularizer> create_from_number(const Config& config) {
  check_keys(config, T().class_name(), {key});
  const Value* value = config.find(key);
  return value == nullptr || value->is_null() ? std::make_shared<T>() : std::make_shared<T>(value->as_double());
}
std::shared_ptr<Regularizer> create_l1_l2(const Config& config) {
  Config given = config;
  for (const char* key : {"l1", "l2"})
    if (const Value* value = config.find(key); value != nullptr && value->is_null()) given.erase(key);
  L1L2Options options;
  read_config(given, options, "L1L2");
  return std::make_shared<L1L2>(options);
}
constexpr char l1_key[] = "l1", l2_key[] = "l2";

ClassTable<Regularizer>& table() {
  static ClassTable<Regularizer> classes(
      "regularizer", {
                         {"L1", create_from_number<L1, l1_key>},
                         {"L2", create_from_number<L2, l2_key>},
                         {"L1L2", create_l1_l2},
                         class_entry<Regularizer, OrthogonalRegularizer>("OrthogonalRegularizer", {"orthogonal"}),
                     });
  return classes;
}
}  // namespace

void register_regularizer(const std::string& class_name, RegularizerFactory factory) {
  table().add(class_name, std::move(factory));
}
std::shared_ptr<Regularizer> Regularizer::get(std::string_view name) {
  // Keras: the name "l1_l2" means both penalties at 0.01.
  if (name == "l1_l2") return std::make_shared<L1L2>(L1L2Options{.l1 = 0.01, .l2 = 0.01});
  return table().create(name);
}
std::shared_ptr<Regularizer> Regularizer::from_config(const Value& value) {
  return value.is_string() ? get(value.as_string()) : table().from_config(value);
}

Value to_value(const AnyRegularizer& regularizer) {
  return regularizer ? Value(object_config(regularizer->class_name(), regularizer->config())) : Value();
}
void from_value(const Value& value, AnyRegularizer& regularizer) {
  regularizer = value.is_null() ? AnyRegularizer() : AnyRegularizer(Regularizer::from_config(value));
}

template class Handle<Regularizer>;

}  // namespace linnet
