// The one pool of threads. Work is cut into fixed blocks whose number and size never depend on the thread count, so
// results have the same bits for any number of threads (docs/notes/threads.md).
#pragma once

#include <cstdint>
#include <memory>
#include <type_traits>

#pragma GCC visibility push(default)
namespace linnet {

/// Number of threads for everything (default: LINNET_NUM_THREADS, else the physical cores that this process may use, by
/// its affinity and the CPU quotas of its cgroups). Throws if `count` < 1. Results do not depend on it.
void set_num_threads(int count);
int num_threads();

namespace detail {
using BlockFunction = void (*)(void* context, std::int64_t block);
void run_blocks(std::int64_t count, BlockFunction function, void* context);

/// In how many blocks work is cut: `grains` is how often it holds the least that is worth one. Four serve one to four
/// threads; those of more, for more threads, have four grains each.
constexpr std::int64_t worthwhile_blocks(std::int64_t grains) {
  return grains < 2 ? 1 : grains < 4 ? 2 : grains < 32 ? 4 : grains < 64 ? 8 : 16;
}
}  // namespace detail

/// Calls body(0) … body(count - 1), each once, on the pool; returns when all are done. Block b belongs to the same
/// thread in every call with the same count (it is stolen only when that thread is late), so data stays in that
/// thread's cache. Nested calls run serially, and so do calls while another thread of the program uses the pool. Blocks
/// compute with subnormal numbers as zeros, whichever thread runs them. `body` must not throw. Fewer than 2^32 blocks.
///   std::vector<double> squares(4);
///   parallel_blocks(4, [&](std::int64_t block) { squares[block] = block * block; });
///   squares;  // -> {0, 1, 4, 9}
template <class Body>
void parallel_blocks(std::int64_t count, Body&& body) {
  using Plain = std::remove_reference_t<Body>;
  detail::run_blocks(
      count, [](void* context, std::int64_t block) { (*static_cast<Plain*>(context))(block); },
      const_cast<void*>(static_cast<const void*>(std::addressof(body))));
}

/// Calls body(first, last) for consecutive ranges that cover [0, n). Ranges are multiples of `align` elements; their
/// number depends on n and `grain` (the least work worth a block) only; below 2 * grain it is one call on the calling
/// thread.
template <class Body>
void parallel_ranges(std::int64_t n, std::int64_t grain, std::int64_t align, Body&& body) {
  std::int64_t count = detail::worthwhile_blocks(n / grain);
  std::int64_t step = (n + count - 1) / count;
  step = (step + align - 1) / align * align;
  if (step <= 0) return;
  count = (n + step - 1) / step;
  if (count == 0) return;
  parallel_blocks(count, [&](std::int64_t block) {
    const std::int64_t first = block * step;
    body(first, first + step < n ? first + step : n);
  });
}

}  // namespace linnet
#pragma GCC visibility pop
