// The example of docs/add_an_op.md, compiled and run. A test below compares the two texts.
#include <gtest/gtest-spi.h>
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <sstream>

#include "linnet/kernels/kernels.h"
#include "linnet/ops/elementwise.h"
#include "linnet/ops/nn.h"
#include "linnet/tensor/record.h"
#include "support/check_op.h"

namespace linnet::testing {
namespace {

// [composition]
/// x · tanh(softplus(x)). Misra, "Mish", 2019.
Tensor mish(const Tensor& x) { return x * tanh(softplus(x)); }
// [composition]

// [kernel]
/// e^x; dx = dy · y.
Tensor exponential(const Tensor& x) {
  check_input("exponential", x);
  Tensor y = empty_like(x);
  kernels::unary(kernels::UnaryOp::exp, view(x), mutable_view(y));
  return record("exponential", y, {x}, [y = save(y)](const Tensor& dy) -> Grads { return {dy * *y}; });
}
// [kernel]

// [several]
/// a · b, broadcast.
Tensor product(const Tensor& a, const Tensor& b) {
  check_input("product", a);
  check_input("product", b);
  check(a.dtype() == b.dtype(), "[product] expected equal dtypes, received ", a.dtype(), " and ", b.dtype());
  Tensor y(broadcast_shapes(a.shape(), b.shape(), "product"), a.dtype());
  kernels::binary(kernels::BinaryOp::multiply, broadcast_view(a, y.shape()), broadcast_view(b, y.shape()),
                  mutable_view(y));
  return record("product", y, {a, b}, [a = save(a), b = save(b)](const Tensor& dy, Needs needs) -> Grads {
    return {needs[0] ? dy * *b : Tensor(), needs[1] ? dy * *a : Tensor()};
  });
}
// [several]

// [check]
TEST(AddAnOp, Mish) {
  check_op({.name = "mish",
            .op = [](const Tensors& x) { return mish(x[0]); },
            .reference = elementwise([](double x) { return x * std::tanh(std::log1p(std::exp(x))); }),
            .cases = unary_cases(),
            .low = -4,
            .high = 4});
}
// [check]

TEST(AddAnOp, Exponential) {
  check_op({.name = "exponential",
            .op = [](const Tensors& x) { return exponential(x[0]); },
            .reference = elementwise(std::exp),
            .cases = unary_cases()});
}

TEST(AddAnOp, Product) {
  check_op({.name = "product",
            .op = [](const Tensors& x) { return product(x[0], x[1]); },
            .reference = elementwise([](double a, double b) { return a * b; }),
            .cases = binary_cases(),
            .errors = {{[] { product(ones({2}), ones({3})); }, "[product] expected shapes that broadcast together"},
                       {[] { product(ones({2}), ones({2}, float64)); }, "[product] expected equal dtypes"}}});
}

std::string text_of(const std::string& path) {
  std::ifstream file(concat(LINNET_SOURCE_DIR, "/", path));
  std::stringstream text;
  text << file.rdbuf();
  EXPECT_FALSE(text.str().empty()) << path;
  return text.str();
}

TEST(AddAnOp, IsWhatTheDocumentationShows) {
  const std::string source = text_of("tests/ops/add_an_op_test.cpp");
  for (const char* path : {"docs/add_an_op.md", "docs/zh/add_an_op.md"})
    for (const char* section : {"composition", "kernel", "several", "check"}) {
      const std::string mark = concat("// [", section, "]\n");
      const std::size_t first = source.find(mark) + mark.size(), last = source.find(mark, first);
      ASSERT_NE(last, std::string::npos) << section;
      EXPECT_NE(text_of(path).find(source.substr(first, last - first)), std::string::npos) << path << ": " << section;
    }
}

// check_op itself must see what is wrong.
Tensor without_gradient(const Tensor& x) { return exponential(x.detach()); }
Tensor with_wrong_gradient(const Tensor& x) {
  return record("wrong", exponential(x.detach()), {x}, [](const Tensor& dy) -> Grads { return {dy * 1.5}; });
}

Tensor with_wrong_value(const Tensor& x) { return exponential(x) * 1.001; }

TEST(CheckOp, SeesMissingAndWrongGradientsAndWrongValues) {
  for (Tensor (*op)(const Tensor&) : {without_gradient, with_wrong_gradient, with_wrong_value}) {
    ::testing::TestPartResultArray failures;
    {
      const ::testing::ScopedFakeTestPartResultReporter reporter(&failures);
      check_op({.name = "bad",
                .op = [op](const Tensors& x) { return op(x[0]); },
                .reference = elementwise(std::exp),
                .cases = {{{3}}, {{0}}}});
    }
    EXPECT_GT(failures.size(), 0);
  }
}

}  // namespace
}  // namespace linnet::testing
