// Elements as files hold them: other byte orders, smaller types.
#pragma once

#include <cstring>

#include "linnet/data/file_reader.h"
#include "linnet/tensor/record.h"

namespace linnet::detail {

/// How many bytes of data `shape` has with elements of `bytes`, after it is certain that the file can hold them and
/// that a tensor of that shape and `dtype` is allowed. Rejects otherwise.
std::uint64_t declared_bytes(ByteReader& file, const std::string& what, const Shape& shape, int bytes, DType dtype);

/// Turns the byte order of each element around.
void reverse_elements(unsigned char* data, std::int64_t count, int bytes);

/// Elements of type Small that were read into the front of a tensor's storage become Wide, by `convert`; from the back,
/// so that nothing is overwritten unread.
template <class Small, class Wide, class Convert>
void widen(const Tensor& tensor, const Convert& convert) {
  auto* wide = mutable_view(tensor).as<Wide>();
  const auto* bytes = reinterpret_cast<const unsigned char*>(wide);
  for (std::int64_t i = tensor.size() - 1; i >= 0; --i) {
    Small value;
    std::memcpy(&value, bytes + i * static_cast<std::int64_t>(sizeof(Small)), sizeof(Small));
    wide[i] = convert(value);
  }
}
template <class Small, class Wide>
void widen(const Tensor& tensor) {
  widen<Small, Wide>(tensor, [](Small value) { return static_cast<Wide>(value); });
}

}  // namespace linnet::detail
