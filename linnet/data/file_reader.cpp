#include "linnet/data/file_reader.h"

#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

namespace linnet::detail {

std::uint64_t allowed_bytes(std::uint64_t file_size, const ReadLimits& limits) {
  check(limits.extra_bytes >= 0, "[ReadLimits] expected extra_bytes >= 0, received ", limits.extra_bytes);
  return file_size + static_cast<std::uint64_t>(limits.extra_bytes);
}

std::string bytes_text(std::uint64_t bytes) {
  if (bytes < 1000) return concat(bytes, bytes == 1 ? " byte" : " bytes");
  const char* const units[] = {"kB", "MB", "GB", "TB", "PB", "EB"};
  std::uint64_t tenths = bytes / 100;
  int unit = 0;
  for (; tenths >= 10000 && unit < 5; ++unit) tenths /= 1000;
  return concat(tenths / 10, ".", tenths % 10, " ", units[unit]);
}

ByteReader::ByteReader(std::string who, std::string path, std::uint64_t stored, std::uint64_t allowed)
    : who_(std::move(who)), path_(std::move(path)), stored_(stored), allowed_(allowed) {}

ByteReader::~ByteReader() = default;

void ByteReader::check_declared(const std::string& what, std::uint64_t bytes) {
  if (bytes > capacity()) reject(concat("the header declares ", what, ", more data than the file can hold,"));
  if (bytes > allowed_) reject_size(concat(what, " (", bytes_text(bytes), ")"));
}

void ByteReader::reject(const std::string& reason, const std::string& hint) const {
  fail<FileError>("[", who_, "] ", reason, " in \"", path_, "\"", hint.empty() ? "" : "; ", hint);
}

void ByteReader::reject_size(const std::string& what) const {
  reject(concat(what, " needs more than the ", bytes_text(allowed_), " allowed for what comes out of a file of ",
                bytes_text(stored_)),
         "if it is meant to be so large, raise ReadLimits::extra_bytes");
}

FileReader::FileReader(const std::string& who, const std::string& path, const ReadLimits& limits)
    : FileReader(who, path, checked_file_size(who, path), limits) {}

FileReader::FileReader(const std::string& who, const std::string& path, std::uint64_t size, const ReadLimits& limits)
    : ByteReader(who, path, size, allowed_bytes(size, limits)), file_(gzopen(path.c_str(), "rb")) {
  if (file_ == nullptr) fail<FileError>("[", who, "] cannot open \"", path, "\": ", std::strerror(errno));
  gzbuffer(file_, 1 << 17);
}

FileReader::~FileReader() { gzclose(file_); }

std::uint64_t FileReader::read(void* data, std::uint64_t count) {
  std::uint64_t done = 0;
  while (done < count) {
    const auto part = static_cast<unsigned>(std::min<std::uint64_t>(count - done, 1u << 30));
    const int got = gzread(file_, static_cast<char*>(data) + done, part);
    if (got == 0) break;
    if (got < 0) damaged();
    done += static_cast<std::uint64_t>(got);
  }
  int error = Z_OK;
  gzerror(file_, &error);
  if (error != Z_OK) damaged();
  return done;
}

void FileReader::rewind() { gzrewind(file_); }

std::uint64_t FileReader::capacity() {
  // Deflate cannot shrink more than 1032 times: a longer length cannot be true, whatever the limit.
  return gzdirect(file_) == 0 ? stored() * 1032 : stored();
}

void FileReader::damaged() {
  int error = Z_OK;
  const char* reason = gzerror(file_, &error);
  reject(concat("damaged gzip data (", error == Z_BUF_ERROR ? "it ends too early" : reason, ")"));
}

}  // namespace linnet::detail
