#include "linnet/data/batches.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "linnet/base/random.h"
#include "linnet/tensor/record.h"
#include "tests/support/temporary_folder.h"

namespace linnet {
namespace {

using testing::HasSubstr;

Dataset numbers(std::int64_t n) {
  std::vector<std::uint8_t> pixels(static_cast<std::size_t>(2 * n));
  std::vector<std::int32_t> labels(static_cast<std::size_t>(n));
  std::iota(pixels.begin(), pixels.end(), std::uint8_t{0});
  std::iota(labels.begin(), labels.end(), 0);
  return {from_vector(pixels, {n, 2}), from_vector(labels)};
}

TEST(Dataset, ChecksSamples) {
  EXPECT_EQ(numbers(5).size(), 5);
  EXPECT_THAT(message_of<InvalidArgument>([] {
                Dataset(zeros({3, 2}), zeros({4}));
              }),
              testing::AllOf(HasSubstr("as many targets as samples (3)"), HasSubstr("(4,)")));
  EXPECT_THAT(message_of<InvalidArgument>([] {
                Dataset(zeros({3, 2}), zeros({3}), zeros({2}));
              }),
              HasSubstr("sample weights"));
  EXPECT_THAT(message_of<InvalidArgument>([] { Dataset(scalar(1), zeros({1})); }), HasSubstr("scalar"));
  EXPECT_THAT(message_of<InvalidArgument>([] { Dataset(Tensors{}, Tensors{}); }), HasSubstr("at least one input"));
}

TEST(Dataset, SliceIsAView) {
  Dataset data = numbers(6);
  data.sample_weight = ones({6});
  data.name = "numbers";
  const Dataset part = data.slice(2, 5);
  EXPECT_EQ(part.size(), 3);
  EXPECT_EQ(part.y[0].to_vector<int>(), (std::vector<int>{2, 3, 4}));
  EXPECT_EQ(view(part.x[0]).data, view(data.x[0]).as<std::uint8_t>() + 4);
  EXPECT_EQ(part.sample_weight.shape(), Shape({3}));
  EXPECT_EQ(part.name, "numbers");
  EXPECT_THROW(data.slice(2, 7), InvalidArgument);
}

TEST(EpochOrder, IsAPermutationOfSeedAndEpoch) {
  EXPECT_EQ(epoch_order(4, false, 1, 0), (std::vector<std::int64_t>{0, 1, 2, 3}));
  const auto order = epoch_order(100, true, 1, 0);
  auto sorted = order;
  std::sort(sorted.begin(), sorted.end());
  EXPECT_EQ(sorted, epoch_order(100, false, 1, 0));
  EXPECT_EQ(order, epoch_order(100, true, 1, 0));
  EXPECT_NE(order, epoch_order(100, true, 1, 1));
  EXPECT_NE(order, epoch_order(100, true, 2, 0));
  EXPECT_NE(order, sorted);
}

TEST(GatherBatch, ConvertsAndScalesInOnePass) {
  const Batch batch = gather_batch(numbers(4), {3, 0, 2}, 0, 2, 0.5, -1);
  EXPECT_EQ(batch.x[0].dtype(), float32);
  EXPECT_EQ(batch.x[0].to_vector(), (std::vector<float>{2, 2.5, -1, -0.5}));
  EXPECT_EQ(batch.y[0].dtype(), int32);
  EXPECT_EQ(batch.y[0].to_vector<int>(), (std::vector<int>{3, 0}));
}

TEST(GatherBatch, LeavesFloatsAndUnscaledInputsAsTheyAre) {
  const Batch raw = gather_batch(numbers(4), {3, 0}, 0, 2);
  EXPECT_EQ(raw.x[0].dtype(), uint8);
  EXPECT_EQ(raw.x[0].to_vector<int>(), (std::vector<int>{6, 7, 0, 1}));
  const Dataset floats(tensor({{1, 2}, {3, 4}}), tensor({5, 6}));
  EXPECT_EQ(gather_batch(floats, {1, 0}, 0, 2, 10, 1).x[0].to_vector(), (std::vector<float>{3, 4, 1, 2}));
}

TEST(GatherBatch, ConsecutiveSamplesAreViews) {
  const Dataset data = numbers(6);
  const Batch batch = gather_batch(data, {0, 3, 4, 5}, 1, 4);
  EXPECT_EQ(view(batch.x[0]).data, view(data.x[0]).as<std::uint8_t>() + 6);
  EXPECT_EQ(batch.y[0].to_vector<int>(), (std::vector<int>{3, 4, 5}));
  const Batch scaled = gather_batch(data, {3, 4, 5}, 0, 3, 1);
  EXPECT_EQ(scaled.x[0].to_vector(), (std::vector<float>{6, 7, 8, 9, 10, 11}));
  EXPECT_EQ(gather_batch(data, {1, 2}, 1, 1).size(), 0);
}

TEST(GatherBatch, ChecksPositions) {
  EXPECT_THAT(message_of<InvalidArgument>([] { gather_batch(numbers(4), {0, 4}, 0, 2); }), HasSubstr("received 4"));
  EXPECT_THAT(message_of<InvalidArgument>([] { gather_batch(numbers(4), {0, 1}, 0, 3); }), HasSubstr("last = 3"));
}

TEST(Batches, CoverEverySampleOnce) {
  const Dataset data = numbers(10);
  std::vector<int> seen;
  std::vector<std::int64_t> sizes;
  for (const Batch& batch : batches(data, {.batch_size = 4, .shuffle = true, .seed = 3})) {
    sizes.push_back(batch.size());
    for (int label : batch.y[0].to_vector<int>()) seen.push_back(label);
    EXPECT_EQ(batch.x[0].to_vector<int>()[0], 2 * batch.y[0].to_vector<int>()[0]);
  }
  EXPECT_EQ(sizes, (std::vector<std::int64_t>{4, 4, 2}));
  std::sort(seen.begin(), seen.end());
  EXPECT_EQ(seen, (std::vector<int>{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}));
  EXPECT_EQ(batches(data, {.batch_size = 4, .drop_remainder = true}).size(), 2);
  EXPECT_EQ(batches(data, {.batch_size = 5}).size(), 2);
}

TEST(Batches, UnpackIntoInputAndTarget) {
  int count = 0;
  for (auto [x, y] : batches(numbers(4), {.batch_size = 2})) {
    EXPECT_EQ(x.shape(), Shape({2, 2}));
    EXPECT_EQ(y.shape(), Shape({2}));
    ++count;
  }
  EXPECT_EQ(count, 2);
  for (auto [x, y] : batches(Dataset(zeros({2, 2})), {.batch_size = 2})) EXPECT_TRUE(x.defined() && !y.defined());
}

TEST(Batches, FollowTheGlobalSeed) {
  const auto first_labels = [] {
    return batches(numbers(50), {.batch_size = 50, .shuffle = true}).at(0).y[0].to_vector<int>();
  };
  set_random_seed(1);
  const auto one = first_labels();
  set_random_seed(2);
  EXPECT_NE(first_labels(), one);
  set_random_seed(1);
  EXPECT_EQ(first_labels(), one);
}

TEST(Batches, CheckOptions) {
  EXPECT_THAT(message_of<InvalidArgument>([] { batches(numbers(4), {.batch_size = 0}); }), HasSubstr("batch_size > 0"));
  EXPECT_THAT(message_of<InvalidArgument>([] { batches(Dataset()); }), HasSubstr("empty"));
  EXPECT_THROW(batches(numbers(4)).at(1), InvalidArgument);
}

}  // namespace
}  // namespace linnet
