#include "linnet/saving/safetensors.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <numeric>
#include <unordered_set>

#include "linnet/base/half.h"
#include "linnet/saving/json.h"
#include "linnet/saving/safetensors_header.h"
#include "linnet/tensor/record.h"

namespace linnet {

namespace {

using detail::StoredTensor;

static_assert(std::endian::native == std::endian::little, "the format is little-endian");

// What write_safetensors adds. The checksum is zlib's crc32 over the whole file, with zeros in the place of its digits,
// and stands at a fixed place: no other program begins a header like this, with its space.
constexpr std::string_view checksum_prefix = R"({"__metadata__": {"linnet.checksum":")", no_checksum = "00000000";
constexpr std::string_view after_checksum = R"(","linnet.format_version":"1")";
constexpr const char *checksum_key = "linnet.checksum", *version_key = "linnet.format_version";
constexpr std::int64_t newest_version = 1;

std::uint32_t add_to_checksum(std::uint32_t checksum, const void* data, std::size_t bytes) {
  if (bytes == 0) return checksum;  // a null pointer would start it anew
  return static_cast<std::uint32_t>(crc32_z(checksum, static_cast<const Bytef*>(data), bytes));
}

std::string checksum_text(std::uint32_t checksum) {
  std::string text(no_checksum);
  for (std::size_t i = 0; i < text.size(); ++i) text[i] = "0123456789abcdef"[checksum >> (28 - 4 * i) & 15u];
  return text;
}

// The bytes to read, of a file or in memory; every read is checked against their size.
class Source {
 public:
  Source(std::string_view bytes, const std::string& name) : reject(name), bytes_(bytes), size_(bytes.size()) {}
  explicit Source(const std::string& path) : reject(path), file_(open(path.c_str(), O_RDONLY | O_CLOEXEC)) {
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
  ~Source() { release(); }
  Source(const Source&) = delete;
  Source& operator=(const Source&) = delete;

  const detail::Rejection reject;
  std::uint64_t size() const { return size_; }

  void read(std::uint64_t offset, std::uint64_t bytes, void* data) const {
    auto* next = static_cast<char*>(data);
    if (file_ < 0 && bytes > 0) std::memcpy(next, bytes_.data() + offset, bytes);
    while (file_ >= 0 && bytes > 0) {
      const ssize_t got = pread(file_, next, bytes, static_cast<off_t>(offset));
      if (got < 0 && errno == EINTR) continue;
      if (got <= 0) reject("it could not be read to its end");
      next += got;
      offset += static_cast<std::uint64_t>(got);
      bytes -= static_cast<std::uint64_t>(got);
    }
  }

 private:
  void release() {
    if (file_ >= 0) close(file_);
    file_ = -1;
  }

  std::string_view bytes_;
  int file_ = -1;
  std::uint64_t size_ = 0;
};

std::string read_header(const Source& source) {
  std::uint64_t length = 0;
  if (source.size() < sizeof(length)) source.reject("it has only ", source.size(), " bytes");
  source.read(0, sizeof(length), &length);
  if (length > detail::longest_header || length > source.size() - sizeof(length))
    source.reject("it declares a header of ", length, " bytes, the file has ", source.size());
  std::string header(length, '\0');
  source.read(sizeof(length), length, header.data());
  return header;
}

// The data as it is stored, added to the checksum, if one is wanted.
Tensor read_tensor(const Source& source, const StoredTensor& stored, std::uint64_t data_start,
                   std::uint32_t* checksum) {
  Tensor tensor(stored.shape, stored.type->dtype);
  const std::uint64_t bytes = stored.last - stored.first;
  if (bytes == 0) return tensor;
  auto* data = mutable_view(tensor).as<unsigned char>();
  // Halves stand at the end of the memory for their floats, which grow towards them and never overtake.
  unsigned char* place = stored.type->is_half ? data + bytes : data;
  source.read(data_start + stored.first, bytes, place);
  if (checksum != nullptr) *checksum = add_to_checksum(*checksum, place, bytes);
  for (std::uint64_t i = 0; stored.type->is_half && i < bytes / 2; ++i) {
    std::uint16_t half = 0;
    std::memcpy(&half, place + 2 * i, sizeof(half));
    const float value = float_from_half(half);
    std::memcpy(data + 4 * i, &value, sizeof(value));
  }
  return tensor;
}

void check_bools(const Source& source, const StoredTensor& stored, const Tensor& tensor) {
  if (stored.type->dtype != boolean) return;
  const auto* data = view(tensor).as<unsigned char>();
  if (std::any_of(data, data + tensor.size(), [](unsigned char byte) { return byte > 1; }))
    source.reject("BOOL data of \"", stored.name, "\" must be 0 or 1");
}

template <class Pairs>
auto* find_in(Pairs& pairs, const std::string& key) {
  const auto found = std::find_if(pairs.begin(), pairs.end(), [&](const auto& pair) { return pair.first == key; });
  return found == pairs.end() ? nullptr : &found->second;
}

// Takes the checksum's digits out of a header that write_safetensors wrote, leaving zeros; empty for another's.
std::string take_checksum(std::string& header) {
  if (!header.starts_with(checksum_prefix) || header.size() < checksum_prefix.size() + no_checksum.size()) return {};
  std::string digits = header.substr(checksum_prefix.size(), no_checksum.size());
  header.replace(checksum_prefix.size(), no_checksum.size(), no_checksum);
  return digits;
}

// Takes out what write_safetensors added. Another program may have copied it to a file of its own, where it says
// nothing; but one entry without the other is damage.
void take_format(const Source& source, TensorFile& file) {
  const std::string *checksum = file.find_metadata(checksum_key), *version = file.find_metadata(version_key);
  if ((checksum == nullptr) != (version == nullptr))
    source.reject("of the metadata \"", checksum_key, "\" and \"", version_key, "\" only one is there");
  if (version == nullptr) return;
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(version->data(), version->data() + version->size(), number);
  if (error != std::errc() || end != version->data() + version->size() || number < 1)
    source.reject("its format version is \"", *version, "\"");
  if (number > newest_version)
    fail<FileError>("[safetensors] \"", source.reject.name(), "\" has format version ", number,
                    "; this program reads versions up to ", newest_version, ": update Linnet");
  std::erase_if(file.metadata,
                [](const auto& entry) { return entry.first == checksum_key || entry.first == version_key; });
}

// Tensors in the order of the file, for the checksum's sake; they stand in the result in the order of the header.
void read_tensors(const Source& source, const std::vector<StoredTensor>& stored, std::uint64_t data_start,
                  std::uint32_t* checksum, TensorFile& result) {
  std::vector<std::uint32_t> order(stored.size());
  std::iota(order.begin(), order.end(), std::uint32_t{0});
  std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
    return std::pair(stored[a].first, stored[a].last) < std::pair(stored[b].first, stored[b].last);
  });
  result.tensors.resize(stored.size());
  for (std::uint32_t i : order)
    result.tensors[i] = {stored[i].name, read_tensor(source, stored[i], data_start, checksum)};
}

TensorFile read_all(const Source& source, const ReadLimits& limits) {
  std::string text = read_header(source);
  const std::uint64_t length = text.size(), data_start = sizeof(length) + length;
  detail::Header header = detail::parse_header(text, source.size() - data_start, source.reject, limits);
  const std::string expected = take_checksum(text);
  std::uint32_t checksum = add_to_checksum(0, &length, sizeof(length));
  checksum = add_to_checksum(checksum, text.data(), text.size());
  text = std::string();

  TensorFile result;
  result.metadata = std::move(header.metadata);
  read_tensors(source, header.tensors, data_start, expected.empty() ? nullptr : &checksum, result);
  if (!expected.empty() && checksum_text(checksum) != expected)
    source.reject("its checksum is ", checksum_text(checksum), ", expected ", expected,
                  "; some bytes have changed since it was written");
  take_format(source, result);
  for (std::size_t i = 0; i < header.tensors.size(); ++i)
    check_bools(source, header.tensors[i], result.tensors[i].second);
  return result;
}

void check_to_write(const TensorFile& file) {
  std::unordered_set<std::string> names;
  for (const auto& [name, tensor] : file.tensors) {
    check(tensor.defined() && !tensor.is_symbolic(), "[safetensors] expected numbers for \"", name,
          "\", received an empty or symbolic tensor");
    check(name != detail::metadata_key && names.insert(name).second,
          "[safetensors] expected each tensor name once and none \"", detail::metadata_key, "\", received \"", name,
          "\"");
  }
  names.clear();
  for (const auto& [key, text] : file.metadata)
    check(!key.starts_with("linnet.") && names.insert(key).second,
          "[safetensors] expected each key of the metadata once and none that begins with \"linnet.\", received \"",
          key, "\"");
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

std::int64_t bytes_of(const Tensor& tensor) {
  return tensor.size() * static_cast<std::int64_t>(size_of(tensor.dtype()));
}

std::string json_members(std::vector<Config::Entry> entries) {
  const std::string object = to_json(Config::from_entries(std::move(entries)));
  return object == "{}" ? "" : "," + object.substr(1, object.size() - 2);
}

// With zeros in the place of the checksum.
std::string make_header(const TensorFile& file, const std::vector<std::size_t>& order) {
  std::vector<std::pair<std::int64_t, std::int64_t>> offsets(file.tensors.size());
  std::int64_t end = 0;
  for (std::size_t i : order) {
    offsets[i] = {end, end + bytes_of(file.tensors[i].second)};
    end = offsets[i].second;
  }
  std::vector<Config::Entry> metadata, tensors;
  for (const auto& [key, text] : file.metadata) metadata.emplace_back(key, text);
  for (std::size_t i = 0; i < file.tensors.size(); ++i) {
    const auto& [name, tensor] = file.tensors[i];
    const List sizes(tensor.shape().begin(), tensor.shape().end());
    tensors.emplace_back(name, Config{{"dtype", detail::stored_type(tensor.dtype()).name},
                                      {"shape", sizes},
                                      {"data_offsets", List{offsets[i].first, offsets[i].second}}});
  }
  std::string text = concat(checksum_prefix, no_checksum, after_checksum, json_members(std::move(metadata)), "}",
                            json_members(std::move(tensors)), "}");
  text.append((8 - text.size() % 8) % 8, ' ');
  return text;
}

}  // namespace

const Tensor* TensorFile::find(const std::string& name) const { return find_in(tensors, name); }
const std::string* TensorFile::find_metadata(const std::string& key) const { return find_in(metadata, key); }

TensorFile read_safetensors(const std::string& path, const ReadLimits& limits) {
  return read_all(Source(path), limits);
}

TensorFile parse_safetensors(std::string_view bytes, const std::string& name, const ReadLimits& limits) {
  return read_all(Source(bytes, name), limits);
}

void write_safetensors(const std::string& path, const TensorFile& file) {
  check_to_write(file);
  const std::vector<std::size_t> order = data_order(file);
  std::string header = make_header(file, order);
  const std::uint64_t length = header.size();
  check(length <= detail::longest_header, "[safetensors] expected names and metadata of at most ",
        detail::longest_header, " bytes, received ", length);

  std::vector<Tensor> dense;
  for (std::size_t i : order) dense.push_back(file.tensors[i].second.detach().contiguous());
  std::uint32_t checksum = add_to_checksum(0, &length, sizeof(length));
  checksum = add_to_checksum(checksum, header.data(), header.size());
  for (const Tensor& tensor : dense)
    checksum = add_to_checksum(checksum, view(tensor).data, static_cast<std::size_t>(bytes_of(tensor)));
  header.replace(checksum_prefix.size(), no_checksum.size(), checksum_text(checksum));

  detail::AtomicFile out(path);
  out.write(&length, sizeof(length));
  out.write(header.data(), header.size());
  for (const Tensor& tensor : dense) out.write(view(tensor).data, static_cast<std::size_t>(bytes_of(tensor)));
  out.commit();
}

}  // namespace linnet
