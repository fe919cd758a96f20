// Numbers that stand for texts: the same as TensorFlow's, so that Keras's bins are ours. Internal.
#pragma once

#include <cstdint>
#include <string_view>

namespace linnet {

/// FarmHash's Fingerprint64 (Pike, 2014). Throws where Linnet was built without it.
std::uint64_t fingerprint(std::string_view text);
/// Of two fingerprints, in this order.
std::uint64_t fingerprint_of_both(std::uint64_t first, std::uint64_t second);
/// SipHash-2-4 with a key of two numbers. Aumasson and Bernstein, "SipHash: a fast short-input PRF", 2012.
std::uint64_t sip_hash(std::uint64_t key0, std::uint64_t key1, std::string_view text);

}  // namespace linnet
