#include "linnet/data/idx.h"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "linnet/base/atomic_file.h"
#include "linnet/data/elements.h"
#include "linnet/data/file_reader.h"
#include "linnet/tensor/record.h"

namespace linnet {

namespace {

// The format's type codes. i8 and i16 have no dtype of ours and become int32.
struct ElementType {
  unsigned char code;
  int bytes;
  DType dtype;
};
constexpr std::array<ElementType, 6> element_types = {
    {{0x08, 1, uint8}, {0x09, 1, int32}, {0x0B, 2, int32}, {0x0C, 4, int32}, {0x0D, 4, float32}, {0x0E, 8, float64}}};

std::uint32_t big_endian(const unsigned char* bytes) {
  return std::uint32_t{bytes[0]} << 24 | std::uint32_t{bytes[1]} << 16 | std::uint32_t{bytes[2]} << 8 | bytes[3];
}

std::string gzipped(const std::string& bytes) {
  constexpr int gzip_format = 15 + 16;
  z_stream stream = {};
  check(deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, gzip_format, 8, Z_DEFAULT_STRATEGY) == Z_OK,
        "[write_idx] cannot begin to compress");
  std::string packed(deflateBound(&stream, bytes.size()), '\0');
  const auto* rest = reinterpret_cast<const Bytef*>(bytes.data());
  std::size_t left = bytes.size(), done = 0;
  for (int status = Z_OK; status != Z_STREAM_END;) {  // zlib counts in 32 bits: in pieces
    const auto piece = static_cast<uInt>(std::min<std::size_t>(left, 1u << 30));
    const auto room = static_cast<uInt>(std::min<std::size_t>(packed.size() - done, 1u << 30));
    stream.next_in = const_cast<Bytef*>(rest);
    stream.avail_in = piece;
    stream.next_out = reinterpret_cast<Bytef*>(packed.data()) + done;
    stream.avail_out = room;
    status = deflate(&stream, piece == left ? Z_FINISH : Z_NO_FLUSH);
    rest += piece - stream.avail_in;
    left -= piece - stream.avail_in;
    done += room - stream.avail_out;
  }
  deflateEnd(&stream);
  packed.resize(done);
  return packed;
}

}  // namespace

Tensor read_idx(const std::string& path, const ReadLimits& limits) {
  detail::FileReader file("idx", path, limits);
  std::array<unsigned char, 4 + 4 * Shape::max_rank> header = {};
  if (file.read(header.data(), 4) != 4 || header[0] != 0 || header[1] != 0)
    file.reject("expected an IDX file (it starts with two zero bytes), received something else");
  const auto* type = std::find_if(element_types.begin(), element_types.end(),
                                  [&](const ElementType& known) { return known.code == header[2]; });
  if (type == element_types.end()) file.reject(concat("unknown element type ", int{header[2]}));
  const int rank = header[3];
  if (rank > Shape::max_rank) file.reject(concat("expected at most ", Shape::max_rank, " axes, received ", rank));
  const auto sizes_bytes = 4 * static_cast<std::uint64_t>(rank);
  if (file.read(header.data() + 4, sizes_bytes) != sizes_bytes) file.reject("the header ends too early");

  Shape shape;
  for (int axis = 0; axis < rank; ++axis) shape.push_back(big_endian(header.data() + 4 + 4 * axis));
  const std::string what = concat("shape ", shape);
  const std::uint64_t bytes = detail::declared_bytes(file, what, shape, type->bytes, type->dtype);
  Tensor tensor(shape, type->dtype);
  auto* data = mutable_view(tensor).as<unsigned char>();
  const std::uint64_t got = file.read(data, bytes);
  if (got != bytes) file.reject(concat(what, " needs ", bytes, " bytes of data, there are ", got));
  unsigned char extra = 0;
  if (file.read(&extra, 1) != 0) file.reject(concat("there is more data than ", what, " needs"));
  detail::reverse_elements(data, tensor.size(), type->bytes);
  if (type->code == 0x09) detail::widen<std::int8_t, std::int32_t>(tensor);
  if (type->code == 0x0B) detail::widen<std::int16_t, std::int32_t>(tensor);
  return tensor;
}

void write_idx(const std::string& path, const Tensor& tensor) {
  const auto* type = std::find_if(element_types.begin(), element_types.end(), [&](const ElementType& known) {
    return known.dtype == tensor.dtype() && known.bytes == static_cast<int>(size_of(known.dtype));
  });
  check(type != element_types.end(), "[write_idx] expected uint8, int32, float32 or float64, received ",
        tensor.dtype());
  std::string bytes = {0, 0, static_cast<char>(type->code), static_cast<char>(tensor.rank())};
  for (std::int64_t n : tensor.shape()) {
    check(n <= 0xffffffff, "[write_idx] expected sizes below 2^32, received shape ", tensor.shape());
    for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(n >> shift & 0xff);
  }
  const Tensor dense = tensor.contiguous();
  const std::size_t header = bytes.size();
  bytes.append(view(dense).as<char>(), static_cast<std::size_t>(dense.size() * type->bytes));
  detail::reverse_elements(reinterpret_cast<unsigned char*>(bytes.data() + header), dense.size(), type->bytes);

  write_file_atomically(path, path.ends_with(".gz") ? gzipped(bytes) : bytes, "idx");
}

}  // namespace linnet
