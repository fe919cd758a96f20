// How often this program asked for memory.
#pragma once

#include <cstdint>

namespace linnet::bench {

struct Allocations {
  std::uint64_t operator_new = 0;  // calls of the global operator new
  std::uint64_t c_library = 0;     // of malloc, calloc, realloc and aligned_alloc, also by operator new
};
Allocations allocations();

/// Whether c_library is counted: with glibc, and without the sanitizers, which have a malloc of their own.
extern const bool counts_c_library;

}  // namespace linnet::bench
