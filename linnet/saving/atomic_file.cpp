#include "linnet/saving/atomic_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <string_view>

#include "linnet/base/check.h"
#include "linnet/saving/safetensors.h"

namespace linnet {

namespace detail {

AtomicFile::AtomicFile(const std::string& path) : path_(path) {
  std::error_code error;
  if (std::filesystem::is_symlink(path, error)) {
    const auto target = std::filesystem::canonical(path, error);
    if (!error) path_ = target.string();
  }
  struct stat earlier = {};
  const bool exists = stat(path_.c_str(), &earlier) == 0;
  if (exists && !S_ISREG(earlier.st_mode)) {
    file_ = open(path_.c_str(), O_WRONLY | O_CLOEXEC);
  } else {
    static std::atomic<unsigned> count = 0;
    temporary_ = concat(path_, ".tmp", getpid(), "-", count++);
    file_ = open(temporary_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (file_ >= 0 && exists) fchmod(file_, earlier.st_mode & 07777);
  }
  if (file_ < 0) {
    temporary_.clear();
    failed();
  }
}

AtomicFile::~AtomicFile() {
  if (file_ >= 0) close(file_);
  if (!temporary_.empty()) unlink(temporary_.c_str());
}

void AtomicFile::write(const void* data, std::size_t bytes) {
  const char* next = static_cast<const char*>(data);
  while (bytes > 0) {
    const ssize_t written = ::write(file_, next, bytes);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) failed();
    next += written;
    bytes -= static_cast<std::size_t>(written);
  }
}

void AtomicFile::commit() {
  if (temporary_.empty()) return;
  if (fsync(file_) != 0) failed();
  if (rename(temporary_.c_str(), path_.c_str()) != 0) failed();
  temporary_.clear();
  // The name is safe once its folder is on the disk; not every file system can say so, which is no failure.
  const std::string folder = std::filesystem::path(path_).parent_path().string();
  const int directory = open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (directory < 0) return;
  fsync(directory);
  close(directory);
}

void AtomicFile::failed() const {
  fail<FileError>("[save] cannot write \"", path_, "\": ", std::strerror(errno),
                  errno == ENOENT ? "; is there such a folder?" : "");
}

}  // namespace detail

void write_file_atomically(const std::string& path, std::string_view bytes) {
  detail::AtomicFile file(path);
  file.write(bytes.data(), bytes.size());
  file.commit();
}

}  // namespace linnet
