// AtomicFile: a file that appears complete or not at all.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#pragma GCC visibility push(default)
namespace linnet {

/// Writes all bytes of a file, or leaves what was there: see AtomicFile. `who` begins the error text.
///   write_file_atomically("history.csv", "epoch,loss\n0,0.5\n");
void write_file_atomically(const std::string& path, std::string_view bytes, std::string_view who = "save");

namespace detail {

/// Writes to a temporary beside `path`, "<path>.tmp<process>-<count>"; commit() syncs it, renames it to `path` and
/// syncs the folder. Without commit (an exception came between, the process was killed, the disk is full) an earlier
/// file at `path` is untouched. Links are followed, the permissions of an earlier file are kept (one that must not be
/// written is not replaced either), and what is no regular file (a device, a pipe) is written directly.
///
/// A temporary is locked (flock) while its writer lives. The next writer of the same path removes those of dead ones.
///
/// Throws FileError `[save] cannot write "…": …`, or `[save] no space left on the disk for "…"; the earlier file is
/// untouched`.
///   AtomicFile file(path);   file.write(bytes, size);   file.commit();
class AtomicFile {
 public:
  explicit AtomicFile(const std::string& path, std::string_view who = "save");
  ~AtomicFile();
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;

  void write(const void* data, std::size_t bytes);
  void commit();

 private:
  void open_temporary(unsigned mode);
  [[noreturn]] void failed(int error) const;

  std::string who_, path_, temporary_;  // no temporary: written directly
  int file_ = -1;
  bool exists_ = false;  // an earlier file that will be replaced
};

/// Removes temporaries in `folder` that begin with `prefix` and belong to no living process. Never throws: what cannot
/// be removed stays.
void remove_dead_temporaries(const std::string& folder, std::string_view prefix);

}  // namespace detail

}  // namespace linnet
#pragma GCC visibility pop
