// AtomicFile: a file that appears complete or not at all.
#pragma once

#include <cstddef>
#include <string>

namespace linnet::detail {

/// Writes to a temporary beside `path`; commit() syncs it and renames it to `path`. Without commit (an exception came
/// between) the temporary is removed and an earlier file at `path` is untouched. Links are followed, the mode of an
/// earlier file is kept, and what is no regular file (a device, a pipe) is written directly.
class AtomicFile {
 public:
  explicit AtomicFile(const std::string& path);
  ~AtomicFile();
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;

  void write(const void* data, std::size_t bytes);
  void commit();

 private:
  [[noreturn]] void failed() const;

  std::string path_, temporary_;  // no temporary: written directly
  int file_ = -1;
};

}  // namespace linnet::detail
