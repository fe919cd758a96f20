#include "linnet/data/idx.h"

#include <sys/stat.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <memory>

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

// Deflate cannot shrink more than this: a longer declared length cannot be true.
constexpr std::uint64_t most_deflate_ratio = 1032;

struct CloseGz {
  void operator()(gzFile file) const { gzclose(file); }
};
using GzFile = std::unique_ptr<gzFile_s, CloseGz>;

// A file that zlib reads: unpacked when it starts as gzip does, as it is otherwise.
class Reader {
 public:
  explicit Reader(const std::string& path) : path_(path) {
    struct stat status = {};
    if (stat(path.c_str(), &status) != 0) fail<FileError>("[idx] cannot read \"", path, "\": ", std::strerror(errno));
    if (!S_ISREG(status.st_mode)) fail<FileError>("[idx] expected a file, received \"", path, "\", which is none");
    stored_ = static_cast<std::uint64_t>(status.st_size);
    file_.reset(gzopen(path.c_str(), "rb"));
    if (!file_) fail<FileError>("[idx] cannot open \"", path, "\": ", std::strerror(errno));
    gzbuffer(file_.get(), 1 << 17);
  }

  /// Bytes read, fewer than `count` at the end of the file. Throws on damaged gzip data.
  std::uint64_t read(void* data, std::uint64_t count) {
    std::uint64_t done = 0;
    while (done < count) {
      const auto part = static_cast<unsigned>(std::min<std::uint64_t>(count - done, 1u << 30));
      const int got = gzread(file_.get(), static_cast<char*>(data) + done, part);
      if (got == 0) break;
      if (got < 0) damaged();
      done += static_cast<std::uint64_t>(got);
    }
    int error = Z_OK;
    gzerror(file_.get(), &error);
    if (error != Z_OK) damaged();
    return done;
  }

  /// The most bytes the file can hold.
  std::uint64_t capacity() { return gzdirect(file_.get()) ? stored_ : stored_ * most_deflate_ratio; }

  template <class... Parts>
  [[noreturn]] void reject(const Parts&... parts) const {
    fail<FileError>("[idx] ", parts..., " in \"", path_, "\"");
  }

 private:
  [[noreturn]] void damaged() {
    int error = Z_OK;
    const char* reason = gzerror(file_.get(), &error);
    reject("damaged gzip data (", error == Z_BUF_ERROR ? "it ends too early" : reason, ")");
  }

  std::string path_;
  std::uint64_t stored_ = 0;
  GzFile file_;
};

std::uint32_t big_endian(const unsigned char* bytes) {
  return std::uint32_t{bytes[0]} << 24 | std::uint32_t{bytes[1]} << 16 | std::uint32_t{bytes[2]} << 8 | bytes[3];
}

void reverse_elements(unsigned char* data, std::int64_t count, int bytes) {
  if (bytes == 1) return;
  for (std::int64_t i = 0; i < count; ++i) std::reverse(data + i * bytes, data + (i + 1) * bytes);
}

// i8 or i16, read into the front of an int32 tensor's storage; from the back, so that nothing is overwritten unread.
template <class Small>
void widen(Tensor& tensor) {
  auto* wide = mutable_view(tensor).as<std::int32_t>();
  const auto* bytes = reinterpret_cast<const unsigned char*>(wide);
  for (std::int64_t i = tensor.size() - 1; i >= 0; --i) {
    Small value;
    std::memcpy(&value, bytes + i * static_cast<std::int64_t>(sizeof(Small)), sizeof(Small));
    wide[i] = int{value};
  }
}

}  // namespace

Tensor read_idx(const std::string& path) {
  Reader file(path);
  std::array<unsigned char, 4 + 4 * Shape::max_rank> header = {};
  if (file.read(header.data(), 4) != 4 || header[0] != 0 || header[1] != 0)
    file.reject("expected an IDX file (it starts with two zero bytes), received something else");
  const auto* type = std::find_if(element_types.begin(), element_types.end(),
                                  [&](const ElementType& known) { return known.code == header[2]; });
  if (type == element_types.end()) file.reject("unknown element type ", int{header[2]});
  const int rank = header[3];
  if (rank > Shape::max_rank) file.reject("expected at most ", Shape::max_rank, " axes, received ", rank);
  const auto sizes_bytes = 4 * static_cast<std::uint64_t>(rank);
  if (file.read(header.data() + 4, sizes_bytes) != sizes_bytes) file.reject("the header ends too early");

  Shape shape;
  auto bytes = static_cast<std::uint64_t>(type->bytes);
  bool overflow = false;
  for (int axis = 0; axis < rank; ++axis) {
    shape.push_back(big_endian(header.data() + 4 + 4 * axis));
    overflow = __builtin_mul_overflow(bytes, static_cast<std::uint64_t>(shape.back()), &bytes) || overflow;
  }
  if (overflow || bytes > file.capacity())
    file.reject("the header declares shape ", shape, ", more data than the file can hold,");

  Tensor tensor(shape, type->dtype);
  auto* data = mutable_view(tensor).as<unsigned char>();
  const std::uint64_t got = file.read(data, bytes);
  if (got != bytes) file.reject("shape ", shape, " needs ", bytes, " bytes of data, there are ", got);
  unsigned char extra = 0;
  if (file.read(&extra, 1) != 0) file.reject("there is more data than shape ", shape, " needs");
  reverse_elements(data, tensor.size(), type->bytes);
  if (type->code == 0x09) widen<std::int8_t>(tensor);
  if (type->code == 0x0B) widen<std::int16_t>(tensor);
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
  reverse_elements(reinterpret_cast<unsigned char*>(bytes.data() + header), dense.size(), type->bytes);

  // "T": as it is, without gzip
  GzFile file(gzopen(path.c_str(), path.ends_with(".gz") ? "wb" : "wbT"));
  if (!file) fail<FileError>("[idx] cannot write \"", path, "\": ", std::strerror(errno));
  const bool written = gzfwrite(bytes.data(), 1, bytes.size(), file.get()) == bytes.size();
  if (gzclose(file.release()) != Z_OK || !written)
    fail<FileError>("[idx] cannot write all of \"", path, "\": ", std::strerror(errno));
}

}  // namespace linnet
