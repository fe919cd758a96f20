#include "linnet/data/elements.h"

#include <algorithm>
#include <limits>

namespace linnet::detail {

std::uint64_t declared_bytes(ByteReader& file, const std::string& what, const Shape& shape, int bytes, DType dtype) {
  std::uint64_t elements = 1;
  for (std::int64_t n : shape)
    if (__builtin_mul_overflow(elements, static_cast<std::uint64_t>(n), &elements))
      file.check_declared(what, std::numeric_limits<std::uint64_t>::max());
  file.check_declared(what, elements);  // then the products below fit into 64 bits
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
