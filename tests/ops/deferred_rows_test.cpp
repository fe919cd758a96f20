#include "linnet/tensor/deferred_rows.h"

#include <gtest/gtest.h>

#include <functional>
#include <sstream>
#include <thread>

#include "linnet/ops/elementwise.h"
#include "linnet/ops/matmul.h"
#include "linnet/ops/shape.h"
#include "linnet/tensor/autograd.h"
#include "linnet/tensor/record.h"

namespace linnet {
namespace {

using detail::defer_rows, detail::deferred_rows;

Tensor bytes_of(std::int64_t rows, std::int64_t columns) {
  Tensor x({rows, columns}, uint8);
  for (std::int64_t i = 0; i < x.size(); ++i)
    x.mutable_data<std::uint8_t>()[static_cast<std::size_t>(i)] = static_cast<std::uint8_t>(i * 37 % 251);
  return x;
}

const Tensor few = tensor({{1, 2}, {3, 4}, {5, 6}});

/// The rows 2 and 0 of `few`.
Tensor rows() { return defer_rows(few, tensor({2, 0}, int64), 1, 0, {2, 2}, float32); }
const std::vector<float> expected = {5, 6, 1, 2};

TEST(DeferredRows, AreThereForWhoeverReads) {
  EXPECT_NE(deferred_rows(rows()), nullptr);
  EXPECT_EQ(rows().to_vector(), expected);
  EXPECT_EQ(rows()[0][1].item(), 6);
  EXPECT_EQ(rows().clone().to_vector(), expected);
  EXPECT_EQ(rows().to(float64).to_vector(), expected);
  EXPECT_EQ(rows().detach().data<float>()[2], 1);
  EXPECT_EQ((rows() + 1).to_vector(), (std::vector<float>{6, 7, 2, 3}));
  EXPECT_EQ(transpose(rows()).to_vector(), (std::vector<float>{5, 1, 6, 2}));
  EXPECT_EQ(slice(rows(), 1, 0, 1).to_vector(), (std::vector<float>{5, 1}));
  EXPECT_EQ(to_string(rows()), "[[5. 6.]\n [1. 2.]]");
  EXPECT_EQ((zeros({2, 2}) + rows()).to_vector(), expected);
}

TEST(DeferredRows, AreReadOnceAndThenOrdinary) {
  const Tensor x = rows(), flat = reshape(x, {4});
  EXPECT_NE(deferred_rows(flat), nullptr);          // another shape of all of them
  EXPECT_EQ(deferred_rows(transpose(x)), nullptr);  // another order
  EXPECT_EQ(flat.to_vector(), expected);
  EXPECT_EQ(deferred_rows(x), nullptr);
  EXPECT_EQ(x.to_vector(), expected);
}

TEST(DeferredRows, AChangeInPlaceChangesWhatTheyWouldHaveBeen) {
  Tensor x = rows();
  x.mutable_data<float>()[3] = 9;
  EXPECT_EQ(x.to_vector(), (std::vector<float>{5, 6, 1, 9}));
  Tensor y = rows();
  slice(y, 0, 0, 1).fill_(0);
  EXPECT_EQ(y.to_vector(), (std::vector<float>{0, 0, 1, 2}));
  EXPECT_EQ(few.to_vector(), (std::vector<float>{1, 2, 3, 4, 5, 6}));
}

TEST(DeferredRows, AreScaledInThePassThatGathersThem) {
  const Tensor pixels = bytes_of(4, 3);
  const Tensor x = defer_rows(pixels, tensor({3, 3, 1}, int64), 1, 0, {3, 1, 3}, uint8);
  const Tensor scaled = rescale(x, 0.5, 1);
  EXPECT_NE(deferred_rows(scaled), nullptr);
  EXPECT_NE(deferred_rows(x), nullptr);  // nobody has read the bytes
  EXPECT_EQ(scaled.shape(), Shape({3, 1, 3}));
  EXPECT_EQ(scaled.to_vector(), rescale(x.clone(), 0.5, 1).to_vector());
  EXPECT_EQ(rescale(scaled, 2).to_vector(), rescale(scaled.clone(), 2).to_vector());
  EXPECT_EQ(rescale(x, 0.5, 1, float64).to_vector(), scaled.to_vector());
}

TEST(DeferredRows, ALinearLayerGivesTheSameBits) {
  const Tensor pixels = bytes_of(100, 784), kernel = random_normal({784, 64}), bias = random_normal({64});
  Tensor positions({64}, int64);
  for (std::int64_t i = 0; i < 64; ++i)
    positions.mutable_data<std::int64_t>()[static_cast<std::size_t>(i)] = i * 29 % 100;
  auto train = [&](const std::function<Tensor(const Tensor&)>& prepare) {
    Tensor w = kernel.clone().set_requires_grad(), b = bias.clone().set_requires_grad();
    const Tensor x = prepare(rescale(defer_rows(pixels, positions, 1, 0, {64, 784}, uint8), 1 / 255.0));
    const Tensor y = linear(x, w, b, FusedActivation::relu);
    y.backward(ones(y.shape()));
    std::vector<float> all = y.to_vector();
    for (const Tensor& gradient : {w.grad(), b.grad()})
      for (float value : gradient.to_vector()) all.push_back(value);
    return all;
  };
  const std::vector<float> dense = train([](const Tensor& x) { return x.clone(); });
  EXPECT_EQ(train([](const Tensor& x) { return x; }), dense);
  EXPECT_EQ(train([&](const Tensor& x) {  // used before by a layer that wants other blocks, and so read
              const Tensor narrow = random_normal({784, 8});
              linear(x, kernel);
              EXPECT_NE(deferred_rows(x), nullptr);
              EXPECT_NE(kernels::column_blocks(64, 784, 8), kernels::column_blocks(64, 784, 64));
              const Tensor y = linear(x, narrow);
              EXPECT_EQ(deferred_rows(x), nullptr);
              EXPECT_EQ(y.to_vector(), linear(x.clone(), narrow).to_vector());
              return x;
            }),
            dense);
}

TEST(DeferredRows, ABiasMayHaveAnyStrides) {
  Tensor positions({64}, int64);
  positions.fill_(7);
  const Tensor x = defer_rows(random_normal({10, 784}), positions, 1, 0, {64, 784}, float32);
  const Tensor kernel = random_normal({784, 64}), bias = transpose(random_normal({64, 3}))[1];
  EXPECT_EQ(linear(x, kernel, bias).to_vector(), linear(x.clone(), kernel, bias).to_vector());
}

TEST(DeferredRows, MayBeReadFromManyThreads) {
  const Tensor pixels = bytes_of(1000, 300);
  Tensor positions({800}, int64);
  for (std::int64_t i = 0; i < 800; ++i) positions.mutable_data<std::int64_t>()[static_cast<std::size_t>(i)] = 999 - i;
  const Tensor x = defer_rows(pixels, positions, 1, 0, {800, 300}, uint8);
  std::vector<std::vector<float>> seen(4);
  std::vector<std::thread> threads;
  for (std::vector<float>& numbers : seen) threads.emplace_back([&] { numbers = x.to_vector(); });
  for (std::thread& thread : threads) thread.join();
  for (const std::vector<float>& numbers : seen) EXPECT_EQ(numbers, x.to_vector());
  EXPECT_EQ(seen[0][0], pixels[999][0].item());
}

TEST(DeferredRows, OfNothing) {
  const Tensor x = defer_rows(few, Tensor({0}, int64), 1, 0, {0, 2}, float32);
  EXPECT_TRUE(x.to_vector().empty());
  EXPECT_EQ(linear(x, ones({2, 3})).shape(), Shape({0, 3}));
}

}  // namespace
}  // namespace linnet
