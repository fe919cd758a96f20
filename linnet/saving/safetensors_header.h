// The header of a safetensors file: what it says, checked as it is read. Internal.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "linnet/base/dtype.h"
#include "linnet/base/read_limits.h"
#include "linnet/base/shape.h"

namespace linnet::detail {

struct StoredType {
  std::string_view name;
  DType dtype;
  std::uint64_t bytes;
  bool is_half = false;  // F16, of which there is no dtype here: read as float32, never written
};
/// Null for a name that is not supported.
const StoredType* stored_type(std::string_view name);
const StoredType& stored_type(DType dtype);

/// What the header says of one tensor; offsets count from the end of the header.
struct StoredTensor {
  std::string name;
  const StoredType* type = nullptr;
  Shape shape;
  std::uint64_t first = 0, last = 0;
};

constexpr std::uint64_t longest_header = 100'000'000;  // as the format's reference has it
constexpr const char* metadata_key = "__metadata__";

/// Where the error of a file goes: throws `[safetensors] "…" is damaged or no safetensors file: …`.
class Rejection {
 public:
  explicit Rejection(std::string name) : name_(std::move(name)) {}
  template <class... Parts>
  [[noreturn]] void operator()(const Parts&... parts) const {
    fail<FileError>("[safetensors] \"", name_, "\" is damaged or no safetensors file: ", parts...);
  }
  const std::string& name() const { return name_; }

 private:
  std::string name_;
};

struct Header {
  std::vector<StoredTensor> tensors;  // in the order of the text
  std::vector<std::pair<std::string, std::string>> metadata;
};

/// Reads the JSON text. No tree of values is built: what does not belong there is refused where it stands, and what is
/// kept, and what F16 data takes more as float32, may need limits.extra_bytes. Names are unique, shapes and offsets
/// whole numbers that agree with each other, and the tensors cover `data_bytes` bytes without holes and overlaps.
Header parse_header(std::string_view text, std::uint64_t data_bytes, const Rejection& reject, const ReadLimits& limits);

}  // namespace linnet::detail
