#include "linnet/base/atomic_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include "linnet/base/check.h"

namespace linnet {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view mark = ".tmp";
constexpr std::size_t longest_stem = 200;  // file systems allow 255 bytes; the temporary's suffix needs some of them

int open_file(const std::string& path, int flags, mode_t mode = 0) {
  int file = -1;
  do {
    file = open(path.c_str(), flags | O_CLOEXEC, mode);
  } while (file < 0 && errno == EINTR);
  return file;
}

std::string folder_of(const std::string& path) {
  const std::string folder = fs::path(path).parent_path().string();
  return folder.empty() ? "." : folder;
}

/// What the names of all temporaries of `path` begin with.
std::string temporary_prefix(const std::string& path) {
  return fs::path(path).filename().string().substr(0, longest_stem) + std::string(mark);
}

/// Is `name` prefix + … + ".tmp<digits>-<digits>"?
bool is_temporary(const std::string& name, std::string_view prefix) {
  const auto is_number = [](std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
  };
  const std::size_t start = name.rfind(mark);
  if (!name.starts_with(prefix) || start == std::string::npos) return false;
  const std::string_view numbers = std::string_view(name).substr(start + mark.size());
  const std::size_t dash = numbers.find('-');
  return dash != std::string_view::npos && is_number(numbers.substr(0, dash)) && is_number(numbers.substr(dash + 1));
}

/// Follows links by hand, since the file behind the last one need not exist yet.
std::string follow_links(const std::string& path) {
  constexpr int most_links = 40;
  fs::path target = path;
  std::error_code error;
  for (int i = 0; i < most_links && fs::is_symlink(fs::symlink_status(target, error)); ++i) {
    const fs::path next = fs::read_symlink(target, error);
    if (error) break;
    target = next.is_absolute() ? next : target.parent_path() / next;
  }
  return target.string();
}

/// Some file systems have nothing to sync and say so.
bool synced(int file) {
  int result = 0;
  do {
    result = fsync(file);
  } while (result != 0 && errno == EINTR);
  return result == 0 || errno == EINVAL || errno == ENOSYS || errno == EOPNOTSUPP;
}

/// Network file systems report a full disk when a file is closed; closing a copy of the handle keeps the lock.
bool flushed(int file) {
  const int copy = fcntl(file, F_DUPFD_CLOEXEC, 0);
  return copy >= 0 && (close(copy) == 0 || errno == EINTR);
}

}  // namespace

namespace detail {

void remove_dead_temporaries(const std::string& folder, std::string_view prefix) {
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    if (!is_temporary(entry->path().filename().string(), prefix)) continue;
    const std::string path = entry->path().string();
    const int file = open_file(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    if (file < 0) continue;
    if (flock(file, LOCK_EX | LOCK_NB) == 0) unlink(path.c_str());
    close(file);
  }
}

AtomicFile::AtomicFile(const std::string& path, std::string_view who) : who_(who), path_(follow_links(path)) {
  struct stat earlier = {};
  const bool found = stat(path_.c_str(), &earlier) == 0;
  exists_ = found && S_ISREG(earlier.st_mode);
  if (found && !exists_) {
    file_ = open_file(path_, O_WRONLY);
    if (file_ < 0) failed(errno);
    return;
  }
  if (exists_ && faccessat(AT_FDCWD, path_.c_str(), W_OK, AT_EACCESS) != 0) failed(errno);
  remove_dead_temporaries(folder_of(path_), temporary_prefix(path_));
  open_temporary(exists_ ? 0600 : 0666);  // never more than the earlier file allowed
  if (!exists_) return;
  if (fchown(file_, earlier.st_uid, earlier.st_gid) != 0) errno = 0;  // only root can give a file away
  fchmod(file_, earlier.st_mode & 07777);
}

void AtomicFile::open_temporary(unsigned mode) {
  static std::atomic<unsigned> count = 0;
  for (;;) {
    temporary_ = (fs::path(folder_of(path_)) / concat(temporary_prefix(path_), getpid(), "-", count++)).string();
    file_ = open_file(temporary_, O_WRONLY | O_CREAT | O_EXCL, mode);
    if (file_ < 0 && errno == EEXIST) continue;  // of a dead process with our number, or of another machine
    if (file_ < 0) {
      const int error = errno;
      temporary_.clear();
      failed(error);
    }
    // Another writer may hold it, having taken it for a dead one's before it was locked here, and remove it.
    while (flock(file_, LOCK_EX) != 0 && errno == EINTR) {
    }
    struct stat status = {};
    if (fstat(file_, &status) == 0 && status.st_nlink > 0) return;
    close(file_);
  }
}

AtomicFile::~AtomicFile() {
  if (!temporary_.empty()) unlink(temporary_.c_str());
  if (file_ >= 0) close(file_);
}

void AtomicFile::write(const void* data, std::size_t bytes) {
  const char* next = static_cast<const char*>(data);
  while (bytes > 0) {
    const ssize_t written = ::write(file_, next, bytes);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) failed(written < 0 ? errno : EIO);
    next += written;
    bytes -= static_cast<std::size_t>(written);
  }
}

void AtomicFile::commit() {
  if (temporary_.empty()) return;
  if (!synced(file_) || !flushed(file_)) failed(errno);
  if (rename(temporary_.c_str(), path_.c_str()) != 0) failed(errno);
  temporary_.clear();
  // The name is safe once its folder is on the disk; not every file system can say so, which is no failure.
  const int directory = open_file(folder_of(path_), O_RDONLY | O_DIRECTORY);
  if (directory < 0) return;
  synced(directory);
  close(directory);
}

void AtomicFile::failed(int error) const {
  const char* kept = exists_ ? "; the earlier file is untouched" : "";
  if (error == ENOSPC || error == EDQUOT)
    fail<FileError>("[", who_, "] no space left on the disk for \"", path_, "\"", kept, "; make room, then save again");
  const char* hint = error == ENOENT   ? "; is there such a folder?"
                     : error == EACCES ? "; may this user write there?"
                                       : "";
  fail<FileError>("[", who_, "] cannot write \"", path_, "\": ", std::strerror(error), hint);
}

}  // namespace detail

void write_file_atomically(const std::string& path, std::string_view bytes, std::string_view who) {
  detail::AtomicFile file(path, who);
  file.write(bytes.data(), bytes.size());
  file.commit();
}

}  // namespace linnet
