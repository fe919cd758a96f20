// NPZ is a ZIP archive of .npy files; libzip reads and writes it.
#include <algorithm>
#include <array>
#include <memory>
#include <set>
#include <string_view>

#include "linnet/data/npy.h"
#include "linnet/data/npy_format.h"
#include "linnet/data/zip_archive.h"
#include "linnet/data/zip_members.h"

namespace linnet {

namespace {

constexpr std::string_view ending = ".npy";

using detail::ZipArchive, detail::ZipEntry;

class EntryReader final : public detail::ByteReader {
 public:
  EntryReader(const std::string& path, std::uint64_t stored, std::uint64_t allowed, zip_t* archive,
              const zip_stat_t& status)
      : ByteReader("read_npz", path, stored, allowed), name_(status.name), size_(status.size) {
    entry_.reset(zip_fopen_index(archive, status.index, 0));
    if (!entry_) reject(concat("cannot read \"", name_, "\" (", zip_strerror(archive), ")"));
  }

  std::uint64_t read(void* data, std::uint64_t count) override {
    std::uint64_t done = 0;
    while (done < count) {
      const zip_int64_t got = zip_fread(entry_.get(), static_cast<char*>(data) + done, count - done);
      if (got == 0) break;
      if (got < 0) reject(concat("damaged entry \"", name_, "\" (", zip_file_strerror(entry_.get()), ")"));
      done += static_cast<std::uint64_t>(got);
    }
    return done;
  }
  std::uint64_t capacity() override { return size_; }

 private:
  std::string name_;
  std::uint64_t size_;
  ZipEntry entry_;
};

// The entries' descriptions, after it is certain that all of them together are allowed.
std::vector<zip_stat_t> entries(const detail::FileReader& file, zip_t* archive) {
  std::vector<zip_stat_t> all;
  std::uint64_t total = 0;
  const zip_int64_t count = zip_get_num_entries(archive, 0);
  for (zip_int64_t i = 0; i < count; ++i) {
    zip_stat_t status;
    zip_stat_init(&status);
    if (zip_stat_index(archive, static_cast<zip_uint64_t>(i), 0, &status) != 0 || status.name == nullptr)
      file.reject(concat("cannot read the list of arrays (", zip_strerror(archive), ")"));
    if (!std::string_view(status.name).ends_with(ending))
      file.reject(concat("expected arrays only, received \"", status.name, "\""));
    if (status.comp_method != ZIP_CM_STORE && status.comp_method != ZIP_CM_DEFLATE)
      file.reject(concat("\"", status.name, "\" is compressed with method ", status.comp_method),
                  "NumPy stores or deflates");
    if (__builtin_add_overflow(total, status.size, &total) || total > file.allowed())
      file.reject_size(concat("what the archive declares"));
    all.push_back(status);
  }
  return all;
}

}  // namespace

NamedTensors read_npz(const std::string& path, const ReadLimits& limits) {
  const detail::FileReader file("read_npz", path, limits);
  const ZipArchive archive = detail::open_zip(file, "a .npz archive");
  NamedTensors tensors;
  std::uint64_t used = 0;
  for (const zip_stat_t& status : entries(file, archive.get())) {
    std::string name(status.name, std::string_view(status.name).size() - ending.size());
    if (std::any_of(tensors.begin(), tensors.end(), [&](const auto& earlier) { return earlier.first == name; }))
      file.reject(concat("two arrays are called \"", name, "\""));
    EntryReader entry(path, file.stored(), file.allowed() - used, archive.get(), status);
    Tensor tensor = detail::read_npy_array(entry, name + ": ");
    used += static_cast<std::uint64_t>(tensor.size()) * size_of(tensor.dtype());
    tensors.emplace_back(std::move(name), std::move(tensor));
  }
  return tensors;
}

void write_npz(const std::string& path, const NamedTensors& tensors, const WriteNpzOptions& options) {
  ZipMembers members;
  std::set<std::string> names;
  for (const auto& [name, tensor] : tensors) {
    check(names.insert(name).second, "[write_npz] expected different names, received \"", name, "\" twice");
    members.emplace_back(concat(name, ending), detail::npy_bytes("write_npz", tensor));
  }
  write_zip("write_npz", path, members, options.compressed);
}

}  // namespace linnet
