// Damaged and hostile files: every one is read or refused with a sentence, in little time and memory.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <cstring>
#include <functional>

#include "linnet/base/random.h"
#include "linnet/data/csv.h"
#include "linnet/data/idx.h"
#include "linnet/data/image.h"
#include "linnet/data/npy.h"
#include "tests/data/pictures.h"
#include "tests/support/temporary_folder.h"

#if defined(__SANITIZE_ADDRESS__)
#define LINNET_UNDER_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define LINNET_UNDER_ASAN 1
#endif
#endif

namespace linnet {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

struct Format {
  std::string name;
  std::function<void(const std::string& path)> read;
  std::function<NamedBytes(const TemporaryFolder&)> valid_files;
  bool has_an_end = true;      // a file that is cut short is always an error
  bool has_checksums = false;  // a changed bit is always an error
};

NamedBytes written(const TemporaryFolder& folder, const std::string& name,
                   const std::function<void(const std::string&)>& write) {
  write(folder / name);
  return {{name, read_text(folder / name)}};
}

Tensor noise(std::int64_t n) { return random_uniform({n}, 0, 1); }

std::vector<Format> formats() {
  const auto idx = [](const std::string& path) { read_idx(path); };
  const auto png = [](const std::string& path) { read_image(path); };
  return {
      {"idx", idx,
       [](const auto& folder) { return written(folder, "a", [](const auto& path) { write_idx(path, noise(30)); }); }},
      {"idx.gz", idx,
       [](const auto& folder) {
         return written(folder, "a.gz", [](const auto& path) { write_idx(path, noise(30)); });
       }},
      {"csv", [](const std::string& path) { read_csv(path, {.missing = Missing::keep}); },
       [](const auto&) {
         return NamedBytes{{"a", "age,city\n31,\"Rome\"\n-4e3,Paris\n?,\"a \"\"b\"\"\n\"\n"},
                           {"b", "\xEF\xBB\xBF\xE5\x9F\x8E;x\r\n\xE5\x8C\x97;2,5\r\nx;3\r\n"}};
       },
       false},
      {"npy", [](const std::string& path) { read_npy(path); },
       [](const auto& folder) { return written(folder, "a", [](const auto& path) { write_npy(path, noise(12)); }); }},
      {"npz", [](const std::string& path) { read_npz(path); },
       [](const auto& folder) {
         const NamedTensors arrays = {{"x", noise(12)}, {"y", zeros({3, 3}, int64)}};
         NamedBytes files = written(folder, "stored", [&](const auto& path) { write_npz(path, arrays); });
         files.push_back(
             written(folder, "deflated", [&](const auto& path) { write_npz(path, arrays, {.compressed = true}); })[0]);
         return files;
       }},
      {"png", png, [](const auto&) { return png_kinds(); }, true, true},
      {"jpeg", png, [](const auto&) { return jpeg_kinds(); }},
  };
}

// What the reader says of these bytes; empty if it takes them. Anything but FileError fails the test.
std::string verdict(const Format& format, const std::string& path, const std::string& bytes) {
  write_text(path, bytes);
  try {
    format.read(path);
  } catch (const FileError& error) {
    const std::string text = error.what();
    EXPECT_THAT(text, StartsWith("["));
    EXPECT_THAT(text, HasSubstr(path));
    EXPECT_GT(text.size(), path.size() + 20);
    return text;
  }
  return "";
}

TEST(HostileFiles, CutShortAnywhere) {
  for (const Format& format : formats()) {
    const TemporaryFolder folder;
    for (const auto& [name, whole] : format.valid_files(folder)) {
      EXPECT_EQ(verdict(format, folder / "x", whole), "") << format.name << " " << name;
      const std::size_t step = std::max<std::size_t>(1, whole.size() / 120);
      for (std::size_t size = 0; size < whole.size(); size += step) {
        const std::string said = verdict(format, folder / "x", whole.substr(0, size));
        EXPECT_TRUE(!format.has_an_end || !said.empty()) << format.name << " " << name << " cut at " << size;
      }
    }
  }
}

TEST(HostileFiles, WithAnyBitChanged) {
  for (const Format& format : formats()) {
    const TemporaryFolder folder;
    for (const auto& [name, whole] : format.valid_files(folder))
      for (std::uint64_t i = 0; i < 120; ++i) {
        const auto random = philox(7, 0, i);
        std::string changed = whole;
        char& byte = changed[random[0] % changed.size()];
        byte = static_cast<char>(byte ^ (1 << random[1] % 8));
        const std::string said = verdict(format, folder / "x", changed);
        EXPECT_TRUE(!format.has_checksums || !said.empty()) << name << " changed at " << random[0] % changed.size();
      }
  }
}

TEST(HostileFiles, WithAnyBytesReplaced) {
  for (const Format& format : formats()) {
    const TemporaryFolder folder;
    for (const auto& [name, whole] : format.valid_files(folder))
      for (std::uint64_t i = 0; i < 80; ++i) {
        const auto random = philox(8, 0, i);
        std::string changed = whole;
        const std::size_t start = random[0] % changed.size(),
                          length = std::min<std::size_t>(random[1] % 8 + 1, changed.size() - start);
        const char fill = random[2] % 3 == 0 ? '\xff' : random[2] % 3 == 1 ? '\0' : static_cast<char>(random[3]);
        std::fill_n(changed.begin() + static_cast<std::ptrdiff_t>(start), length, fill);
        verdict(format, folder / "x", changed);
      }
  }
}

// ---- bombs: small files that ask for much

std::string packed(const std::string& bytes) {
  const TemporaryFolder folder;
  gzFile file = gzopen((folder / "x").c_str(), "wb9");
  for (std::size_t done = 0; done < bytes.size(); done += 1 << 20)
    gzwrite(file, bytes.data() + done, static_cast<unsigned>(std::min<std::size_t>(1 << 20, bytes.size() - done)));
  gzclose(file);
  return read_text(folder / "x");
}

std::string big_endian(std::uint32_t value) {
  std::string bytes;
  for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(value >> shift & 0xff);
  return bytes;
}

std::string with_png_size(std::string png, std::uint32_t width, std::uint32_t height) {
  png.replace(16, 8, big_endian(width) + big_endian(height));
  const uLong sum = crc32(0, reinterpret_cast<const Bytef*>(png.data()) + 12, 17);
  return png.replace(29, 4, big_endian(static_cast<std::uint32_t>(sum)));
}

std::string with_jpeg_size(std::string jpeg, std::uint16_t height, std::uint16_t width) {
  for (const char marker : {'\xC0', '\xC2'}) {
    const std::size_t frame = jpeg.find(std::string("\xFF") + marker);
    if (frame != std::string::npos) return jpeg.replace(frame + 5, 4, big_endian(std::uint32_t{height} << 16 | width));
  }
  return jpeg;
}

std::string forged_zip_size(std::string zip) {  // of the first entry in the directory: 1 GB unpacked
  const std::size_t directory = zip.find("PK\x01\x02");
  return zip.replace(directory + 24, 4, std::string("\x00\x00\x00\x40", 4));
}

struct Bomb {
  std::string name;
  std::function<void(const std::string& path)> read;
  std::string bytes;
};

std::vector<Bomb> bombs() {
  const auto idx = [](const std::string& path) { read_idx(path); };
  const auto csv = [](const std::string& path) { read_csv(path, {.missing = Missing::keep}); };
  const auto npy = [](const std::string& path) { read_npy(path); };
  const auto npz = [](const std::string& path) { read_npz(path); };
  const auto image = [](const std::string& path) { read_image(path); };
  const auto zeros_of = [](std::size_t count) { return std::string(count, '\0'); };
  std::string many_texts = "a,b\n", comments;
  for (int i = 0; i < 400'000; ++i) many_texts += "1," + std::to_string(i) + "x\n";
  const TemporaryFolder folder;
  write_npz(folder / "z", {{"zeros", zeros({80 << 20}, uint8)}}, {.compressed = true});
  const std::string zip = read_text(folder / "z");
  const std::string grey = jpeg_of(test_picture(16, 16, 1), {.components = 1, .progressive = true});
  const std::string scan =
      grey.substr(grey.rfind("\xFF\xDA", grey.size() - 2), grey.size() - 2 - grey.rfind("\xFF\xDA"));
  std::string scans = grey.substr(0, grey.size() - 2);
  for (int i = 0; i < 3000; ++i) scans += scan;
  return {
      {"IDX that declares 4 GB", idx, std::string("\0\0\x08\x01", 4) + big_endian(0xffffffff) + "x"},
      {"gzipped IDX of 80 MB", idx, packed(std::string("\0\0\x08\x01", 4) + big_endian(80 << 20) + zeros_of(80 << 20))},
      {"gzipped IDX that declares 1 TB", idx,
       packed(std::string("\0\0\x0E\x02", 4) + big_endian(1 << 19) + big_endian(1 << 18) + zeros_of(1000))},
      {"gzipped CSV of 80 MB in one line", csv, packed("a,b\n" + std::string(80 << 20, '1'))},
      {"gzipped CSV of 90 MB", csv, packed("a,b\n" + std::string(90 << 20, '\n'))},
      {"CSV of empty cells", csv,
       [] {
         std::string text = "a";
         for (int i = 1; i < 100; ++i) text += ",b" + std::to_string(i);
         for (int i = 0; i < 300'000; ++i) text += "\n" + std::string(99, ',');
         return text;
       }()},
      {"CSV whose texts all differ", csv, many_texts},
      {"CSV with a million columns", csv,
       [] {
         std::string text = "0x";
         for (int i = 1; i < 1'000'000; ++i) text += "," + std::to_string(i) + "x";
         return text + "\n1\n";
       }()},
      {"CSV whose quote never ends", csv, "a,b\n1,\"" + std::string(50 << 20, 'x')},
      {"NPY that declares 8 TB", npy,
       std::string("\x93NUMPY\x01\0\x46\0", 10) +
           "{'descr': '<f8', 'fortran_order': False, 'shape': (1000000000000,), }  \n"},
      {"NPY with a header of 4 GB", npy, std::string("\x93NUMPY\x02\0\xff\xff\xff\xff", 12)},
      {"NPZ of 80 MB zeros", npz, zip},
      {"NPZ with a forged size", npz, forged_zip_size(zip)},
      {"PNG of 100,000 x 100,000", image, with_png_size(encode_png(test_picture(4, 4, 3)), 100'000, 100'000)},
      {"PNG of 2^31 - 1 squared", image, with_png_size(encode_png(test_picture(4, 4, 3)), 0x7fffffff, 0x7fffffff)},
      {"PNG of one row of a million", image, with_png_size(encode_png(test_picture(4, 4, 4)), 1'000'000, 16)},
      {"PNG of zeros, 72 MB", image, encode_png(zeros({4000, 6000, 3}, uint8))},
      {"JPEG of 65,000 x 65,000", image, with_jpeg_size(jpeg_of(test_picture(16, 16, 3), {}), 65'000, 65'000)},
      {"progressive JPEG of 8,000 x 4,000", image, with_jpeg_size(grey, 8'000, 4'000)},
      {"JPEG of 3,000 scans", image, with_jpeg_size(scans, 4'000, 4'000)},
  };
}

// Resident memory in bytes: what "VmRSS" or "VmHWM" (the most there ever was) says of this process.
std::int64_t memory(const char* which) {
  const std::string status = read_text("/proc/self/status");
  return std::strtoll(status.c_str() + status.find(which) + std::strlen(which) + 1, nullptr, 10) * 1024;
}

// Reads in a process of its own, which ends after a minute at most. What is said, and how much memory it took to say
// so.
struct Outcome {
  int status;
  std::int64_t bytes;
  std::string said;
};
Outcome read_apart(const Bomb& bomb, const std::string& path) {
  int channel[2];
  EXPECT_EQ(pipe(channel), 0);
  const pid_t child = fork();
  if (child == 0) {
    alarm(60);
    const std::int64_t before = memory("VmRSS:");
    std::string said;
    try {
      bomb.read(path);
    } catch (const FileError& error) {
      said = error.what();
    }
    said = std::to_string(memory("VmHWM:") - before) + "\n" + said;
    _exit(write(channel[1], said.data(), said.size()) == static_cast<ssize_t>(said.size()) ? 0 : 2);
  }
  close(channel[1]);
  std::string text(1 << 16, '\0');
  const ssize_t got = read(channel[0], text.data(), text.size());
  close(channel[0]);
  Outcome outcome = {0, 0, ""};
  waitpid(child, &outcome.status, 0);
  text.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
  outcome.bytes = std::strtoll(text.c_str(), nullptr, 10);
  outcome.said = text.substr(std::min(text.size(), text.find('\n') + 1));
  return outcome;
}

TEST(HostileFiles, BombsAreRefusedInLittleMemory) {
  const TemporaryFolder folder;
  for (const Bomb& bomb : bombs()) {
    write_text(folder / "x", bomb.bytes);
    const Outcome outcome = read_apart(bomb, folder / "x");
    EXPECT_EQ(outcome.status, 0) << bomb.name;
    EXPECT_THAT(outcome.said, HasSubstr(folder / "x")) << bomb.name;
#ifndef LINNET_UNDER_ASAN  // whose own memory is larger than all limits
    EXPECT_LE(outcome.bytes, static_cast<std::int64_t>(bomb.bytes.size()) + 100'000'000) << bomb.name;
#endif
    RecordProperty(bomb.name, static_cast<int>(outcome.bytes >> 20));
  }
}

}  // namespace
}  // namespace linnet
