// What every fuzz program needs. It includes this once and gives two functions:
//
//   Files seeds(const TemporaryFolder& folder)         valid files to begin with, written by Linnet
//   void read(const std::string& path)                 what is tested; FileError is how it refuses a file
//
// Every other exception, a crash, a finding of a sanitizer, a leak, too much time or memory is a failure.
#pragma once

#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "linnet/base/check.h"
#include "linnet/tensor/memory.h"
#include "tests/support/temporary_folder.h"

namespace linnet::fuzz {

using Files = std::vector<std::string>;

Files seeds(const TemporaryFolder& folder);
void read(const std::string& path);

// A file in memory, for readers that take a path.
class MemoryFile {
 public:
  MemoryFile() : file_(memfd_create("input", 0)) {
    if (file_ < 0) std::abort();
  }
  std::string path() const { return "/proc/self/fd/" + std::to_string(file_); }
  void assign(const std::uint8_t* data, std::size_t size) const {
    if (ftruncate(file_, 0) != 0 || pwrite(file_, data, size, 0) != static_cast<ssize_t>(size)) std::abort();
  }

 private:
  int file_;
};

}  // namespace linnet::fuzz

// The first folder among the arguments is where libFuzzer begins: an empty one gets the seeds.
extern "C" int LLVMFuzzerInitialize(int* count, char*** arguments) {
  namespace fs = std::filesystem;
  for (int i = 1; i < *count; ++i) {
    const fs::path corpus = (*arguments)[i];
    if (!fs::is_directory(corpus)) continue;
    if (!fs::is_empty(corpus)) break;
    const linnet::TemporaryFolder folder;
    for (const std::string& file : linnet::fuzz::seeds(folder)) fs::copy_file(file, corpus / fs::path(file).filename());
    break;
  }
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const linnet::fuzz::MemoryFile file;
  file.assign(data, size);
  try {
    linnet::fuzz::read(file.path());
  } catch (const linnet::FileError&) {
  }
  linnet::release_cached_memory();
  return 0;
}
