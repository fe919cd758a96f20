// adapt() of data that come in batches: the same as of all at once.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "linnet/layers/layers.h"
#include "linnet/ops/shape.h"
#include "support/check_op.h"

namespace linnet::testing {
namespace {

using ::testing::ElementsAre;

template <class Batch>
NextBatch<Batch> in_order(std::vector<Batch> batches) {
  return [rest = std::move(batches), i = std::size_t{0}]() mutable {
    return i < rest.size() ? std::optional(rest[i++]) : std::nullopt;
  };
}

TEST(AdaptToBatches, NormalizationMeasuresThemAll) {
  const Tensor data = random_normal({20, 3}) * 4.0 + 100.0;
  Normalization whole, parts;
  whole.adapt(data);
  parts.adapt(in_order<Tensor>({slice(data, 0, 0, 9), slice(data, 0, 9, 10), slice(data, 0, 10, 20)}));
  for (std::size_t i = 0; i < 2; ++i) {
    const std::vector<float> measured = parts.weights()[i].value().to_vector(),
                             wanted = whole.weights()[i].value().to_vector();
    ASSERT_EQ(measured.size(), wanted.size());
    for (std::size_t k = 0; k < wanted.size(); ++k) EXPECT_NEAR(measured[k], wanted[k], 1e-4);
  }
  expect_error([&] { parts.adapt(in_order<Tensor>({})); }, "expected at least one batch to adapt to, received none");
  expect_error(
      [&] {
        parts.adapt(in_order<Tensor>({data, ones({2, 4})}));
      },
      "expected the sizes (3,) along its axes, received (4,) of a batch of shape (2, 4)");
}

TEST(AdaptToBatches, NormalizationTakesOneMeanForSeveralVariances) {
  Normalization layer({.mean = {1.0}, .variance = {{4.0, 9.0}}});
  EXPECT_EQ(layer(tensor({{3, 4}})).to_vector(), (std::vector<float>{1, 1}));
}

TEST(AdaptToBatches, NormalizationMayKeepAllAxes) {
  Normalization layer({.axis = std::vector<int>{0, 1}});
  const Tensor data = tensor({{1, 2}, {3, 5}});
  layer.adapt(data);
  EXPECT_EQ(layer.weights()[0].value().to_vector(), data.to_vector());
  EXPECT_EQ(layer.weights()[1].value().to_vector(), (std::vector<float>{0, 0, 0, 0}));
}

TEST(AdaptToBatches, DiscretizationSummarizesThem) {
  Discretization layer({.num_bins = 4});
  layer.adapt(in_order<Tensor>({arange(0, 60), arange(60, 100)}));
  ASSERT_EQ(layer.bin_boundaries().size(), 3U);
  for (std::size_t i = 0; i < 3; ++i) EXPECT_NEAR(layer.bin_boundaries()[i], 25 * static_cast<double>(i + 1), 1.5);
  expect_error([&] { layer.adapt(in_order<Tensor>({})); }, "expected at least one batch");
}

TEST(AdaptToBatches, LookupsCountTokensOfAll) {
  IntegerLookup integers;
  integers.adapt(in_order<Tensor>({tensor({{5, 7}}, int64), tensor({7, 9}, int64)}));
  EXPECT_THAT(integers.vocabulary(), ElementsAre(-1, 7, 9, 5));
  StringLookup strings;
  strings.adapt(in_order<Strings>({Strings{"a", "b"}, Strings{"b"}}));
  EXPECT_THAT(strings.vocabulary(), ElementsAre("[UNK]", "b", "a"));
  TextVectorization words;
  words.adapt(in_order<Strings>({Strings{"a b"}, Strings{"b c", "b"}}));
  EXPECT_THAT(words.vocabulary(), ElementsAre("", "[UNK]", "b", "c", "a"));
}

TEST(AdaptToBatches, ABatchWithOneAxisIsADocument) {
  IntegerLookup lookup({.output_mode = "tf_idf"});
  lookup.adapt(in_order<Tensor>({tensor({1, 2, 1}, int64)}));
  const double idf = std::log(1 + 1.0 / 2);
  const Config config = lookup.config();
  for (const Value& weight : config.at("idf_weights").as_list()) EXPECT_NEAR(weight.as_double(), idf, 1e-12);
}

}  // namespace
}  // namespace linnet::testing
