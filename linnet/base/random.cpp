#include "linnet/base/random.h"

#include <mutex>
#include <numeric>
#include <utility>

#include "linnet/base/random_state.h"

namespace linnet {
namespace {

__extension__ using Word128 = unsigned __int128;

struct GlobalState {
  std::mutex mutex;
  std::uint64_t seed = 0;
  std::uint64_t next_stream = 0;
};
GlobalState& global_state() {
  static GlobalState state;
  return state;
}

// A random integer in [0, n) without bias (Lemire, "Fast random integer generation in an interval", 2019).
class BoundedIntegers {
 public:
  BoundedIntegers(std::uint64_t seed, std::uint64_t stream) : seed_(seed), stream_(stream) {}

  std::uint64_t below(std::uint64_t n) {
    for (;;) {
      const Word128 product = static_cast<Word128>(next_word()) * n;
      const auto fraction = static_cast<std::uint64_t>(product);
      if (fraction >= n || fraction >= -n % n) return static_cast<std::uint64_t>(product >> 64);
    }
  }

 private:
  std::uint64_t next_word() {
    if (used_ == 2) {
      words_ = philox(seed_, stream_, counter_++);
      used_ = 0;
    }
    const std::size_t i = 2 * used_++;
    return static_cast<std::uint64_t>(words_[i]) << 32 | words_[i + 1];
  }

  std::uint64_t seed_, stream_, counter_ = 0;
  std::array<std::uint32_t, 4> words_{};
  std::size_t used_ = 2;
};

}  // namespace

std::array<std::uint32_t, 4> philox(std::uint64_t seed, std::uint64_t stream, std::uint64_t counter) {
  auto low = [](std::uint64_t word) { return static_cast<std::uint32_t>(word); };
  auto high = [](std::uint64_t word) { return static_cast<std::uint32_t>(word >> 32); };
  std::uint32_t c0 = low(counter), c1 = high(counter), c2 = low(stream), c3 = high(stream);
  std::uint32_t k0 = low(seed), k1 = high(seed);
  for (int round = 0; round < 10; ++round) {
    const std::uint64_t p0 = 0xD2511F53ull * c0, p1 = 0xCD9E8D57ull * c2;
    c0 = high(p1) ^ c1 ^ k0;
    c2 = high(p0) ^ c3 ^ k1;
    c1 = low(p1);
    c3 = low(p0);
    k0 += 0x9E3779B9u;
    k1 += 0xBB67AE85u;
  }
  return {c0, c1, c2, c3};
}

void set_random_seed(std::uint64_t seed) {
  GlobalState& state = global_state();
  const std::lock_guard lock(state.mutex);
  state.seed = seed;
  state.next_stream = 0;
}

RandomState random_state() {
  GlobalState& state = global_state();
  const std::lock_guard lock(state.mutex);
  return {state.seed, state.next_stream};
}

void set_random_state(const RandomState& saved) {
  GlobalState& state = global_state();
  const std::lock_guard lock(state.mutex);
  state.seed = saved.seed;
  state.next_stream = saved.next_stream;
}

std::uint64_t random_seed() {
  GlobalState& state = global_state();
  const std::lock_guard lock(state.mutex);
  return state.seed;
}

std::uint64_t next_random_stream() {
  GlobalState& state = global_state();
  const std::lock_guard lock(state.mutex);
  return state.next_stream++;
}

SeedGenerator::SeedGenerator() {
  // Words of a stream of its own, so that two generators made from one global seed do not draw the same numbers.
  const auto words = philox(random_seed(), next_random_stream(), ~std::uint64_t{0});
  seed = static_cast<std::uint64_t>(words[0]) << 32 | words[1];
}

SeedGenerator::SeedGenerator(std::uint64_t own_seed) : seed(own_seed) {}

double uniform_from_words(std::uint32_t high, std::uint32_t low) {
  const std::uint64_t bits = static_cast<std::uint64_t>(high) << 32 | low;
  return static_cast<double>(bits >> 11) * 0x1p-53;
}

void random_permutation(std::int64_t* order, std::int64_t n, std::uint64_t seed, std::uint64_t stream) {
  std::iota(order, order + n, std::int64_t{0});
  BoundedIntegers integers(seed, stream);
  for (std::int64_t i = n - 1; i > 0; --i)
    std::swap(order[i], order[integers.below(static_cast<std::uint64_t>(i) + 1)]);
}

}  // namespace linnet
