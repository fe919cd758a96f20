#include "linnet/base/whole_file.h"

#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "linnet/base/check.h"

namespace linnet::detail {

std::uint64_t checked_file_size(const std::string& who, const std::string& path) {
  struct stat status = {};
  if (stat(path.c_str(), &status) != 0)
    fail<FileError>("[", who, "] cannot read \"", path, "\": ", std::strerror(errno));
  if (!S_ISREG(status.st_mode)) fail<FileError>("[", who, "] expected a file, received \"", path, "\", which is none");
  return static_cast<std::uint64_t>(status.st_size);
}

std::string read_whole_file(const std::string& who, const std::string& path) {
  std::string bytes(checked_file_size(who, path), '\0');
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  if (!file.read(bytes.data(), static_cast<std::streamsize>(bytes.size())))
    fail<FileError>("[", who, "] cannot read \"", path, "\": ", errno ? std::strerror(errno) : "it ends too early");
  return bytes;
}

std::optional<std::string> read_file_if_any(const std::string& who, const std::string& path) {
  std::error_code none;
  if (!std::filesystem::exists(path, none)) return {};
  return read_whole_file(who, path);
}

}  // namespace linnet::detail
