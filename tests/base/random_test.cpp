#include "linnet/base/random.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "linnet/base/random_state.h"

namespace linnet {
namespace {

using Words = std::array<std::uint32_t, 4>;

// The published known answers of Philox4x32-10 (Random123's kat_vectors).
TEST(Philox, GivesThePublishedNumbers) {
  EXPECT_EQ(philox(0, 0, 0), (Words{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
  constexpr auto ones = ~std::uint64_t{0};
  EXPECT_EQ(philox(ones, ones, ones), (Words{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
  // counter 243f6a88 85a308d3 13198a2e 03707344, key a4093822 299f31d0
  EXPECT_EQ(philox(0x299f31d0a4093822, 0x0370734413198a2e, 0x85a308d3243f6a88),
            (Words{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

TEST(UniformFromWords, CoversTheUnitInterval) {
  EXPECT_EQ(uniform_from_words(0, 0), 0.0);
  EXPECT_EQ(uniform_from_words(0x80000000, 0), 0.5);
  EXPECT_EQ(uniform_from_words(0xffffffff, 0xffffffff), 1 - 0x1p-53);
}

TEST(RandomPermutation, IsAPermutationAndAPureFunctionOfItsKeys) {
  for (std::int64_t n : {0, 1, 2, 1000}) {
    std::vector<std::int64_t> a(static_cast<std::size_t>(n)), b = a, c = a, sorted(a);
    random_permutation(a.data(), n, 1, 2);
    random_permutation(b.data(), n, 1, 2);
    random_permutation(c.data(), n, 1, 3);
    EXPECT_EQ(a, b);
    if (n == 1000) {
      EXPECT_NE(a, c);
    }
    std::iota(sorted.begin(), sorted.end(), std::int64_t{0});
    EXPECT_TRUE(std::is_permutation(a.begin(), a.end(), sorted.begin()));
  }
}

TEST(RandomPermutation, IsUniform) {
  constexpr int draws = 60000;
  std::array<int, 6> counts{};  // of the permutations of three
  for (int i = 0; i < draws; ++i) {
    std::int64_t order[3];
    random_permutation(order, 3, 7, static_cast<std::uint64_t>(i));
    ++counts[static_cast<std::size_t>(2 * order[0] + (order[1] > order[2]))];
  }
  for (int count : counts) EXPECT_NEAR(count, draws / 6, 5 * std::sqrt(draws / 6.0));
}

TEST(GlobalSeed, RestartsTheStreams) {
  set_random_seed(42);
  EXPECT_EQ(random_seed(), 42u);
  const std::uint64_t first = next_random_stream(), second = next_random_stream();
  const SeedGenerator generator;
  EXPECT_NE(first, second);
  set_random_seed(42);
  EXPECT_EQ(next_random_stream(), first);
  EXPECT_EQ(next_random_stream(), second);
  EXPECT_EQ(SeedGenerator().seed, generator.seed);
  EXPECT_NE(SeedGenerator().seed, generator.seed);
}

TEST(GlobalSeed, CanBeTakenUpWhereItStood) {
  set_random_seed(7);
  next_random_stream();
  const RandomState state = random_state();
  EXPECT_EQ(next_random_stream(), 1u);
  set_random_seed(8);
  set_random_state(state);
  EXPECT_EQ(random_seed(), 7u);
  EXPECT_EQ(next_random_stream(), 1u);
}

TEST(SeedGenerator, CountsItsStreams) {
  SeedGenerator generator(5);
  EXPECT_EQ(generator.seed, 5u);
  EXPECT_EQ(generator.next(), 0u);
  EXPECT_EQ(generator.next(), 1u);
}

}  // namespace
}  // namespace linnet
