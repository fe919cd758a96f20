// FileReader: the bytes of a file from front to back, unpacked if it is gzipped; for the readers of this folder.
#pragma once

#include <cstdint>
#include <string>

#include "linnet/base/check.h"
#include "linnet/base/read_limits.h"
#include "linnet/base/whole_file.h"

struct gzFile_s;

namespace linnet::detail {

/// Bytes from front to back, of which it is known how many there can be.
class ByteReader {
 public:
  virtual ~ByteReader();
  ByteReader(const ByteReader&) = delete;
  ByteReader& operator=(const ByteReader&) = delete;

  /// Bytes read: fewer than `count` only at the end. Throws when the bytes are damaged.
  virtual std::uint64_t read(void* data, std::uint64_t count) = 0;
  virtual std::uint64_t capacity() = 0;  // the most bytes there can be

  const std::string& path() const { return path_; }
  std::uint64_t stored() const { return stored_; }    // the size of the file
  std::uint64_t allowed() const { return allowed_; }  // what may come out of it: its size and the limit's extra bytes
  /// Rejects `bytes` that the file declares when it cannot hold them or the limit forbids them. `what`: "shape (3, 4)".
  void check_declared(const std::string& what, std::uint64_t bytes);

  /// FileError `[who] reason in "path"; hint`.
  [[noreturn]] void reject(const std::string& reason, const std::string& hint = "") const;
  /// The same for `what` that needs more memory than the limit allows.
  [[noreturn]] void reject_size(const std::string& what) const;

 protected:
  ByteReader(std::string who, std::string path, std::uint64_t stored, std::uint64_t allowed);

 private:
  std::string who_, path_;
  std::uint64_t stored_, allowed_;
};

/// A file, unpacked if it is gzipped.
class FileReader final : public ByteReader {
 public:
  /// Throws FileError when there is no such file, or it is not a regular one. `who` begins every error: "read_idx".
  FileReader(const std::string& who, const std::string& path, const ReadLimits& limits);
  ~FileReader() override;

  std::uint64_t read(void* data, std::uint64_t count) override;
  std::uint64_t capacity() override;
  void rewind();

 private:
  FileReader(const std::string& who, const std::string& path, std::uint64_t size, const ReadLimits& limits);
  [[noreturn]] void damaged();

  gzFile_s* file_ = nullptr;
};

/// The size of the file and what the limit adds.
std::uint64_t allowed_bytes(std::uint64_t file_size, const ReadLimits& limits);
/// "4.2 MB"
std::string bytes_text(std::uint64_t bytes);

}  // namespace linnet::detail
