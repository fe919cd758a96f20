#include <limits>
#include <vector>

#include "linnet/kernels/images.h"

#include "linnet/kernels/reference/images.h"
#include "tests/kernels/views.h"

namespace linnet::kernels {
namespace {

using Layout = Generator::Layout;

DType random_dtype(Generator& generator) {
  return generator.integer(0, 9) > 1 ? float32 : generator.integer(0, 1) ? float64 : bfloat16;
}
double relative_error(DType dtype) { return dtype == bfloat16 ? 1.0 / 128 : 1e-5; }
double absolute_error(DType dtype) { return dtype == bfloat16 ? 2e-2 : 1e-5; }
Layout random_layout(Generator& generator) { return generator.integer(0, 3) ? Layout::dense : Layout::any; }

TEST(Images, SparseRowsEqualTheReferenceForAnySizesAndStrides) {
  Generator generator(1);
  for (int repetition = 0; repetition < 300; ++repetition) {
    const DType dtype = random_dtype(generator);
    const std::int64_t columns = generator.integer(1, 9), rows = generator.integer(0, 9);
    std::vector<std::int64_t> first{0}, places;
    std::vector<double> weights;
    for (std::int64_t i = 0; i < rows; ++i) {
      for (std::int64_t k = generator.integer(0, 4); k > 0; --k) {
        places.push_back(generator.integer(0, columns - 1));
        weights.push_back(generator.real(-1, 1));
      }
      first.push_back(static_cast<std::int64_t>(places.size()));
    }
    const SparseRows matrix{first, places, weights};
    const std::int64_t n = generator.integer(repetition % 10 == 0 ? 0 : 1, 4), inner = generator.integer(1, 70);
    const Array src = generator.array(dtype, {n, columns, inner}, Layout::any_or_broadcast);
    expect_same_result(
        generator.array(dtype, {n, rows, inner}, random_layout(generator)),
        [&](const MutableView& out) { sparse_rows(matrix, Array(src), out); },
        [&](const MutableView& out) { reference::sparse_rows(matrix, Array(src), out); }, relative_error(dtype),
        absolute_error(dtype));
  }
}

constexpr FillMode fill_modes[] = {FillMode::constant, FillMode::nearest, FillMode::wrap, FillMode::mirror,
                                   FillMode::reflect};

TEST(Images, SamplingEqualsTheReferenceForAnyPlacesAndStrides) {
  Generator generator(2);
  for (int repetition = 0; repetition < 300; ++repetition) {
    const DType dtype = random_dtype(generator);
    const auto between = repetition % 2 ? Interpolation::nearest : Interpolation::bilinear;
    const FillMode outside = fill_modes[generator.integer(0, 4)];
    const std::int64_t n = generator.integer(repetition % 10 == 0 ? 0 : 1, 3), channels = generator.integer(1, 5);
    const Shape to{n, generator.integer(1, 9), generator.integer(1, 9), channels};
    Array src = generator.array(dtype, {n, generator.integer(1, 6), generator.integer(1, 6), channels},
                                Layout::any_or_broadcast);
    Array places = generator.array(float32, {n, to[1], to[2], 2}, Layout::any, -15, 20);
    expect_same_result(
        generator.array(dtype, to, random_layout(generator)),
        [&](const MutableView& out) { sample(src, places, between, outside, 0.5, out); },
        [&](const MutableView& out) { reference::sample(src, places, between, outside, 0.5, out); },
        relative_error(dtype), absolute_error(dtype));
  }
}

/// One row of pixels 0, 1, 2, … looked at in these places.
std::vector<double> seen(std::vector<float> places, std::int64_t pixels, Interpolation between, FillMode outside) {
  Array row(float32, {1, 1, pixels, 1});
  for (std::int64_t i = 0; i < pixels; ++i) static_cast<float*>(row.view().data)[i] = static_cast<float>(i);
  const auto count = static_cast<std::int64_t>(places.size());
  std::vector<float> both;
  for (float place : places) both.insert(both.end(), {0.0f, place});
  const Shape shape{1, 1, count, 2};
  Array result(float32, {1, 1, count, 1});
  sample(row, View(both.data(), float32, shape, contiguous_strides(shape)), between, outside, -9, result);
  return elements(result);
}

TEST(Images, WhatIsOutside) {
  const std::vector<float> places{-4, -3, -2, -1, 0, 1, 2, 3, 4, 5, 6};
  auto at = [&](FillMode outside) { return seen(places, 3, Interpolation::nearest, outside); };
  EXPECT_EQ(at(FillMode::constant), (std::vector<double>{-9, -9, -9, -9, 0, 1, 2, -9, -9, -9, -9}));
  EXPECT_EQ(at(FillMode::nearest), (std::vector<double>{0, 0, 0, 0, 0, 1, 2, 2, 2, 2, 2}));
  EXPECT_EQ(at(FillMode::wrap), (std::vector<double>{2, 0, 1, 2, 0, 1, 2, 0, 1, 2, 0}));
  EXPECT_EQ(at(FillMode::mirror), (std::vector<double>{0, 1, 2, 1, 0, 1, 2, 1, 0, 1, 2}));
  EXPECT_EQ(at(FillMode::reflect), (std::vector<double>{2, 2, 1, 0, 0, 1, 2, 2, 1, 0, 0}));
  EXPECT_EQ(seen({-1, 0, 1, 2}, 1, Interpolation::nearest, FillMode::mirror), (std::vector<double>{0, 0, 0, 0}));
}

TEST(Images, WhatIsBetween) {
  EXPECT_EQ(seen({0.25, 1.5, -0.5}, 3, Interpolation::bilinear, FillMode::nearest),
            (std::vector<double>{0.25, 1.5, 0}));
  EXPECT_EQ(seen({-0.5}, 3, Interpolation::bilinear, FillMode::constant), (std::vector<double>{-4.5}));
  EXPECT_EQ(seen({0.5, 1.5, 0.75}, 3, Interpolation::nearest, FillMode::nearest), (std::vector<double>{0, 2, 1}));
}

TEST(Images, PlacesFarAwayAndNotANumberAreOutside) {
  constexpr float inf = std::numeric_limits<float>::infinity();
  for (const FillMode outside : fill_modes)
    for (double value :
         seen({-inf, inf, 1e30f, -1e30f, std::numeric_limits<float>::quiet_NaN()}, 3, Interpolation::bilinear, outside))
      EXPECT_TRUE(outside == FillMode::constant ? value == -9 : value >= 0 && value <= 2) << value;
}

}  // namespace
}  // namespace linnet::kernels
