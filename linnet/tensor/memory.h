// The caching allocator behind tensors and the tape. A freed block is kept for the next request of its size class, so
// that a training loop allocates nothing once it has made its first step. Small blocks are handed out last in first
// out; large ones by address, so that each tensor finds the memory that it had in the step before, still in the cache
// of the thread that owns it, whatever the order was in which the step gave its tensors back. Blocks of 64 KiB and more
// lie in huge pages where the system has them.
#pragma once

#include <cstddef>
#include <cstdint>

#pragma GCC visibility push(default)
namespace linnet {

/// What the allocator has done since the program started.
struct MemoryStatistics {
  std::size_t live_bytes = 0;            // in use now
  std::size_t peak_bytes = 0;            // the most that was ever in use
  std::size_t cached_bytes = 0;          // freed, and kept for the next request
  std::uint64_t requests = 0;            // blocks handed out
  std::uint64_t system_allocations = 0;  // of these, blocks that had to come from the operating system
};
MemoryStatistics memory_statistics();

/// Gives the memory of the cached blocks back to the operating system.
void release_cached_memory();

namespace detail {
constexpr std::size_t page = 4096, large_block = std::size_t{1} << 16;

/// A block of at least `bytes` bytes, aligned to 64, large ones to a page. Size classes: multiples of 64 bytes up to
/// 1 KiB, then sixteen per power of two. Thread-safe. Throws OutOfMemory.
void* allocate(std::size_t bytes);
/// `bytes` as given to allocate().
void deallocate(void* block, std::size_t bytes) noexcept;

/// While one lives, the tensors that its thread makes may take so many bytes together; allocate() throws OutOfMemory
/// for more. For loaders: what a file describes must not take more than the file can fill. They do not nest.
class MemoryBudget {
 public:
  explicit MemoryBudget(std::int64_t bytes);
  ~MemoryBudget();
  MemoryBudget(const MemoryBudget&) = delete;
  MemoryBudget& operator=(const MemoryBudget&) = delete;
};
}  // namespace detail

}  // namespace linnet
#pragma GCC visibility pop
