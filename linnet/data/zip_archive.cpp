#include "linnet/data/zip_archive.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>

namespace linnet::detail {
namespace {

std::string text_of(int code) {
  zip_error_t error;
  zip_error_init_with_code(&error, code);
  std::string text = zip_error_strerror(&error);
  zip_error_fini(&error);
  return text;
}

// An archive may list more entries than the 65,535 of the classic format only in an index of its own, which libzip
// would load whole, several times larger than it is in the file.
bool has_long_index(const std::string& path, std::uint64_t size) {
  constexpr std::uint64_t longest_tail = 65535 + 22 + 20;  // comment, end of directory, place of the long index
  std::string tail(std::min(size, longest_tail), '\0');
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return false;
  const ssize_t got = pread(file, tail.data(), tail.size(), static_cast<off_t>(size - tail.size()));
  close(file);
  return got > 0 && tail.find("PK\x06\x07") != std::string::npos;
}

}  // namespace

ZipArchive open_zip(const FileReader& file, const std::string& kind) {
  if (has_long_index(file.path(), file.stored()))
    file.reject("an archive with an index for more than 65,535 entries or 4 GB is not supported");
  int error = 0;
  ZipArchive archive(zip_open(file.path().c_str(), ZIP_RDONLY, &error));
  if (!archive)
    file.reject(concat("expected ", kind, ", received something else or a damaged one (", text_of(error), ")"));
  return archive;
}

}  // namespace linnet::detail
