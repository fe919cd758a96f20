// ReadLimits: how much memory the contents of one file may ask for.
#pragma once

#include <cstdint>

#pragma GCC visibility push(default)
namespace linnet {

/// Readers check the sizes that a file declares before they allocate: what comes out of it may be as large as the file
/// itself plus `extra_bytes`. So a small file that claims to hold gigabytes (compressed zeros, a forged header) is an
/// error and not the end of the program. Raise it for files that are meant to be so:
///   write_png("panorama.png", zeros({16, 64, 3}));
///   read_image("panorama.png", {.limits = {.extra_bytes = 1 << 30}});  // -> [16, 64, 3]
struct ReadLimits {
  std::int64_t extra_bytes = std::int64_t{64} << 20;  // 64 MiB
};

}  // namespace linnet
#pragma GCC visibility pop
