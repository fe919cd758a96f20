#include <algorithm>
#include <cmath>

#include "linnet/ops/elementwise.h"
#include "linnet/ops/reduce.h"
#include "op_checks.h"

namespace linnet::testing {
namespace {

using Unary = Tensor (*)(const Tensor&);
using Binary = Tensor (*)(const Tensor&, const Tensor&);

OpCheck unary(std::string name, Unary op, double (*f)(double), double low = -2, double high = 2) {
  OpCheck check{.name = std::move(name),
                .op = [op](const Tensors& x) { return op(x[0]); },
                .reference = elementwise(f),
                .cases = unary_cases(),
                .low = low,
                .high = high};
  return check;
}

OpCheck predicate(std::string name, Unary op, double (*f)(double)) {
  OpCheck check = unary(std::move(name), op, f);
  check.dtypes = {float32, float64, bfloat16, int32, uint8, boolean};
  check.low = 0;
  check.result_dtype = always_bool;
  check.differentiable = false;
  return check;
}

// `named` names the op in messages.
OpCheck binary(const std::string& name, Binary op, double (*f)(double, double), double low = -2, double high = 2,
               const std::string& named = "") {
  OpCheck check{.name = name,
                .op = [op](const Tensors& x) { return op(x[0], x[1]); },
                .reference = elementwise(f),
                .cases = binary_cases(),
                .low = low,
                .high = high};
  const std::string message =
      concat("[", named.empty() ? name : named, "] expected shapes that broadcast together, received (2, 3) and (2,)");
  check.errors = {{[op] { op(ones({2, 3}), ones({2})); }, message}};
  return check;
}

OpCheck comparison(const std::string& name, Binary op, double (*f)(double, double)) {
  OpCheck check = binary(name, op, f, 0, 3);
  check.dtypes = {float32, float64, bfloat16, int32, int64, uint8, boolean};
  check.result_dtype = always_bool;
  check.differentiable = false;
  return check;
}

double python_mod(double a, double b) { return a - b * std::floor(a / b); }

std::vector<OpCheck> with_numbers() {  // x op 1.5 and 1.5 op x
  std::vector<OpCheck> checks;
  const auto both = [&](const std::string& name, auto right, auto left, double (*f)(double), double (*g)(double),
                        double low = 0.5) {
    for (bool first : {true, false})
      checks.push_back({.name = name,
                        .op = [=](const Tensors& x) { return first ? right(x[0]) : left(x[0]); },
                        .reference = elementwise(first ? f : g),
                        .cases = {{{}}, {{5}}, {{3, 4}}, {{0, 2}}},
                        .low = low,
                        .high = 1.4});
  };
#define LINNET_BOTH(name, text, f)                                                                      \
  both(                                                                                                 \
      text, [](const Tensor& x) { return name(x, 1.5); }, [](const Tensor& x) { return name(1.5, x); }, \
      [](double x) {                                                                                    \
        const double y = 1.5;                                                                           \
        return f;                                                                                       \
      },                                                                                                \
      [](double y) {                                                                                    \
        const double x = 1.5;                                                                           \
        return f;                                                                                       \
      });
  LINNET_BOTH(add, "add", x + y)
  LINNET_BOTH(subtract, "subtract", x - y)
  LINNET_BOTH(multiply, "multiply", x * y)
  LINNET_BOTH(divide, "divide", x / y)
  LINNET_BOTH(operator+, "operator+", x + y)
  LINNET_BOTH(operator-, "operator-", x - y)
  LINNET_BOTH(operator*, "operator*", x * y)
  LINNET_BOTH(operator/, "operator/", x / y)
  LINNET_BOTH(power, "power", std::pow(x, y))
  LINNET_BOTH(maximum, "maximum", std::max(x, y))
  LINNET_BOTH(minimum, "minimum", std::min(x, y))
#undef LINNET_BOTH
  return checks;
}

std::vector<OpCheck> binaries() {
  std::vector<OpCheck> checks = {
      binary("add", add, [](double a, double b) { return a + b; }),
      binary("subtract", subtract, [](double a, double b) { return a - b; }),
      binary("multiply", multiply, [](double a, double b) { return a * b; }),
      binary(
          "divide", divide, [](double a, double b) { return a / b; }, 0.5),
      binary(
          "operator+", operator+, [](double a, double b) { return a + b; }, -2, 2, "add"),
      binary(
          "operator-", [](const Tensor& a, const Tensor& b) { return a - b; }, [](double a, double b) { return a - b; },
          -2, 2, "subtract"),
      binary(
          "operator*", operator*, [](double a, double b) { return a * b; }, -2, 2, "multiply"),
      binary(
          "operator/", operator/, [](double a, double b) { return a / b; }, 0.5, 2, "divide"),
      binary(
          "power", power, [](double a, double b) { return std::pow(a, b); }, 0.5),
      binary("maximum", maximum, [](double a, double b) { return std::max(a, b); }),
      binary("minimum", minimum, [](double a, double b) { return std::min(a, b); }),
      binary(
          "atan2", atan2, [](double a, double b) { return std::atan2(a, b); }, 0.2),
      binary("mod", mod, python_mod, 2, 3.9),
  };
  OpCheck negative_mod = binary(
      "mod", [](const Tensor& a, const Tensor& b) { return mod(-a, b); },
      [](double a, double b) { return python_mod(-a, b); }, 2, 3.9);
  checks.push_back(std::move(negative_mod));
  OpCheck floor_division = binary(
      "floor_divide", floor_divide, [](double a, double b) { return std::floor(a / b); }, 1, 9);
  floor_division.differentiable = false;
  floor_division.dtypes = {float32, float64, int32, int64, uint8};
  checks.push_back(std::move(floor_division));
  for (auto [name, op, f] :
       {std::tuple{"add", static_cast<Binary>(add), +[](double a, double b) { return a + b; }},
        std::tuple{"multiply", static_cast<Binary>(multiply), +[](double a, double b) { return a * b; }},
        std::tuple{"maximum", static_cast<Binary>(maximum), +[](double a, double b) { return std::max(a, b); }},
        std::tuple{"power", static_cast<Binary>(power), +[](double a, double b) { return std::pow(a, b); }},
        std::tuple{"mod", static_cast<Binary>(mod), +python_mod}}) {
    OpCheck integers = binary(name, op, f, 1, 4);
    integers.dtypes = {int32, int64, uint8};
    integers.differentiable = false;
    checks.push_back(std::move(integers));
  }
  return checks;
}

// Integers keep their dtype, or become float32 under real functions.
std::vector<OpCheck> unary_of_integers() {
  const auto identity = [](double x) { return x; };
  std::vector<OpCheck> checks = {
      unary(
          "negative", negative, [](double x) { return -x; }, -4, 4),
      unary(
          "abs", abs, [](double x) { return std::abs(x); }, -4, 4),
      unary(
          "sign", sign, [](double x) { return x > 0   ? 1.0
                                              : x < 0 ? -1.0
                                                      : 0.0; }, -4, 4),
      unary(
          "square", square, [](double x) { return x * x; }, -4, 4),
      unary("floor", floor, identity, -4, 4),
      unary("ceil", ceil, identity, -4, 4),
      unary("round", round, identity, -4, 4),
      unary(
          "clip", [](const Tensor& x) { return clip(x, -1, 2); }, [](double x) { return std::clamp(x, -1.0, 2.0); }, -4,
          4),
  };
  for (OpCheck& check : checks) check.dtypes = {int32, int64};
  for (auto [name, op, f] :
       {std::tuple{"exp", static_cast<Unary>(exp), static_cast<double (*)(double)>(std::exp)},
        std::tuple{"sqrt", static_cast<Unary>(sqrt), static_cast<double (*)(double)>(std::sqrt)},
        std::tuple{"tanh", static_cast<Unary>(tanh), static_cast<double (*)(double)>(std::tanh)}}) {
    OpCheck check = unary(name, op, f, 0, 4);
    check.dtypes = {int32, int64, uint8, boolean};
    check.result_dtype = [](DType) { return float32; };
    checks.push_back(std::move(check));
  }
  OpCheck quotient = binary(
      "divide", divide, [](double a, double b) { return a / b; }, 1, 9);
  quotient.dtypes = {int32, int64, uint8};
  quotient.result_dtype = [](DType) { return float32; };
  checks.push_back(std::move(quotient));
  for (OpCheck& check : checks) check.differentiable = false;
  return checks;
}

std::vector<OpCheck> choices() {
  const auto positive = [](double c, double a, double b) { return c > 0 ? a : b; };
  return {
      {.name = "where",
       .op = [](const Tensors& x) { return where(greater(x[0], 1), x[1], x[2]); },
       .reference = elementwise([](double c, double a, double b) { return c > 1 ? a : b; }),
       .cases = {{{3}, {3}, {3}}, {{2, 1}, {3}, {}}, {{}, {4}, {2, 1}}, {{0}, {0}, {1}}, {{61, 1}, {61, 67}, {67}}},
       .low = 0,
       .high = 2.99,
       .integer_inputs = {0},
       .errors = {{[] { where(ones({2}), ones({3}), ones({3})); }, "[where] expected shapes that broadcast"}}},
      {.name = "where",
       .op = [](const Tensors& x) { return where(x[0], x[1], 3); },
       .reference =
           [positive](const Arrays& x) {
             return make_array(broadcast_shapes(x[0].shape, x[1].shape, "where"),
                               [&](const Shape& i) { return positive(x[0].at(i), x[1].at(i), 3); });
           },
       .cases = {{{3}, {3}}, {{2, 1}, {3}}, {{0}, {1}}},
       .low = 0,
       .integer_inputs = {0}},
      {.name = "where",
       .op = [](const Tensors& x) { return where(x[0], -1, x[1]); },
       .reference =
           [positive](const Arrays& x) {
             return make_array(broadcast_shapes(x[0].shape, x[1].shape, "where"),
                               [&](const Shape& i) { return positive(x[0].at(i), -1, x[1].at(i)); });
           },
       .cases = {{{3}, {3}}, {{2, 1}, {3}}, {{0}, {1}}},
       .low = 0,
       .integer_inputs = {0}},
      {.name = "clip",
       .op = [](const Tensors& x) { return clip(x[0], -0.5, 1); },
       .reference = elementwise([](double x) { return std::min(std::max(x, -0.5), 1.0); }),
       .cases = unary_cases(),
       .errors = {{[] { clip(ones({2}), 2, 1); }, "[clip] expected low <= high, received 2 and 1"}}},
      {.name = "rescale",
       .op = [](const Tensors& x) { return rescale(x[0], 0.25, -1, x[0].dtype()); },
       .reference = elementwise([](double x) { return x * 0.25 - 1; }),
       .cases = unary_cases(),
       .errors = {{[] { rescale(ones({2}), 1, 0, int32); }, "[rescale] expected a floating dtype, received int32"}}},
      {.name = "rescale",
       .op = [](const Tensors& x) { return rescale(x[0], 1.0 / 255); },
       .reference = elementwise([](double x) { return x / 255; }),
       .cases = unary_cases(),
       .low = 0,
       .high = 255.9,
       .dtypes = {uint8, int32, int64},
       .result_dtype = [](DType) { return float32; },
       .differentiable = false}};
}

}  // namespace

std::vector<OpCheck> elementwise_checks() {
  std::vector<OpCheck> checks = {
      unary("negative", negative, [](double x) { return -x; }),
      unary(
          "operator-", [](const Tensor& x) { return -x; }, [](double x) { return -x; }),
      unary("abs", abs, [](double x) { return std::abs(x); }),
      unary("square", square, [](double x) { return x * x; }),
      unary("exp", exp, std::exp),
      unary("expm1", expm1, std::expm1),
      unary("log", log, std::log, 0.2, 4),
      unary("log1p", log1p, std::log1p, -0.5, 4),
      unary("sqrt", sqrt, std::sqrt, 0.2, 4),
      unary(
          "rsqrt", rsqrt, [](double x) { return 1 / std::sqrt(x); }, 0.2, 4),
      unary(
          "reciprocal", reciprocal, [](double x) { return 1 / x; }, 0.2, 4),
      unary("sin", sin, std::sin, -6, 6),
      unary("cos", cos, std::cos, -6, 6),
      unary("tan", tan, std::tan, -1, 1),
      unary("asin", asin, std::asin, -0.9, 0.9),
      unary("acos", acos, std::acos, -0.9, 0.9),
      unary("atan", atan, std::atan, -4, 4),
      unary("sinh", sinh, std::sinh),
      unary("cosh", cosh, std::cosh),
      unary("tanh", tanh, std::tanh, -4, 4),
      unary("erf", erf, std::erf),
      unary("sign", sign, [](double x) { return x > 0   ? 1.0
                                                : x < 0 ? -1.0
                                                        : 0.0; }),
      unary("floor", floor, std::floor),
      unary("ceil", ceil, std::ceil),
      unary("round", round, std::nearbyint),
      predicate("isnan", isnan, [](double x) { return std::isnan(x) ? 1.0 : 0.0; }),
      predicate("isinf", isinf, [](double x) { return std::isinf(x) ? 1.0 : 0.0; }),
      predicate("isfinite", isfinite, [](double x) { return std::isfinite(x) ? 1.0 : 0.0; }),
      predicate("logical_not", logical_not, [](double x) { return x == 0 ? 1.0 : 0.0; }),
      comparison("equal", equal, [](double a, double b) { return a == b ? 1.0 : 0.0; }),
      comparison("not_equal", not_equal, [](double a, double b) { return a != b ? 1.0 : 0.0; }),
      comparison("less", less, [](double a, double b) { return a < b ? 1.0 : 0.0; }),
      comparison("less_equal", less_equal, [](double a, double b) { return a <= b ? 1.0 : 0.0; }),
      comparison("greater", greater, [](double a, double b) { return a > b ? 1.0 : 0.0; }),
      comparison("greater_equal", greater_equal, [](double a, double b) { return a >= b ? 1.0 : 0.0; }),
      comparison("logical_and", logical_and, [](double a, double b) { return a != 0 && b != 0 ? 1.0 : 0.0; }),
      comparison("logical_or", logical_or, [](double a, double b) { return a != 0 || b != 0 ? 1.0 : 0.0; }),
      comparison("logical_xor", logical_xor, [](double a, double b) { return (a != 0) != (b != 0) ? 1.0 : 0.0; }),
  };
  for (auto more : {binaries, with_numbers, unary_of_integers, choices})
    for (OpCheck& check : more()) checks.push_back(std::move(check));
  return checks;
}

}  // namespace linnet::testing
