#include "linnet/saving/safetensors.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cerrno>
#include <cstring>
#include <numeric>
#include <optional>
#include <unordered_set>

#include "linnet/saving/atomic_file.h"
#include "linnet/saving/json.h"
#include "linnet/tensor/record.h"

namespace linnet {

namespace {

static_assert(std::endian::native == std::endian::little, "the format is little-endian");

constexpr std::uint64_t longest_header = 100'000'000;  // as the format's reference has it
constexpr const char* metadata_key = "__metadata__";

struct StoredType {
  std::string_view name;
  DType dtype;
  std::uint64_t bytes;
};
// F16 has no dtype of ours; it stands last, so that writing never chooses it.
constexpr std::array<StoredType, 8> stored_types = {{{"F32", float32, 4},
                                                     {"F64", float64, 8},
                                                     {"BF16", bfloat16, 2},
                                                     {"I32", int32, 4},
                                                     {"I64", int64, 8},
                                                     {"U8", uint8, 1},
                                                     {"BOOL", boolean, 1},
                                                     {"F16", float32, 2}}};

float from_half(std::uint16_t half) {
  const std::uint32_t sign = std::uint32_t{half & 0x8000u} << 16;
  const std::uint32_t exponent = half >> 10 & 0x1fu, mantissa = half & 0x3ffu;
  if (exponent == 0) {  // zero and the subnormal numbers: mantissa · 2^-24
    const float magnitude = static_cast<float>(mantissa) * 0x1p-24f;
    return sign != 0 ? -magnitude : magnitude;
  }
  const std::uint32_t rebased = exponent == 31 ? 255 : exponent + 112;
  return std::bit_cast<float>(sign | rebased << 23 | mantissa << 13);
}

// A file whose every read is checked against its size.
class Reader {
 public:
  explicit Reader(const std::string& path) : path_(path), file_(open(path.c_str(), O_RDONLY | O_CLOEXEC)) {
    struct stat status = {};
    if (file_ < 0 || fstat(file_, &status) != 0) {
      const int error = errno;
      release();
      fail<FileError>("[safetensors] cannot open \"", path, "\": ", std::strerror(error));
    }
    if (!S_ISREG(status.st_mode)) {
      release();
      fail<FileError>("[safetensors] expected a file, received \"", path, "\", which is none");
    }
    size_ = static_cast<std::uint64_t>(status.st_size);
  }
  ~Reader() { release(); }
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  std::uint64_t size() const { return size_; }

  void read(std::uint64_t offset, std::uint64_t bytes, void* data) const {
    auto* next = static_cast<char*>(data);
    while (bytes > 0) {
      const ssize_t got = pread(file_, next, bytes, static_cast<off_t>(offset));
      if (got < 0 && errno == EINTR) continue;
      if (got <= 0) reject("it could not be read to its end");
      next += got;
      offset += static_cast<std::uint64_t>(got);
      bytes -= static_cast<std::uint64_t>(got);
    }
  }

  template <class... Parts>
  [[noreturn]] void reject(const Parts&... parts) const {
    fail<FileError>("[safetensors] \"", path_, "\" is damaged or no safetensors file: ", parts...);
  }

 private:
  void release() {
    if (file_ >= 0) close(file_);
    file_ = -1;
  }

  std::string path_;
  int file_;
  std::uint64_t size_ = 0;
};

// What the header says of one tensor; offsets count from the end of the header.
struct Entry {
  std::string name;
  const StoredType* type = nullptr;
  Shape shape;
  std::uint64_t first = 0, last = 0;
};

std::uint64_t natural(const Reader& file, const Value& value, const std::string& name) {
  if (!value.is_int() || value.as_int() < 0)
    file.reject("expected whole numbers >= 0 as sizes of \"", name, "\", received ", value);
  return static_cast<std::uint64_t>(value.as_int());
}

const List& list(const Reader& file, const Config& fields, const char* key, const std::string& name) {
  const Value* value = fields.find(key);
  if (value == nullptr || !value->is_list()) file.reject("\"", name, "\" has no list \"", key, "\"");
  return value->as_list();
}

Entry parse_entry(const Reader& file, const std::string& name, const Value& description) {
  if (!description.is_config()) file.reject("\"", name, "\" is not described by an object");
  const Config& fields = description.as_config();
  for (const auto& [key, value] : fields.entries())
    if (key != "dtype" && key != "shape" && key != "data_offsets")
      file.reject("\"", name, "\" has an unknown entry \"", key, "\"");

  Entry entry;
  entry.name = name;
  const Value* dtype = fields.find("dtype");
  if (dtype == nullptr || !dtype->is_string()) file.reject("\"", name, "\" has no dtype");
  const auto* type = std::find_if(stored_types.begin(), stored_types.end(),
                                  [&](const StoredType& known) { return known.name == dtype->as_string(); });
  if (type == stored_types.end())
    file.reject("the dtype ", dtype->as_string(), " of \"", name,
                "\" is not supported (F32, F64, BF16, F16, I32, I64, U8 and BOOL are)");
  entry.type = type;

  const List& sizes = list(file, fields, "shape", name);
  if (sizes.size() > Shape::max_rank)
    file.reject("\"", name, "\" has ", sizes.size(), " axes; at most ", Shape::max_rank, " are supported");
  std::uint64_t bytes = type->bytes;
  for (const Value& size : sizes) {
    const std::uint64_t n = natural(file, size, name);
    entry.shape.push_back(static_cast<std::int64_t>(n));
    if (__builtin_mul_overflow(bytes, n, &bytes)) file.reject("the shape of \"", name, "\" is too large");
  }
  const List& offsets = list(file, fields, "data_offsets", name);
  if (offsets.size() != 2) file.reject("\"", name, "\" needs two data_offsets, received ", offsets.size());
  entry.first = natural(file, offsets[0], name);
  entry.last = natural(file, offsets[1], name);
  if (entry.last < entry.first || entry.last - entry.first != bytes)
    file.reject("\"", name, "\" of dtype ", type->name, " and shape ", entry.shape, " needs ", bytes,
                " bytes, its data_offsets are [", entry.first, ", ", entry.last, "]");
  return entry;
}

// The data must be covered without holes and without overlap.
void check_coverage(const Reader& file, const std::vector<Entry>& entries, std::uint64_t data_bytes) {
  std::vector<const Entry*> sorted;
  sorted.reserve(entries.size());
  for (const Entry& entry : entries) sorted.push_back(&entry);
  std::sort(sorted.begin(), sorted.end(),
            [](const Entry* a, const Entry* b) { return std::pair(a->first, a->last) < std::pair(b->first, b->last); });
  std::uint64_t end = 0;
  for (const Entry* entry : sorted) {
    if (entry->first != end)
      file.reject("\"", entry->name, "\" starts at byte ", entry->first, " of the data, expected ", end,
                  entry->first < end ? " (tensors overlap)" : " (there is a hole)");
    end = entry->last;
  }
  if (end != data_bytes) file.reject("the header describes ", end, " bytes of data, there are ", data_bytes);
}

Tensor read_tensor(const Reader& file, const Entry& entry, std::uint64_t data_start) {
  Tensor tensor(entry.shape, entry.type->dtype);
  const std::uint64_t bytes = entry.last - entry.first;
  if (bytes == 0) return tensor;
  if (entry.type->name == "F16") {
    std::vector<std::uint16_t> halves(bytes / 2);
    file.read(data_start + entry.first, bytes, halves.data());
    std::transform(halves.begin(), halves.end(), mutable_view(tensor).as<float>(), from_half);
    return tensor;
  }
  auto* data = mutable_view(tensor).as<unsigned char>();
  file.read(data_start + entry.first, bytes, data);
  if (tensor.dtype() == boolean && std::any_of(data, data + bytes, [](unsigned char byte) { return byte > 1; }))
    file.reject("BOOL data of \"", entry.name, "\" must be 0 or 1");
  return tensor;
}

std::string read_header(const Reader& file) {
  std::uint64_t length = 0;
  if (file.size() < sizeof(length)) file.reject("it has only ", file.size(), " bytes");
  file.read(0, sizeof(length), &length);
  if (length > longest_header || length > file.size() - sizeof(length))
    file.reject("it declares a header of ", length, " bytes, the file has ", file.size());
  std::string header(length, '\0');
  file.read(sizeof(length), length, header.data());
  if (!header.starts_with('{')) file.reject("its header does not start with {");
  return header;
}

Value parse_header(const Reader& file, const std::string& header) {
  try {
    return parse_json(header);
  } catch (const FileError& error) {
    file.reject("in its header ", error.what());
  }
}

void read_metadata(const Reader& file, const Value& value, TensorFile& result) {
  if (!value.is_config()) file.reject("\"", metadata_key, "\" is not an object");
  for (const auto& [key, text] : value.as_config().entries()) {
    if (!text.is_string()) file.reject("the metadata \"", key, "\" is not a text");
    result.metadata.emplace_back(key, text.as_string());
  }
}

template <class Pairs>
auto* find_in(Pairs& pairs, const std::string& key) {
  const auto found = std::find_if(pairs.begin(), pairs.end(), [&](const auto& pair) { return pair.first == key; });
  return found == pairs.end() ? nullptr : &found->second;
}

const StoredType& stored_type(DType dtype) {
  return *std::find_if(stored_types.begin(), stored_types.end(),
                       [&](const StoredType& type) { return type.dtype == dtype; });
}

void check_names(const TensorFile& file) {
  std::unordered_set<std::string> names;
  for (const auto& [name, tensor] : file.tensors) {
    check(tensor.defined() && !tensor.is_symbolic(), "[safetensors] expected numbers for \"", name,
          "\", received an empty or symbolic tensor");
    check(name != metadata_key && names.insert(name).second, "[safetensors] expected each tensor name once and none \"",
          metadata_key, "\", received \"", name, "\"");
  }
}

// Wide elements first, so that every tensor is aligned to its element size.
std::vector<std::size_t> data_order(const TensorFile& file) {
  std::vector<std::size_t> order(file.tensors.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return size_of(file.tensors[a].second.dtype()) > size_of(file.tensors[b].second.dtype());
  });
  return order;
}

std::string make_header(const TensorFile& file, const std::vector<std::size_t>& order) {
  std::vector<std::pair<std::int64_t, std::int64_t>> offsets(file.tensors.size());
  std::int64_t end = 0;
  for (std::size_t i : order) {
    const Tensor& tensor = file.tensors[i].second;
    const std::int64_t bytes = tensor.size() * static_cast<std::int64_t>(size_of(tensor.dtype()));
    offsets[i] = {end, end + bytes};
    end += bytes;
  }
  std::vector<Config::Entry> header;
  if (!file.metadata.empty()) {
    Config metadata;
    for (const auto& [key, text] : file.metadata) metadata.set(key, text);
    header.emplace_back(metadata_key, std::move(metadata));
  }
  for (std::size_t i = 0; i < file.tensors.size(); ++i) {
    const auto& [name, tensor] = file.tensors[i];
    const List sizes(tensor.shape().begin(), tensor.shape().end());
    header.emplace_back(name, Config{{"dtype", stored_type(tensor.dtype()).name},
                                     {"shape", sizes},
                                     {"data_offsets", List{offsets[i].first, offsets[i].second}}});
  }
  std::string text = to_json(Config::from_entries(std::move(header)));
  text.append((8 - text.size() % 8) % 8, ' ');
  return text;
}

}  // namespace

const Tensor* TensorFile::find(const std::string& name) const { return find_in(tensors, name); }
const std::string* TensorFile::find_metadata(const std::string& key) const { return find_in(metadata, key); }

TensorFile read_safetensors(const std::string& path) {
  const Reader file(path);
  const std::string text = read_header(file);
  const std::uint64_t data_start = sizeof(std::uint64_t) + text.size();
  const Value header = parse_header(file, text);
  TensorFile result;
  std::vector<Entry> entries;
  for (const auto& [name, description] : header.as_config().entries()) {
    if (name == metadata_key) {
      read_metadata(file, description, result);
    } else {
      entries.push_back(parse_entry(file, name, description));
    }
  }
  check_coverage(file, entries, file.size() - data_start);
  result.tensors.reserve(entries.size());
  for (const Entry& entry : entries) result.tensors.emplace_back(entry.name, read_tensor(file, entry, data_start));
  return result;
}

void write_safetensors(const std::string& path, const TensorFile& file) {
  check_names(file);
  const std::vector<std::size_t> order = data_order(file);
  const std::string header = make_header(file, order);
  check(header.size() <= longest_header, "[safetensors] expected names and metadata of at most ", longest_header,
        " bytes, received ", header.size());
  const std::uint64_t length = header.size();
  detail::AtomicFile out(path);
  out.write(&length, sizeof(length));
  out.write(header.data(), header.size());
  for (std::size_t i : order) {
    const Tensor dense = file.tensors[i].second.detach().contiguous();
    out.write(view(dense).data, static_cast<std::size_t>(dense.size()) * size_of(dense.dtype()));
  }
  out.commit();
}

}  // namespace linnet
