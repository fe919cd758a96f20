#include "linnet/kernels/reference/reference.h"
#include "tests/kernels/views.h"

namespace linnet::kernels {
namespace {

using Layout = Generator::Layout;
constexpr Activation activations[] = {Activation::none, Activation::relu, Activation::sigmoid, Activation::tanh};

void expect_matmul(Generator& generator, DType dtype, const Shape& leading, std::int64_t m, std::int64_t k,
                   std::int64_t n, Layout layout) {
  auto with = [&](std::int64_t rows, std::int64_t columns) {
    Shape shape = leading;
    shape.push_back(rows);
    shape.push_back(columns);
    return shape;
  };
  Array a = generator.array(dtype, with(m, k), layout, -1, 1), b = generator.array(dtype, with(k, n), layout, -1, 1);
  Array bias = generator.array(dtype, {n}, Layout::any, -1, 1);
  const Activation activation = activations[generator.integer(0, 3)];
  const View bias_view = generator.integer(0, 1) ? View(bias) : View();
  // A sum beside the middle of two bfloat16 numbers may be rounded to either of them.
  const double relative = dtype == bfloat16 ? 1.0 / 128 : 1e-5;
  expect_same_result(
      generator.array(dtype, with(m, n), generator.integer(0, 3) ? Layout::dense : Layout::any),
      [&](const MutableView& out) { matmul(a, b, bias_view, activation, out); },
      [&](const MutableView& out) { reference::matmul(a, b, bias_view, activation, out); }, relative,
      dtype == bfloat16 ? 1e-2 : 2e-6 * std::sqrt(static_cast<double>(k) + 1));
}

TEST(Matmul, EqualsTheReferenceForAnyStrides) {
  Generator generator(1);
  for (int repetition = 0; repetition < 1500; ++repetition) {
    auto size = [&] { return generator.integer(generator.integer(0, 19) == 0 ? 0 : 1, repetition % 5 ? 20 : 90); };
    const DType dtype = generator.integer(0, 9) > 2 ? float32 : generator.integer(0, 1) ? float64 : bfloat16;
    expect_matmul(generator, dtype, generator.shape(0, 2), size(), size(), size(), Layout::any_or_broadcast);
  }
}

TEST(Matmul, EqualsTheReferenceForLargeProducts) {
  Generator generator(2);
  const std::int64_t sizes[][3] = {{64, 784, 64}, {784, 64, 64},   {64, 64, 10},   {32, 784, 64},
                                   {64, 10, 64},  {128, 784, 512}, {1, 3000, 40},  {5, 700, 200},
                                   {300, 40, 1},  {700, 130, 33},  {17, 300, 130}, {2000, 20, 30}};
  for (const auto& [m, k, n] : sizes)
    for (int repetition = 0; repetition < 8; ++repetition)
      expect_matmul(generator, float32, {}, m, k, n, repetition ? Layout::any : Layout::dense);
  for (int repetition = 0; repetition < 4; ++repetition)
    expect_matmul(generator, float32, {3, 4}, 70, 60, 50, Layout::any);
}

TEST(Matmul, EqualsTheReferenceForFewRowsOrStepsOfALargeMatrix) {
  Generator generator(8);
  const std::int64_t sizes[][3] = {{21, 1030, 4100}, {4130, 19, 1027}};
  for (const auto& [m, k, n] : sizes)
    for (const bool transposed : {false, true}) {
      Array a = generator.array(float32, transposed ? Shape{k, m} : Shape{m, k}, Layout::dense, -1, 1),
            b = generator.array(float32, transposed ? Shape{n, k} : Shape{k, n}, Layout::dense, -1, 1),
            bias = generator.array(float32, {n}, Layout::dense, -1, 1);
      View left = a, right = b;
      if (transposed) {
        left = View(left.data, float32, {m, k}, {1, m});
        right = View(right.data, float32, {k, n}, {1, k});
      }
      const View bias_view = transposed ? View() : View(bias);
      const Activation activation = transposed ? Activation::none : Activation::relu;
      const auto fast = [&](const MutableView& out) { matmul(left, right, bias_view, activation, out); };
      expect_same_result(
          Array(float32, {m, n}), fast,
          [&](const MutableView& out) { reference::matmul(left, right, bias_view, activation, out); }, 1e-5,
          2e-6 * std::sqrt(static_cast<double>(k) + 1));
      expect_same_bits(Array(float32, {m, n}), fast);
    }
}

TEST(Matmul, OfBfloat16EqualsTheReference) {
  Generator generator(3);
  for (std::int64_t m : {1, 64, 130})
    for (std::int64_t n : {1, 10, 300})
      for (std::int64_t k : {1, 64, 785})
        for (Layout layout : {Layout::dense, Layout::any}) {
          expect_matmul(generator, bfloat16, {}, m, k, n, layout);
          expect_matmul(generator, bfloat16, {2, 3}, m, k, n, layout);
        }
}

TEST(Matmul, RoundsAFloat32OperandOfBfloat16ProductsOnly) {
  Generator generator(4);
  for (int repetition = 0; repetition < 200; ++repetition) {
    auto size = [&] { return generator.integer(1, repetition % 5 ? 20 : 90); };
    const std::int64_t m = size(), k = size(), n = size();
    auto either = [&] { return generator.integer(0, 1) ? float32 : bfloat16; };
    const DType of_dst = either();
    Array a = generator.array(bfloat16, {m, k}, Layout::any, -1, 1), b = generator.array(either(), {k, n}, Layout::any);
    Array bias = generator.array(either(), {n}, Layout::any, -1, 1);
    const View bias_view = generator.integer(0, 1) ? View(bias) : View();
    const Activation activation = activations[generator.integer(0, 1)];
    expect_same_result(
        generator.array(of_dst, {m, n}, generator.integer(0, 3) ? Layout::dense : Layout::any),
        [&](const MutableView& out) { matmul(a, b, bias_view, activation, out); },
        [&](const MutableView& out) { reference::matmul(a, b, bias_view, activation, out); },
        of_dst == float32 ? 1e-5 : 1.0 / 128, of_dst == float32 ? 1e-4 : 1e-2);
  }
}

TEST(Matmul, OfMixedDtypesAddsInFloat32) {
  // 1 + 2^-8 is no bfloat16: as an operand it becomes 1, as a bias it stays.
  const float wide = 1.00390625f;
  for (bool by_reference : {false, true}) {
    Array a(bfloat16, {1, 1}), b(float32, {1, 1}), bias(float32, {1}), dst(float32, {1, 1});
    fill(1, a);
    fill(wide, b);
    fill(wide, bias);
    by_reference ? reference::matmul(a, b, bias, Activation::none, dst) : matmul(a, b, bias, Activation::none, dst);
    EXPECT_EQ(elements(dst)[0], 1 + wide);
  }
}

TEST(Matmul, ReadsTransposedOperandsInPlace) {
  Generator generator(3);
  const std::int64_t m = 70, k = 50, n = 150;
  for (bool a_is_transposed : {false, true})
    for (bool b_is_transposed : {false, true}) {
      Array a(float32, {m, k}, a_is_transposed ? Strides{1, m} : Strides{k, 1}, 0);
      Array b(float32, {k, n}, b_is_transposed ? Strides{1, k} : Strides{n, 1}, 0);
      generator.fill(a, -1, 1);
      generator.fill(b, -1, 1);
      expect_same_result(
          Array(float32, {m, n}), [&](const MutableView& out) { matmul(a, b, {}, Activation::relu, out); },
          [&](const MutableView& out) { reference::matmul(a, b, {}, Activation::relu, out); }, 1e-5, 1e-5);
    }
}

TEST(Matmul, OfNothingIsTheActivatedBias) {
  Array a(float32, {3, 0}), b(float32, {0, 2}), bias(float32, {2}), dst(float32, {3, 2});
  fill(-1, bias.view());
  matmul(a, b, bias, Activation::none, dst);
  EXPECT_EQ(elements(dst), std::vector<double>(6, -1.0));
  matmul(a, b, bias, Activation::relu, dst);
  EXPECT_EQ(elements(dst), std::vector<double>(6, 0.0));
}

TEST(Matmul, HasTheSameBitsForAnyNumberOfThreads) {
  Generator generator(4);
  const std::int64_t sizes[][3] = {{64, 784, 64}, {784, 64, 64}, {128, 784, 512}, {784, 128, 512}, {500, 30, 40}};
  for (DType dtype : {float32, bfloat16})
    for (const auto& [m, k, n] : sizes) {
      Array a = generator.array(dtype, {m, k}, Layout::dense, -1, 1),
            b = generator.array(dtype, {k, n}, Layout::dense, -1, 1);
      Array transposed = generator.array(dtype, {m, k}, Layout::dense, -1, 1);
      View a_transposed(transposed.view().data, dtype, {m, k}, {1, m});
      Array bias = generator.array(dtype, {n}, Layout::dense, -1, 1);
      const Array dst(dtype, {m, n});
      expect_same_bits(dst, [&](const MutableView& out) { matmul(a, b, bias, Activation::tanh, out); });
      expect_same_bits(dst, [&](const MutableView& out) { matmul(a_transposed, b, {}, Activation::none, out); });
    }
  Array a = generator.array(float32, {9, 40, 30}, Layout::dense),
        b = generator.array(float32, {9, 30, 50}, Layout::dense);
  expect_same_bits(Array(float32, {9, 40, 50}),
                   [&](const MutableView& out) { matmul(a, b, {}, Activation::relu, out); });
}

// Columns in blocks give what dense rows give, to the bit, on any number of threads.
void expect_dense_bits(Generator& generator, DType dtype, std::int64_t m, std::int64_t k, std::int64_t n) {
  const std::int64_t count = column_blocks(m, k, n), samples = 50;
  ASSERT_GT(count, 0) << m << " " << k << " " << n;
  Array src = generator.array(dtype, {samples, k}, Layout::dense, 0, 255), indices(int64, {m}), x(float32, {m, k});
  for (std::int64_t i = 0; i < m; ++i) indices.view().as<std::int64_t>()[i] = generator.integer(0, samples - 1);
  const bool is_scaled = dtype == uint8;
  gather_rows(src, indices, is_scaled ? 1 / 255.0 : 1, is_scaled ? -0.25 : 0, x);
  ColumnBlocks blocks{nullptr, m, k, count};
  Array memory(float32, {blocks.size()});
  blocks.data = memory.view().as<float>();
  Array kernel = generator.array(float32, {k, n}, Layout::dense, -1, 1),
        bias = generator.array(float32, {n}, Layout::dense),
        dz = generator.array(float32, {m, n}, Layout::dense, -1, 1);
  const View transposed(x.view().data, float32, {k, m}, {1, k});
  Array y(float32, {m, n}), dkernel(float32, {k, n});
  matmul(x, kernel, bias, Activation::tanh, y);
  matmul(transposed, dz, {}, Activation::none, dkernel);
  const int before = num_threads();
  for (int threads : {1, 2, 3, 4}) {
    set_num_threads(threads);
    gather_column_blocks(src, indices, is_scaled ? 1 / 255.0 : 1, is_scaled ? -0.25 : 0, blocks);
    Array y_of_blocks(float32, {m, n}), dkernel_of_blocks(float32, {k, n});
    matmul(blocks, kernel, bias, Activation::tanh, y_of_blocks);
    matmul_transposed(blocks, dz, dkernel_of_blocks);
    EXPECT_EQ(y_of_blocks.bytes(), y.bytes());
    EXPECT_EQ(dkernel_of_blocks.bytes(), dkernel.bytes());
  }
  set_num_threads(before);
}

TEST(Matmul, ReadsColumnsInBlocksAsItReadsDenseRows) {
  Generator generator(11);
  const std::int64_t sizes[][3] = {{64, 784, 64}, {32, 784, 128}, {50, 331, 33}, {13, 3000, 17}, {128, 256, 128}};
  for (DType dtype : {uint8, float32})
    for (const auto& [m, k, n] : sizes) expect_dense_bits(generator, dtype, m, k, n);
}

TEST(Matmul, WantsColumnsInBlocksOnlyWhereItCutsTheSum) {
  EXPECT_EQ(column_blocks(64, 784, 64), 4);
  EXPECT_EQ(column_blocks(8, 784, 64), 2);
  EXPECT_EQ(column_blocks(1, 784, 64), 0);     // too little work
  EXPECT_EQ(column_blocks(128, 784, 512), 0);  // a large weight is cut by columns
  EXPECT_EQ(column_blocks(784, 784, 64), 0);   // as many rows as steps
  EXPECT_EQ(column_blocks(0, 784, 64), 0);
}

}  // namespace
}  // namespace linnet::kernels
