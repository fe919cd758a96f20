// The bytes of an HDF5 file, and the only way to them: records, which check every read against their end. Internal.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "linnet/base/check.h"

namespace linnet::detail::hdf5 {

constexpr std::uint64_t undefined_address = ~std::uint64_t{0};

class Record;

/// The bytes of a file, and how its errors begin.
class Source {
 public:
  Source(std::string_view bytes, const std::string& name) : bytes_(bytes), name_(name) {}

  std::uint64_t size() const { return bytes_.size(); }
  /// The same, of the first `size` bytes only.
  Source first(std::uint64_t size) const { return Source(bytes_.substr(0, size), name_); }
  /// The same, whose errors name the object that is being read.
  Source at(const std::string& path) const {
    Source source = *this;
    if (!path.empty()) source.place_ = "in \"" + path + "\" ";
    return source;
  }
  /// `size` bytes from `address` on, of `what`: "the symbol node".
  std::string_view bytes(std::uint64_t address, std::uint64_t size, const char* what) const {
    if (address > bytes_.size() || size > bytes_.size() - address)
      reject(what, " at byte ", address, " is damaged: it has ", size, " bytes, the file ends at byte ", bytes_.size());
    return bytes_.substr(address, size);
  }
  Record record(std::uint64_t address, std::uint64_t size, const char* what) const;

  /// Throws FileError `[read_hdf5] "path": …`.
  template <class... Parts>
  [[noreturn]] void reject(const Parts&... parts) const {
    fail<FileError>("[read_hdf5] \"", name_, "\": ", place_, parts...);
  }

 private:
  std::string_view bytes_;
  const std::string& name_;
  std::string place_;
};

/// A piece of the file of which it is known what it holds, read from front to back. Numbers are little-endian.
class Record {
 public:
  Record(const Source& source, std::uint64_t address, std::string_view bytes, const char* what)
      : source_(&source), bytes_(bytes), address_(address), what_(what) {}

  std::uint64_t address() const { return address_; }
  std::uint64_t left() const { return bytes_.size() - position_; }
  const Source& source() const { return *source_; }

  std::string_view bytes(std::uint64_t count) {
    if (count > left()) damaged("it ends too early");
    position_ += count;
    return bytes_.substr(position_ - count, count);
  }
  void skip(std::uint64_t count) { bytes(count); }
  /// To the next multiple of eight from the record's beginning.
  void align() { skip((8 - position_ % 8) % 8); }

  std::uint64_t number(std::uint64_t width) {
    std::uint64_t value = 0, shift = 0;
    for (char byte : bytes(width)) {
      value |= std::uint64_t{static_cast<unsigned char>(byte)} << shift;
      shift += 8;
    }
    return value;
  }
  /// Addresses and lengths: the superblock says that they have eight bytes.
  std::uint64_t offset() { return number(8); }

  /// The next `size` bytes as a record of their own.
  Record part(std::uint64_t size, const char* what) {
    const std::uint64_t start = address_ + position_;
    return Record(*source_, start, bytes(size), what);
  }
  /// Letters up to a zero, which is passed.
  std::string_view text() {
    const std::size_t end = bytes_.find('\0', position_);
    if (end == std::string_view::npos) damaged("a name in it does not end");
    const std::string_view letters = bytes(end - position_);
    skip(1);
    return letters;
  }

  void expect_signature(std::string_view signature) {
    if (bytes(signature.size()) != signature) damaged("it does not begin with ", signature);
  }
  /// Reads a version number, which must be one of `first` to `last`.
  std::uint64_t version(std::uint64_t first, std::uint64_t last) {
    const std::uint64_t version = number(1);
    if (version < first || version > last)
      source_->reject(what_, " at byte ", address_, " has version ", version, ", which is not supported or damaged");
    return version;
  }

  template <class... Parts>
  [[noreturn]] void damaged(const Parts&... parts) const {
    source_->reject(what_, " at byte ", address_, " is damaged: ", parts...);
  }

 private:
  const Source* source_;
  std::string_view bytes_;
  std::uint64_t address_, position_ = 0;
  const char* what_;
};

inline Record Source::record(std::uint64_t address, std::uint64_t size, const char* what) const {
  return Record(*this, address, bytes(address, size, what), what);
}

}  // namespace linnet::detail::hdf5
