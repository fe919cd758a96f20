// Options that are numbers or arrays of numbers, and merges that leave out what masks hide.
#include <gtest/gtest.h>

#include "linnet/layers/layers.h"
#include "linnet/layers/registry.h"
#include "linnet/ops/shape.h"
#include "linnet/saving/json.h"
#include "support/check_op.h"

namespace linnet::testing {
namespace {

Numbers read(const char* json) {
  Numbers numbers;
  from_value(parse_json(json), numbers);
  return numbers;
}

TEST(Numbers, AreANumberOrListsWithinLists) {
  for (const char* text : {"2.5", "[1.5]", "[1.0, 2.0]", "[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]"})
    EXPECT_EQ(to_string(to_value(read(text))), to_string(parse_json(text)));
  EXPECT_TRUE(read("3").is_single());
  EXPECT_FALSE(read("[3]").is_single());
  EXPECT_EQ(read("[[1, 2, 3], [4, 5, 6]]").shape(), (Shape{2, 3}));
  EXPECT_EQ(Numbers(tensor({{1, 2}, {3, 4}})).to_tensor(float64).to_vector<double>(),
            (std::vector<double>{1, 2, 3, 4}));
  EXPECT_EQ(read(R"({"class_name": "__numpy__", "config": {"value": [1, 2], "dtype": "float32"}})").shape(),
            (Shape{2}));
}

TEST(Numbers, RaggedListsAndNothingAreRefused) {
  expect_error([] { read("[[1, 2], [3]]"); }, "expected lists of equal length");
  expect_error([] { read("[]"); }, "expected at least one number");
  expect_error([] { read("[1, \"a\"]"); }, "expected a number");
  expect_error([] { Numbers(std::vector<double>{}); }, "expected at least one number");
}

TEST(Numbers, RescaleByChannel) {
  const Rescaling layer({0.5, 2}, {.offset = {0, 1}});
  const Tensor pixels = tensor({{2, 4}, {6, 8}}, uint8);
  EXPECT_EQ(Rescaling(layer)(pixels).to_vector(), (std::vector<float>{1, 9, 3, 17}));
  const AnyLayer again = layer_from_config(layer_to_config(layer));
  EXPECT_EQ((*again)(pixels).to_vector(), Rescaling(layer)(pixels).to_vector());
}

TEST(Numbers, NormalizeByPosition) {
  const Tensor mean = tensor({{1, 2}, {3, 4}}), variance = tensor({{1, 4}, {1, 4}});
  Normalization layer({.axis = {{1, 2}}, .mean = mean, .variance = variance});
  const Tensor x = reshape(tensor({2, 4, 4, 0}), {1, 2, 2});
  EXPECT_EQ(layer(x).to_vector(), (std::vector<float>{1, 1, 1, -2}));
  const AnyLayer again = layer_from_config(layer_to_config(layer));
  EXPECT_EQ((*again)(x).to_vector(), layer(x).to_vector());
  Normalization last({.axis = {{1, 2}}, .mean = {{1, 2}}, .variance = {{1, 4}}});
  EXPECT_EQ(last(x).to_vector(), (std::vector<float>{1, 1, 3, -1})) << "fewer axes are aligned at the end";
}

class MaskedMerge : public ::testing::Test {
 protected:
  // Three steps: hidden in the second, in the first, in both.
  const Tensor a_ = reshape(tensor({1, 5, 7}), {1, 3, 1}).with_mask(tensor({{1, 0, 0}}, boolean));
  const Tensor b_ = reshape(tensor({3, 2, 9}), {1, 3, 1}).with_mask(tensor({{0, 1, 0}}, boolean));
};

TEST_F(MaskedMerge, MaximumAndMinimumTakeWhatIsShown) {
  EXPECT_EQ(Maximum()({a_, b_}).to_vector(), (std::vector<float>{1, 2, 7}));
  EXPECT_EQ(Minimum()({b_, a_}).to_vector(), (std::vector<float>{1, 2, 9}));
}

TEST_F(MaskedMerge, MultiplyTakesWhatIsShown) {
  const Tensor y = Multiply()({a_, b_});
  EXPECT_EQ(y.to_vector(), (std::vector<float>{1, 2, 0}));
  EXPECT_EQ(y.mask().to_vector<int>(), (std::vector<int>{1, 1, 0}));
  const Tensor unmasked = reshape(tensor({10, 10, 10}), {1, 3, 1});
  EXPECT_EQ(Multiply()({a_, unmasked}).to_vector(), (std::vector<float>{10, 10, 10}));
}

TEST_F(MaskedMerge, OthersTakeAllAndTheirMasksAreJoined) {
  const Tensor y = Add()({a_, b_});
  EXPECT_EQ(y.to_vector(), (std::vector<float>{4, 7, 16}));
  EXPECT_EQ(y.mask().to_vector<int>(), (std::vector<int>{1, 1, 0}));
}

}  // namespace
}  // namespace linnet::testing
