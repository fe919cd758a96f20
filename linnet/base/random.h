// Random numbers: Philox4x32-10 (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", 2011).
// Counter-based: number i of stream s under seed k is a pure function of (k, s, i), so results do not depend on the
// number of threads or on the order in which blocks are computed.
#pragma once

#include <array>
#include <cstdint>

#pragma GCC visibility push(default)
namespace linnet {

/// Four random 32-bit words for one counter value.
std::array<std::uint32_t, 4> philox(std::uint64_t seed, std::uint64_t stream, std::uint64_t counter);

/// Sets the seed of everything that is random and has no seed of its own (initializers, dropout, shuffling), and
/// restarts the sequence of streams. Keras: keras.utils.set_random_seed.
void set_random_seed(std::uint64_t seed);
std::uint64_t random_seed();
/// The next stream number under the global seed. One draw (a weight's initialization, an epoch's shuffle) takes one
/// stream.
std::uint64_t next_random_stream();

/// A random source with its own state (seed, stream); each draw uses one stream. Layers such as Dropout own one, saved
/// with the model so that training resumes to the bit.
struct SeedGenerator {
  std::uint64_t seed = 0;
  std::uint64_t stream = 0;

  SeedGenerator();                             // from the global seed
  explicit SeedGenerator(std::uint64_t seed);  // Keras: SeedGenerator(seed)
  std::uint64_t next() { return stream++; }
};

/// Uniform double in [0, 1) with 53 bits from two words.
double uniform_from_words(std::uint32_t high, std::uint32_t low);

/// Fills `order` with a permutation of 0 … n-1 (Fisher–Yates), a pure function of (seed, stream).
void random_permutation(std::int64_t* order, std::int64_t n, std::uint64_t seed, std::uint64_t stream);

}  // namespace linnet
#pragma GCC visibility pop
