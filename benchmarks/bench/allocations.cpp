#include "allocations.h"

#include <atomic>
#include <cstdlib>
#include <new>

#if defined(__GLIBC__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define LINNET_BENCH_COUNTS_MALLOC
#endif

namespace linnet::bench {
namespace {

// Constant-initialized: there are allocations before any constructor runs.
constinit std::atomic<std::uint64_t> operator_new_calls = 0, c_library_calls = 0;

void count(std::atomic<std::uint64_t>& calls) { calls.fetch_add(1, std::memory_order_relaxed); }

void* counted(void* memory) {
  count(operator_new_calls);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}

}  // namespace

Allocations allocations() { return {operator_new_calls, c_library_calls}; }

#if defined(LINNET_BENCH_COUNTS_MALLOC)
const bool counts_c_library = true;
#else
const bool counts_c_library = false;
#endif

}  // namespace linnet::bench

// The forms for arrays, without exceptions and with sizes call these.
void* operator new(std::size_t bytes) { return linnet::bench::counted(std::malloc(bytes > 0 ? bytes : 1)); }
void* operator new(std::size_t bytes, std::align_val_t alignment) {
  const auto step = static_cast<std::size_t>(alignment);
  return linnet::bench::counted(std::aligned_alloc(step, (bytes + step - 1) / step * step));
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept { std::free(memory); }

// A program's own malloc takes the place of the C library's, which remains under these names.
#if defined(LINNET_BENCH_COUNTS_MALLOC)
extern "C" {
void* __libc_malloc(std::size_t);                 // NOLINT(bugprone-reserved-identifier)
void* __libc_calloc(std::size_t, std::size_t);    // NOLINT(bugprone-reserved-identifier)
void* __libc_realloc(void*, std::size_t);         // NOLINT(bugprone-reserved-identifier)
void* __libc_memalign(std::size_t, std::size_t);  // NOLINT(bugprone-reserved-identifier)

void* malloc(std::size_t bytes) noexcept {
  linnet::bench::count(linnet::bench::c_library_calls);
  return __libc_malloc(bytes);
}
void* calloc(std::size_t count, std::size_t bytes) noexcept {
  linnet::bench::count(linnet::bench::c_library_calls);
  return __libc_calloc(count, bytes);
}
void* realloc(void* memory, std::size_t bytes) noexcept {
  linnet::bench::count(linnet::bench::c_library_calls);
  return __libc_realloc(memory, bytes);
}
void* aligned_alloc(std::size_t alignment, std::size_t bytes) noexcept {
  linnet::bench::count(linnet::bench::c_library_calls);
  return __libc_memalign(alignment, bytes);
}
}
#endif
