#include "linnet/tensor/tensor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "linnet/base/random.h"
#include "linnet/tensor/autograd.h"
#include "linnet/tensor/memory.h"
#include "linnet/tensor/out_of_memory.h"
#include "linnet/tensor/record.h"

namespace linnet {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

TEST(Tensor, IsCreated) {
  EXPECT_THAT(full({2, 2}, 3).to_vector(), ElementsAre(3, 3, 3, 3));
  EXPECT_EQ(zeros({2, 3}).shape(), (Shape{2, 3}));
  EXPECT_EQ(ones({2}, int64).dtype(), int64);
  EXPECT_THAT(tensor({{1, 2}, {3, 4}}).to_vector(), ElementsAre(1, 2, 3, 4));
  EXPECT_EQ(tensor({{{1, 2}}, {{3, 4}}}).shape(), (Shape{2, 1, 2}));
  EXPECT_THAT(arange(1, 2, 0.25).to_vector(), ElementsAre(1, 1.25, 1.5, 1.75));
  EXPECT_THAT(arange(3, 0, -1, int32).to_vector<int>(), ElementsAre(3, 2, 1));
  EXPECT_THAT(linspace(0, 1, 5).to_vector(), ElementsAre(0, 0.25, 0.5, 0.75, 1));
  EXPECT_THAT(eye(2, 3).to_vector(), ElementsAre(1, 0, 0, 0, 1, 0));
  EXPECT_THAT(eye(3, 2).to_vector(), ElementsAre(1, 0, 0, 1, 0, 0));
  EXPECT_THAT(from_vector(std::vector<std::uint8_t>{1, 2}).to_vector<std::uint8_t>(), ElementsAre(1, 2));
  EXPECT_THAT(
      [] {
        from_vector(std::vector<float>{1, 2}, {3});
      },
      ThrowsMessage<InvalidArgument>(HasSubstr("[from_vector] expected 3 values for shape (3,), received 2")));
  EXPECT_THAT(
      [] {
        tensor({{1, 2}, {3}});
      },
      ThrowsMessage<InvalidArgument>(HasSubstr("[tensor] expected rows of equal length, received 2 and 1")));
  EXPECT_THAT([] { Tensor(Shape{-1, 3}); }, ThrowsMessage<InvalidArgument>(HasSubstr("expected known sizes")));
  EXPECT_THAT([] { Tensor(Shape{std::int64_t{1} << 62}, float64); },
              ThrowsMessage<InvalidArgument>(HasSubstr("overflows")));
}

TEST(Tensor, RandomNumbersDependOnTheSeedOnly) {
  set_random_seed(5);
  const std::vector<float> first = random_uniform({100}, -1, 1).to_vector(), next = random_normal({100}).to_vector();
  set_random_seed(5);
  EXPECT_EQ(random_uniform({100}, -1, 1).to_vector(), first);
  EXPECT_EQ(random_normal({100}).to_vector(), next);
  SeedGenerator a(3), b(3);
  EXPECT_EQ(random_normal({7}, 1, 2, float64, &a).to_vector<double>(),
            random_normal({7}, 1, 2, float64, &b).to_vector<double>());
  EXPECT_NE(random_normal({7}, 1, 2, float64, &a).to_vector<double>(),
            random_normal({7}, 1, 2, float64, nullptr).to_vector<double>());
  for (float x : first) EXPECT_TRUE(x >= -1 && x < 1);
}

TEST(Tensor, GivesItsNumbers) {
  EXPECT_EQ(scalar(2.5).item(), 2.5);
  EXPECT_EQ(tensor({{3}}).item<int>(), 3);
  EXPECT_THAT(
      [] {
        tensor({1, 2}).item();
      },
      ThrowsMessage<InvalidArgument>(HasSubstr("[item] expected a tensor with one element, received shape (2,)")));
  const Tensor x = tensor({{1, 2}, {3, 4}});
  EXPECT_THAT(x.data<float>(), ElementsAre(1, 2, 3, 4));
  EXPECT_THAT([&] { x.data<double>(); },
              ThrowsMessage<InvalidArgument>(HasSubstr("[data] expected dtype float64, received float32")));
  EXPECT_THAT(x[1].to_vector(), ElementsAre(3, 4));
  EXPECT_THAT(x[-2].to_vector(), ElementsAre(1, 2));
  EXPECT_THAT([&] { x[2]; },
              ThrowsMessage<InvalidArgument>(HasSubstr("[operator[]] expected a position in [-2, 2), received 2")));
  EXPECT_THAT([] { Tensor().shape(); }, ThrowsMessage<InvalidArgument>(HasSubstr("received an empty one")));
}

TEST(Tensor, Converts) {
  const Tensor x = tensor({-1.7, 0, 300.2});
  EXPECT_THAT(x.to(int32).to_vector<int>(), ElementsAre(-1, 0, 300));
  EXPECT_THAT(x.to(uint8).to_vector<int>(), ElementsAre(0, 0, 255));
  EXPECT_THAT(x.to(boolean).to_vector<int>(), ElementsAre(1, 0, 1));
  EXPECT_EQ(x.to(float32).impl(), x.impl());
  EXPECT_THAT(x.to(bfloat16).to_vector(), ElementsAre(-1.703125, 0, 300));
}

TEST(Tensor, ViewsShareNumbersAndClonesDoNot) {
  Tensor x = tensor({{1, 2}, {3, 4}});
  Tensor row = x[0], copy = x.clone();
  row.fill_(9);
  EXPECT_THAT(x.to_vector(), ElementsAre(9, 9, 3, 4));
  EXPECT_THAT(copy.to_vector(), ElementsAre(1, 2, 3, 4));
  x.copy_(tensor({5, 6}));  // broadcast
  EXPECT_THAT(x.to_vector(), ElementsAre(5, 6, 5, 6));
  x.copy_(alias(x, {2, 2}, {1, 2}));  // its own transpose
  EXPECT_THAT(x.to_vector(), ElementsAre(5, 5, 6, 6));
  x.copy_(tensor({1, 2}, int64));  // converted
  EXPECT_THAT(x.to_vector(), ElementsAre(1, 2, 1, 2));
  EXPECT_THAT([&] { x.copy_(ones({3})); }, ThrowsMessage<InvalidArgument>(HasSubstr("received (3,) and (2, 2)")));
  x.mutable_data<float>()[0] = 7;
  EXPECT_EQ(x[0][0].item(), 7);
}

TEST(Tensor, CarriesAMask) {
  const Tensor x = ones({2, 3}).set_requires_grad(), mask = ones({2, 3}, boolean);
  const Tensor masked = x.with_mask(mask);
  EXPECT_FALSE(x.mask().defined());
  EXPECT_EQ(masked.mask().impl(), mask.impl());
  EXPECT_EQ(masked.impl()->data, x.impl()->data);
  EXPECT_EQ(masked.impl()->node, x.impl()->node);
}

TEST(Tensor, MayBeSymbolic) {
  struct Origin : SymbolicOrigin {};
  const auto origin = std::make_shared<Origin>();
  const Tensor x = Tensor::symbolic({-1, 4}, float32, origin);
  EXPECT_TRUE(x.is_symbolic());
  EXPECT_EQ(x.shape(), (Shape{-1, 4}));
  EXPECT_EQ(x.origin(), origin);
  EXPECT_FALSE(ones({1}).is_symbolic());
  EXPECT_EQ(ones({1}).origin(), nullptr);
  EXPECT_THAT([&] { x.to_vector(); }, ThrowsMessage<InvalidArgument>(HasSubstr(
                                          "[to_vector] received a symbolic tensor from Input(), of shape (None, 4)")));
}

TEST(Variable, NamesOneWeight) {
  Variable w("kernel", ones({2, 2}));
  const Variable same = w;
  w.assign(zeros({2, 2}));
  EXPECT_THAT(same.value().to_vector(), ElementsAre(0, 0, 0, 0));
  EXPECT_TRUE(same == w);
  EXPECT_FALSE(Variable("kernel", ones({2, 2})) == w);
  EXPECT_TRUE(w.value().requires_grad());
  EXPECT_FALSE(Variable("seed", ones({2}, int64)).value().requires_grad());
  EXPECT_FALSE(Variable("mean", ones({2}), false).value().requires_grad());
  EXPECT_THAT([&] { w.assign(ones({3})); },
              ThrowsMessage<InvalidArgument>(HasSubstr("[kernel] expected shape (2, 2), received (3,)")));
  EXPECT_THAT([] { Variable().value(); },
              ThrowsMessage<InvalidArgument>(HasSubstr("[Variable] expected a weight that is built")));
}

TEST(Memory, IsReused) {
  { const Tensor warm_up = ones({100, 100}); }
  const MemoryStatistics before = memory_statistics();
  for (int i = 0; i < 100; ++i) {
    const Tensor x = ones({100, 100});
  }
  const MemoryStatistics after = memory_statistics();
  EXPECT_EQ(after.live_bytes, before.live_bytes);
  EXPECT_GE(after.requests, before.requests + 200);
  EXPECT_TRUE(before.cached_bytes == 0 ||
              after.system_allocations == before.system_allocations);  // 0: sanitizers cache nothing
  release_cached_memory();
  EXPECT_EQ(memory_statistics().cached_bytes, 0u);
}

TEST(Memory, OfLargeTensorsIsHandedOutByAddress) {
  auto addresses = [](const std::vector<Tensor>& tensors) {
    std::vector<std::uintptr_t> result;
    for (const Tensor& x : tensors) result.push_back(reinterpret_cast<std::uintptr_t>(x.impl()->data));
    return result;
  };
  auto make = [] {
    std::vector<Tensor> tensors;
    for (int i = 0; i < 50; ++i) tensors.push_back(ones({40000}));
    return tensors;
  };
  release_cached_memory();
  std::vector<std::uintptr_t> sorted = addresses(make());
  std::sort(sorted.begin(), sorted.end());
  if (memory_statistics().cached_bytes == 0) GTEST_SKIP() << "sanitizers cache nothing";
  for (std::size_t step : {1, 49, 7, 23}) {  // the orders in which they are given back
    std::vector<Tensor> tensors = make();
    EXPECT_EQ(addresses(tensors), sorted) << step;
    for (std::size_t i = 0; i < 50; ++i) tensors[i * step % 50] = Tensor();
  }
  EXPECT_EQ(addresses(make()), sorted);
}

TEST(Memory, IsAligned) {
  for (std::int64_t n : {0, 1, 17, 1000, 4096, 5000, 16383, 16384, 100000, 3000000}) {
    const Tensor x = ones({n});
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(x.impl()->data) % (n < 16384 ? 64 : 4096), 0u) << n;
    EXPECT_TRUE(n == 0 || x.data<float>().back() == 1) << n;
  }
}

TEST(Memory, ThatThereIsNotIsAnError) {
  EXPECT_THAT(
      [] {
        zeros({1000000, 1000000});
      },
      ThrowsMessage<OutOfMemory>(HasSubstr("not enough memory for 40000000")));
  EXPECT_THROW(zeros({1000000, 1000000}), Error);
}

TEST(Memory, MayBeUsedFromManyThreads) {
  std::vector<std::thread> threads;
  std::vector<double> sums(4);
  for (std::size_t t = 0; t < 4; ++t)
    threads.emplace_back([&sums, t] {
      for (int i = 0; i < 2000; ++i) {
        const Tensor x = full({i % 37 + 1}, static_cast<double>(t));
        for (float value : x.to_vector()) sums[t] += value == static_cast<float>(t) ? 0 : 1;
      }
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_THAT(sums, ElementsAre(0, 0, 0, 0));
}

}  // namespace
}  // namespace linnet
