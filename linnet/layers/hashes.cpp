#include "linnet/layers/hashes.h"

#include <bit>
#include <cstddef>

namespace linnet {
namespace {

std::uint64_t mixed(std::uint64_t x) { return x ^ (x >> 47); }

/// The state of SipHash.
struct Sip {
  std::uint64_t a, b, c, d;

  void rounds(int count) {
    for (int i = 0; i < count; ++i) {
      a += b;
      c += d;
      b = std::rotl(b, 13) ^ a;
      d = std::rotl(d, 16) ^ c;
      a = std::rotl(a, 32);
      c += b;
      a += d;
      b = std::rotl(b, 17) ^ c;
      d = std::rotl(d, 21) ^ a;
      c = std::rotl(c, 32);
    }
  }
  void add(std::uint64_t word) {
    d ^= word;
    rounds(2);
    a ^= word;
  }
};

/// Up to eight bytes as a number, the first the lowest.
std::uint64_t word_of(std::string_view bytes) {
  std::uint64_t word = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i)
    word |= static_cast<std::uint64_t>(static_cast<unsigned char>(bytes[i])) << (8 * i);
  return word;
}

}  // namespace

std::uint64_t fingerprint_of_both(std::uint64_t first, std::uint64_t second) {
  constexpr std::uint64_t factor = 0xc6a4a7935bd1e995u;  // of TensorFlow's FingerprintCat64
  const std::uint64_t both = (first ^ factor ^ (mixed(second * factor) * factor)) * factor;
  return mixed(mixed(both) * factor);
}

std::uint64_t sip_hash(std::uint64_t key0, std::uint64_t key1, std::string_view text) {
  Sip state{key0 ^ 0x736f6d6570736575u, key1 ^ 0x646f72616e646f6du, key0 ^ 0x6c7967656e657261u,
            key1 ^ 0x7465646279746573u};
  const std::uint64_t length = static_cast<std::uint64_t>(text.size()) << 56;
  for (; text.size() >= 8; text.remove_prefix(8)) state.add(word_of(text.substr(0, 8)));
  state.add(word_of(text) | length);
  state.c ^= 0xff;
  state.rounds(4);
  return state.a ^ state.b ^ state.c ^ state.d;
}

}  // namespace linnet
