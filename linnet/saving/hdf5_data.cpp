#include "linnet/saving/hdf5_data.h"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

#include "linnet/base/half.h"
#include "linnet/saving/hdf5_structure.h"
#include "linnet/tensor/record.h"

namespace linnet::detail::hdf5 {

static_assert(std::endian::native == std::endian::little, "elements are converted to the byte order of the machine");

namespace {

using Kind = Datatype::Kind;

// Elements as files hold them become elements of a tensor: `count` of them, from `src` to `dst`. False if one of them
// has no place there.
using Convert = bool (*)(const char* src, std::uint64_t count, bool is_big_endian, char* dst);

template <class Stored, class Wide, auto convert = [](Stored value) { return static_cast<Wide>(value); }>
bool convert_elements(const char* src, std::uint64_t count, bool is_big_endian, char* dst) {
  for (std::uint64_t i = 0; i < count; ++i) {
    std::array<char, sizeof(Stored)> bytes;
    std::memcpy(bytes.data(), src + i * sizeof(Stored), sizeof(Stored));
    if (is_big_endian) std::reverse(bytes.begin(), bytes.end());
    const Wide value = convert(std::bit_cast<Stored>(bytes));
    std::memcpy(dst + i * sizeof(Wide), &value, sizeof(Wide));
  }
  return true;
}

template <class Stored>
bool copy_elements(const char* src, std::uint64_t count, bool is_big_endian, char* dst) {
  if (is_big_endian) return convert_elements<Stored, Stored>(src, count, is_big_endian, dst);
  if (count > 0) std::memcpy(dst, src, count * sizeof(Stored));
  return true;
}

bool copy_bools(const char* src, std::uint64_t count, bool, char* dst) {
  copy_elements<char>(src, count, false, dst);
  return std::all_of(src, src + count, [](char value) { return value == 0 || value == 1; });
}

bool convert_uint64(const char* src, std::uint64_t count, bool is_big_endian, char* dst) {
  copy_elements<std::int64_t>(src, count, is_big_endian, dst);
  for (std::uint64_t i = 0; i < count; ++i)
    if ((dst[i * 8 + 7] & 0x80) != 0) return false;  // 2^63 or more
  return true;
}

struct ElementType {
  Kind kind;
  std::uint64_t bytes;
  DType dtype;
  Convert convert;
};
constexpr std::array<ElementType, 13> element_types = {
    {{Kind::floating, 4, float32, copy_elements<std::uint32_t>},
     {Kind::floating, 8, float64, copy_elements<std::uint64_t>},
     {Kind::floating, 2, float32, convert_elements<std::uint16_t, float, float_from_half>},
     {Kind::bfloat16, 2, bfloat16, copy_elements<std::uint16_t>},
     {Kind::signed_integer, 1, int32, convert_elements<std::int8_t, std::int32_t>},
     {Kind::signed_integer, 2, int32, convert_elements<std::int16_t, std::int32_t>},
     {Kind::signed_integer, 4, int32, copy_elements<std::uint32_t>},
     {Kind::signed_integer, 8, int64, copy_elements<std::uint64_t>},
     {Kind::unsigned_integer, 1, uint8, copy_elements<std::uint8_t>},
     {Kind::unsigned_integer, 2, int32, convert_elements<std::uint16_t, std::int32_t>},
     {Kind::unsigned_integer, 4, int64, convert_elements<std::uint32_t, std::int64_t>},
     {Kind::unsigned_integer, 8, int64, convert_uint64},
     {Kind::boolean, 1, boolean, copy_bools}}};

// Null for what is not supported.
const ElementType* element_type(const Datatype& datatype) {
  const auto* found = std::find_if(element_types.begin(), element_types.end(), [&](const ElementType& type) {
    return type.kind == datatype.kind && type.bytes == datatype.bytes;
  });
  return found == element_types.end() ? nullptr : found;
}

void inflate(const Source& source, std::string_view packed, std::string& bytes) {
  uLong size = bytes.size(), packed_size = packed.size();
  const int result = uncompress2(reinterpret_cast<Bytef*>(bytes.data()), &size,
                                 reinterpret_cast<const Bytef*>(packed.data()), &packed_size);
  if (result != Z_OK || size != bytes.size()) source.reject("a chunk is damaged: it cannot be unpacked to its size");
}

// The filter has put the first bytes of all elements first, then all second bytes, and so on; what is left of a last
// element that is not whole stays at the end.
void unshuffle(std::string_view shuffled, std::uint64_t width, std::string& bytes) {
  const std::uint64_t count = shuffled.size() / width;
  for (std::uint64_t byte = 0; byte < width; ++byte)
    for (std::uint64_t i = 0; i < count; ++i) bytes[i * width + byte] = shuffled[byte * count + i];
}

// What array and tensor have in common while elements are read.
class ElementReader {
 public:
  ElementReader(const Source& source, const Hdf5Array& array)
      : source_(source.at(array.storage->path)),
        array_(array),
        storage_(*array.storage),
        type_(*element_type(storage_.datatype)),
        tensor_(array.shape, array.dtype),
        data_(tensor_.size() == 0 ? nullptr : static_cast<char*>(mutable_view(tensor_).data)) {}

  Tensor read() {
    if (tensor_.size() == 0) return tensor_;
    if (storage_.layout.kind == Layout::Kind::chunked) {
      fill();
      if (storage_.layout.address != undefined_address) read_chunks();
    } else if (storage_.layout.address == undefined_address) {
      fill();
    } else {
      const std::uint64_t count = elements();
      convert(source_.bytes(storage_.layout.address, count * type_.bytes, "the data").data(), count, 0);
    }
    return tensor_;
  }

 private:
  std::uint64_t elements() const { return static_cast<std::uint64_t>(tensor_.size()); }

  // To element `first` of the tensor and those after it.
  void convert(const char* src, std::uint64_t count, std::uint64_t first) {
    if (!type_.convert(src, count, storage_.datatype.is_big_endian, data_ + first * size_of(array_.dtype)))
      source_.reject(type_.kind == Kind::boolean ? "a bool is neither 0 nor 1"
                                                 : "a uint64 of 2^63 or more does not fit into int64");
  }

  void fill() {
    const bool is_zero = std::all_of(storage_.fill.begin(), storage_.fill.end(), [](char byte) { return byte == 0; });
    if (is_zero) {
      std::memset(data_, 0, elements() * size_of(array_.dtype));
    } else {
      for (std::uint64_t i = 0; i < elements(); ++i) convert(storage_.fill.data(), 1, i);
    }
  }

  void read_chunks() {
    Account account{
        ReadLimits{.extra_bytes = INT64_MAX}};  // no two chunks share bytes, so the file bounds their number
    const std::uint64_t key_bytes = 8 + 8 * storage_.layout.chunk.size();
    read_tree(source_, storage_.layout.address, TreeType::chunks, key_bytes, account,
              [&](Record& key, std::uint64_t address) { read_chunk(key, address, account); });
  }

  // The key: bytes in the file, filters that were left out, the first element's index, 0.
  void read_chunk(Record& key, std::uint64_t address, Account& account) {
    const std::uint64_t stored = key.number(4), filter_mask = key.number(4);
    Shape first;
    for (int axis = 0; axis < array_.shape.rank(); ++axis) {
      const std::uint64_t index = key.offset(), size = storage_.layout.chunk[static_cast<std::size_t>(axis)];
      if (index >= static_cast<std::uint64_t>(array_.shape[axis]) || index % size != 0)
        key.damaged("a chunk begins at ", index, " of axis ", axis);
      first.push_back(static_cast<std::int64_t>(index));
    }
    account.claim(source_, address, stored, "the chunk");
    copy_chunk(unpacked(source_.bytes(address, stored, "the chunk"), filter_mask), first);
  }

  // The chunk's elements; in `chunk_` if there are filters, which are undone from the last to the first.
  std::string_view unpacked(std::string_view bytes, std::uint64_t filter_mask) {
    const std::uint64_t size = storage_.chunk_bytes();
    constexpr std::uint64_t deflate_shrinks_at_most = 1032;
    if (bytes.size() < size / deflate_shrinks_at_most) source_.reject("a chunk is damaged: it is too small");
    for (std::size_t i = storage_.filters.size(); i-- > 0;) {
      if ((filter_mask >> i & 1) != 0) continue;
      const bool is_deflated = storage_.filters[i] == Filter::deflate;
      if (!is_deflated && bytes.size() != size) source_.reject("a chunk is damaged: it has ", bytes.size(), " bytes");
      spare_.resize(size);
      is_deflated ? inflate(source_, bytes, spare_) : unshuffle(bytes, storage_.datatype.bytes, spare_);
      chunk_.swap(spare_);
      bytes = chunk_;
    }
    if (bytes.size() != size) source_.reject("a chunk is damaged: it has ", bytes.size(), " bytes, expected ", size);
    return bytes;
  }

  // Row by row along the last axis; what lies beyond the array's ends is left out.
  void copy_chunk(std::string_view bytes, const Shape& first) {
    const std::vector<std::uint64_t>& chunk = storage_.layout.chunk;
    const int last = array_.shape.rank() - 1;
    Shape sizes;
    for (int axis = 0; axis <= last; ++axis)
      sizes.push_back(
          std::min(static_cast<std::int64_t>(chunk[static_cast<std::size_t>(axis)]), array_.shape[axis] - first[axis]));
    Shape row = Shape::filled(last + 1, 0);  // index of a row's first element in the chunk
    do {
      std::uint64_t src = 0, dst = 0;
      for (int axis = 0; axis <= last; ++axis) {
        src = src * chunk[static_cast<std::size_t>(axis)] + static_cast<std::uint64_t>(row[axis]);
        dst =
            dst * static_cast<std::uint64_t>(array_.shape[axis]) + static_cast<std::uint64_t>(first[axis] + row[axis]);
      }
      convert(bytes.data() + src * type_.bytes, static_cast<std::uint64_t>(sizes[last]), dst);
    } while (advance(row, sizes, last));
  }

  // Counts on in all axes but the last; false after the end.
  static bool advance(Shape& index, const Shape& sizes, int last) {
    for (int axis = last - 1; axis >= 0; --axis) {
      if (++index[axis] < sizes[axis]) return true;
      index[axis] = 0;
    }
    return false;
  }

  const Source source_;
  const Hdf5Array& array_;
  const Storage& storage_;
  const ElementType& type_;
  Tensor tensor_;
  char* data_;
  std::string chunk_, spare_;
};

}  // namespace

std::uint64_t Storage::chunk_bytes() const {
  std::uint64_t bytes = 1;
  for (std::uint64_t size : layout.chunk) bytes *= size;
  return bytes;
}

std::optional<DType> dtype_of(const Datatype& datatype) {
  const ElementType* type = element_type(datatype);
  return type == nullptr ? std::nullopt : std::optional(type->dtype);
}

Tensor read_elements(const Source& source, const Hdf5Array& array) { return ElementReader(source, array).read(); }

}  // namespace linnet::detail::hdf5
