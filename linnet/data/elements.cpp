#include "linnet/data/elements.h"

#include <algorithm>
#include <limits>

namespace linnet::detail {

namespace {

constexpr std::uint64_t most_elements = std::uint64_t{1} << 58;  // with 8 bytes each, well below 2^63

}  // namespace

std::uint64_t declared_bytes(ByteReader& file, const std::string& what, const Shape& shape, int bytes, DType dtype) {
  // An axis of size 0 makes the product 0, but must not hide that the others are beyond all numbers.
  std::uint64_t elements = 1, others = 1;
  bool too_many = false;
  for (std::int64_t n : shape) {
    elements *= static_cast<std::uint64_t>(n);
    too_many =
        too_many || __builtin_mul_overflow(others, static_cast<std::uint64_t>(std::max<std::int64_t>(n, 1)), &others);
  }
  too_many = too_many || others > most_elements;
  file.check_declared(what, too_many ? std::numeric_limits<std::uint64_t>::max() : elements);
  const std::uint64_t data = elements * static_cast<std::uint64_t>(bytes);
  file.check_declared(what, data);
  if (elements * size_of(dtype) > file.allowed()) file.reject_size(what);
  return data;
}

void reverse_elements(unsigned char* data, std::int64_t count, int bytes) {
  if (bytes == 1) return;
  for (std::int64_t i = 0; i < count; ++i) std::reverse(data + i * bytes, data + (i + 1) * bytes);
}

}  // namespace linnet::detail
