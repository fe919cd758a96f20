#include "support/check_op.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "linnet/ops/elementwise.h"
#include "linnet/ops/reduce.h"
#include "linnet/ops/shape.h"
#include "linnet/tensor/autograd.h"
#include "linnet/tensor/record.h"

namespace linnet::testing {

// ---- plain arrays

namespace {

std::size_t position_of(const Array& array, const Shape& index) {
  std::int64_t position = 0;
  const int extra = index.rank() - array.shape.rank();
  for (int i = 0; i < array.shape.rank(); ++i)
    position = position * array.shape[i] + (array.shape[i] == 1 ? 0 : index[i + extra]);
  return static_cast<std::size_t>(position);
}

}  // namespace

double Array::at(const Shape& index) const { return values.at(position_of(*this, index)); }
double& Array::at(const Shape& index) { return values.at(position_of(*this, index)); }

Array make_array(const Shape& shape, const std::function<double(const Shape&)>& f) {
  Array result{shape, {}};
  Shape index = Shape::filled(shape.rank(), 0);
  for (std::int64_t count = shape.size(); count > 0; --count) {
    result.values.push_back(f(index));
    for (int i = shape.rank() - 1; i >= 0 && ++index[i] == shape[i]; --i) index[i] = 0;
  }
  return result;
}

Array to_array(const Tensor& x) { return {x.shape(), x.to_vector<double>()}; }

Shape with_axis(Shape index, int axis, std::int64_t position) {
  index.insert(axis, position);
  return index;
}

Reference elementwise(double (*f)(double)) {
  return [f](const Arrays& in) { return make_array(in[0].shape, [&](const Shape& i) { return f(in[0].at(i)); }); };
}
Reference elementwise(double (*f)(double, double)) {
  return [f](const Arrays& in) {
    const Shape shape = broadcast_shapes(in[0].shape, in[1].shape, "reference");
    return make_array(shape, [&](const Shape& i) { return f(in[0].at(i), in[1].at(i)); });
  };
}
Reference elementwise(double (*f)(double, double, double)) {
  return [f](const Arrays& in) {
    const Shape two = broadcast_shapes(in[0].shape, in[1].shape, "reference");
    return make_array(broadcast_shapes(two, in[2].shape, "reference"),
                      [&](const Shape& i) { return f(in[0].at(i), in[1].at(i), in[2].at(i)); });
  };
}

void PrintTo(const OpCheck& check, std::ostream* out) { *out << check.name; }

std::vector<std::vector<Shape>> unary_cases() {
  return {{{}}, {{1}}, {{7}}, {{3, 5}}, {{2, 3, 4}}, {{0}}, {{3, 0, 2}}, {{61, 67}}};
}
std::vector<std::vector<Shape>> binary_cases() {
  return {{{}, {}},     {{7}, {7}},          {{3, 5}, {3, 5}},    {{3, 5}, {5}},        {{3, 1}, {1, 5}},
          {{}, {3, 4}}, {{2, 3, 4}, {3, 1}}, {{4, 1, 3}, {2, 1}}, {{61, 67}, {61, 67}}, {{61, 67}, {67}},
          {{0}, {0}},   {{0, 3}, {3}},       {{2, 1}, {2, 0}}};
}

// ---- the check

namespace {

class Checker {
 public:
  explicit Checker(const OpCheck& check) : check_(check) {}

  void run() {
    check_cases();
    for (const std::vector<Shape>& shapes : check_.cases) {
      std::string text = check_.name + " of";
      for (const Shape& shape : shapes) text += " " + to_string(shape);
      SCOPED_TRACE(text);
      const Tensors inputs = random_inputs(shapes);
      for (DType dtype : check_.dtypes) {
        check_value(inputs, dtype, false);
        check_value(inputs, dtype, true);
      }
      if (check_.differentiable) {
        check_gradients(inputs, false);
        check_gradients(inputs, true);
      }
      if (::testing::Test::HasFailure()) return;  // the first failing case says it all
    }
    check_errors();
  }

 private:
  bool is_integer(std::size_t i) const {
    return std::count(check_.integer_inputs.begin(), check_.integer_inputs.end(), static_cast<int>(i)) > 0;
  }

  void check_cases() const {
    bool empty = false, broadcast = false;
    ASSERT_FALSE(check_.cases.empty());
    for (const std::vector<Shape>& shapes : check_.cases)
      for (const Shape& shape : shapes) {
        empty = empty || shape.size() == 0;
        broadcast = broadcast || shape != shapes[0];
      }
    EXPECT_TRUE(empty || !check_.never_empty.empty()) << check_.name << " has no case with an empty input";
    const bool may_broadcast = check_.cases[0].size() > 1;
    EXPECT_TRUE(!may_broadcast || broadcast || !check_.never_broadcasts.empty())
        << check_.name << " has no case that broadcasts";
  }

  Tensors random_inputs(const std::vector<Shape>& shapes) {
    Tensors inputs;
    std::uniform_real_distribution<double> uniform(check_.low, check_.high);
    for (std::size_t i = 0; i < shapes.size(); ++i) {
      std::vector<double> values(static_cast<std::size_t>(shapes[i].size()));
      for (double& value : values) value = is_integer(i) ? std::floor(uniform(random_)) : uniform(random_);
      inputs.push_back(from_vector(values, shapes[i]));
    }
    return inputs;
  }

  // The same numbers in another memory order, with gaps.
  static Tensor scattered(const Tensor& x) {
    Shape reversed, roomy;
    std::vector<int> order;
    for (int i = x.rank() - 1; i >= 0; --i) {
      reversed.push_back(x.shape()[i]);
      order.push_back(i);
    }
    roomy = reversed;
    for (int i = 0; i < roomy.rank(); ++i) roomy[i] += 1;
    const Tensor room = full(roomy, 7, x.dtype());
    const std::int64_t offset = x.rank() > 0 ? room.strides().back() : 0;
    Tensor y = permute(alias(room, reversed, room.strides(), offset), order).detach();
    y.copy_(x);
    return y;
  }

  Tensors converted(const Tensors& inputs, DType dtype, bool scatter) const {
    Tensors result;
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      const Tensor x = inputs[i].to(is_integer(i) ? int32 : dtype);
      result.push_back(scatter ? scattered(x) : x.clone());
    }
    return result;
  }

  void check_value(const Tensors& doubles, DType dtype, bool scatter) const {
    SCOPED_TRACE(concat("dtype ", dtype, scatter ? ", not contiguous" : ""));
    const Tensors inputs = converted(doubles, dtype, scatter);
    Arrays plain;
    for (const Tensor& x : inputs) plain.push_back(to_array(x));
    const Tensor y = check_.op(inputs);
    const Array expected = check_.reference(plain);
    ASSERT_EQ(y.shape(), expected.shape) << to_string(y.shape()) << " but expected " << to_string(expected.shape);
    EXPECT_EQ(y.dtype(), check_.result_dtype(dtype)) << name(y.dtype());
    const double relative = check_.tolerance * (y.dtype() == float64 && dtype != bfloat16 && dtype != float32 ? 1e-12
                                                : dtype == bfloat16 || y.dtype() == bfloat16                  ? 1.0 / 64
                                                                                                              : 4e-6);
    const std::vector<double> actual = y.to_vector<double>();
    for (std::size_t i = 0; i < actual.size(); ++i) {
      const double want = expected.values[i];
      if (std::isnan(want) && std::isnan(actual[i])) continue;
      if (want == actual[i]) continue;  // also infinities
      ASSERT_NEAR(actual[i], want, relative * std::max(1.0, std::abs(want))) << "at position " << i;
    }
  }

  // <cotangent, op(inputs)>
  double loss(const Tensors& inputs, const Tensor& cotangent) const {
    NoGrad no_grad;
    return sum(check_.op(inputs) * cotangent).item();
  }

  Tensor random_like(const Tensor& x) {
    std::normal_distribution<double> normal;
    std::vector<double> values(static_cast<std::size_t>(x.size()));
    for (double& value : values) value = normal(random_);
    return from_vector(values, x.shape());
  }

  void check_gradients(const Tensors& doubles, bool scatter) {
    SCOPED_TRACE(scatter ? "gradients, not contiguous" : "gradients");
    Tensors inputs = converted(doubles, float64, scatter), wanted;
    for (std::size_t i = 0; i < inputs.size(); ++i)
      if (!is_integer(i)) wanted.push_back(inputs[i].set_requires_grad());
    const Tensor y = check_.op(inputs);
    ASSERT_TRUE(y.requires_grad()) << "the result has no history: no gradient flows";
    Tensor cotangent = random_like(y);
    if (scatter) cotangent = scattered(cotangent);
    const Tensors all = gradients(y, wanted, cotangent);
    std::size_t position = 0;
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      if (is_integer(i)) continue;
      const Tensor& gradient = all[position++];
      SCOPED_TRACE(concat("gradient of input ", i));
      ASSERT_EQ(gradient.shape(), inputs[i].shape());
      ASSERT_EQ(gradient.dtype(), float64);
      check_direction(inputs, i, cotangent, gradient);
      check_alone(inputs, i, cotangent, gradient);
    }
  }

  void check_direction(const Tensors& inputs, std::size_t i, const Tensor& cotangent, const Tensor& gradient) {
    if (gradient.size() == 0) return;  // there is no direction
    for (int repeat = 0; repeat < 2; ++repeat) {
      const Tensor direction = random_like(inputs[i]);
      constexpr double step = 1e-6;
      Tensors moved = inputs;
      moved[i] = inputs[i].detach() + direction * step;
      const double above = loss(moved, cotangent);
      moved[i] = inputs[i].detach() - direction * step;
      const double below = loss(moved, cotangent), numeric = (above - below) / (2 * step);
      const double analytic = sum(gradient * direction).item();
      const double scale = std::max({1.0, std::abs(numeric), 1e-3 * std::abs(above)});
      ASSERT_NEAR(analytic, numeric, 2e-6 * scale);
    }
  }

  // Only one gradient asked for: the others are not computed, this one stays the same.
  void check_alone(const Tensors& inputs, std::size_t i, const Tensor& cotangent, const Tensor& gradient) const {
    Tensors fixed = inputs;
    for (Tensor& x : fixed) x = x.detach();
    fixed[i].set_requires_grad();
    const Tensor alone = gradients(check_.op(fixed), Tensors{fixed[i]}, cotangent)[0];
    ASSERT_EQ(alone.to_vector<double>(), gradient.to_vector<double>());
  }

  void check_errors() {
    const std::vector<Shape>& shapes = check_.cases.front();
    const Tensors inputs = converted(random_inputs(shapes), check_.dtypes.front(), false);
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      Tensors wrong = inputs;
      wrong[i] = Tensor();
      if (static_cast<int>(i) != check_.optional_input) expect_error([&] { check_.op(wrong); }, "empty one");
      wrong[i] = Tensor::symbolic(inputs[i].shape(), inputs[i].dtype(), nullptr);
      expect_error([&] { check_.op(wrong); }, "symbolic tensor from Input()");
    }
    for (const auto& [call, part] : check_.errors) expect_error(call, part);
  }

  const OpCheck& check_;
  std::mt19937 random_{20251124};
};

}  // namespace

void check_op(const OpCheck& check) { Checker(check).run(); }

void expect_error(const std::function<void()>& call, const std::string& part) {
  try {
    call();
    ADD_FAILURE() << "expected an error with \"" << part << "\", but nothing was thrown";
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find(part), std::string::npos)
        << "expected \"" << part << "\" in the message, received: " << error.what();
  }
}

}  // namespace linnet::testing
