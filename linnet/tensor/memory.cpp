#include "linnet/tensor/memory.h"

#include <sys/mman.h>

#include <algorithm>
#include <atomic>
#include <bit>
#include <cstdlib>
#include <functional>
#include <mutex>
#include <new>
#include <thread>
#include <utility>

#include "linnet/tensor/out_of_memory.h"

namespace linnet {
namespace {

// Under the address sanitizer every block goes straight back, so that a use after free is seen.
#if defined(__SANITIZE_ADDRESS__)
constexpr bool caching = false;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
constexpr bool caching = false;
#else
constexpr bool caching = true;
#endif
#else
constexpr bool caching = true;
#endif

using detail::large_block, detail::page;

constexpr std::size_t alignment = 64, huge_page = std::size_t{2} << 20, chunk = 16 * huge_page;
constexpr std::size_t cache_floor = std::size_t{64} << 20;  // this much may always stay cached

// Held for a few nanoseconds at a time, by the threads that dispatch operations only.
class SpinLock {
 public:
  void lock() {
    for (int turn = 0; busy_.exchange(true, std::memory_order_acquire); ++turn)
      if (turn > 100) std::this_thread::yield();
  }
  void unlock() { busy_.store(false, std::memory_order_release); }

 private:
  std::atomic<bool> busy_{false};
};

struct SizeClass {
  std::size_t index, bytes;
};

SizeClass size_class(std::size_t bytes) {
  const std::size_t last = bytes > 0 ? bytes - 1 : 0;
  if (last < 1024) return {last >> 6, ((last >> 6) + 1) << 6};
  const int shift = std::bit_width(last) - 5;  // last >> shift is in [16, 32)
  const std::size_t steps = last >> shift;
  return {16 * static_cast<std::size_t>(shift - 6) + steps, (steps + 1) << shift};
}

/// Blocks from 64 KiB up to a huge page are cut from chunks of huge pages: in a cache that is found by physical
/// addresses, pages from anywhere push each other out, more or less of them from run to run.
bool is_cut(std::size_t bytes) { return caching && bytes >= large_block && bytes < huge_page; }

struct FreeBlock {
  FreeBlock* next = nullptr;
  FreeBlock* child = nullptr;  // of large blocks
  std::size_t bytes = 0;       // while it is given back
};

/// The free blocks of one size class: small ones as a list, large ones as a pairing heap (Fredman et al. 1986), whose
/// lowest address is its root. Thousands of blocks may be free at once, so that a sorted list would be slow.
class FreeBlocks {
 public:
  bool empty() const { return first_ == nullptr; }
  void add_on_top(void* block) { first_ = ::new (block) FreeBlock{first_}; }
  void add_by_address(void* block) { first_ = merge(first_, ::new (block) FreeBlock); }
  /// The block on top, or the one with the lowest address. There must be one.
  FreeBlock* take() {
    FreeBlock* block = first_;
    first_ = block->child != nullptr ? merge_all(block->child) : block->next;
    return block;
  }

 private:
  /// The heap of two heaps, neither of which has siblings.
  static FreeBlock* merge(FreeBlock* a, FreeBlock* b) {
    if (a == nullptr || b == nullptr) return a != nullptr ? a : b;
    if (std::less<>()(b, a)) std::swap(a, b);
    b->next = std::exchange(a->child, b);
    return a;
  }
  /// The heap of all `siblings`: first in pairs, then the pairs from the last to the first.
  static FreeBlock* merge_all(FreeBlock* siblings) {
    FreeBlock* pairs = nullptr;
    while (FreeBlock* a = take_first(siblings)) {
      FreeBlock* pair = merge(a, take_first(siblings));
      pair->next = std::exchange(pairs, pair);
    }
    FreeBlock* all = nullptr;
    while (FreeBlock* pair = take_first(pairs)) all = merge(all, pair);
    return all;
  }
  static FreeBlock* take_first(FreeBlock*& list) {
    FreeBlock* block = list;
    if (block != nullptr) list = std::exchange(block->next, nullptr);
    return block;
  }

  FreeBlock* first_ = nullptr;
};

struct Cache {
  static constexpr std::size_t class_count = 16 * 60;
  SpinLock lock;
  MemoryStatistics statistics;
  FreeBlocks free[class_count];
  FreeBlocks empty[class_count];  // cut blocks whose memory the system has again, but for their first pages
  std::size_t bytes_of[class_count] = {};
  std::byte *chunk_first = nullptr, *chunk_last = nullptr;  // what nothing is cut from yet

  // Takes the cached blocks of at least `least` bytes out, as one list.
  FreeBlock* take_all(std::size_t least) {
    FreeBlock* all = nullptr;
    for (std::size_t i = 0; i < class_count; ++i) {
      if (bytes_of[i] < least) continue;
      while (!free[i].empty()) {
        FreeBlock* block = free[i].take();
        block->next = all;
        block->bytes = bytes_of[i];
        all = block;
        statistics.cached_bytes -= bytes_of[i];
      }
    }
    return all;
  }
};

// Never destroyed: tensors with static storage duration may be freed after main has returned.
Cache& cache() {
  static Cache& instance = *new Cache;
  return instance;
}

/// To the system. What is cut from a chunk keeps its addresses, and one page.
void give_back(FreeBlock* block) {
  FreeBlock* empty = nullptr;
  while (block != nullptr) {
    FreeBlock* next = block->next;
    if (is_cut(block->bytes)) {
      madvise(reinterpret_cast<std::byte*>(block) + page, block->bytes - page, MADV_DONTNEED);
      block->next = std::exchange(empty, block);
    } else {
      std::free(block);
    }
    block = next;
  }
  const std::lock_guard guard(cache().lock);
  while (empty != nullptr) {
    FreeBlock* next = empty->next;
    cache().empty[size_class(empty->bytes).index].add_by_address(empty);
    empty = next;
  }
}

// What is left of a MemoryBudget; without one, more than there is memory.
constexpr std::int64_t no_budget = INT64_MAX / 2;
constinit thread_local std::int64_t budget = no_budget;

/// A new chunk, which begins at a huge page; null where there is no memory. Pages that nobody touches cost nothing.
std::byte* new_chunk() {
  void* mapped = mmap(nullptr, chunk + huge_page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (mapped == MAP_FAILED) return nullptr;
  auto* first = static_cast<std::byte*>(mapped);
  const std::size_t before = huge_page - reinterpret_cast<std::uintptr_t>(first) % huge_page;  // 1 to huge_page
  munmap(first, before);
  if (before < huge_page) munmap(first + before + chunk, huge_page - before);
  madvise(first + before, chunk, MADV_HUGEPAGE);  // best effort
  return first + before;
}

void* cut(std::size_t index, std::size_t bytes) {
  Cache& c = cache();
  const std::lock_guard guard(c.lock);
  if (!c.empty[index].empty()) return c.empty[index].take();
  if (static_cast<std::size_t>(c.chunk_last - c.chunk_first) < bytes) {
    c.chunk_first = new_chunk();
    c.chunk_last = c.chunk_first == nullptr ? nullptr : c.chunk_first + chunk;
  }
  return c.chunk_first == nullptr ? nullptr : std::exchange(c.chunk_first, c.chunk_first + bytes);
}

void* from_system(std::size_t index, std::size_t bytes) {
  if (is_cut(bytes)) return cut(index, bytes);
  if (bytes < large_block) return std::aligned_alloc(alignment, bytes);
  if (bytes < huge_page) return std::aligned_alloc(page, (bytes + page - 1) / page * page);
  void* block = std::aligned_alloc(huge_page, (bytes + huge_page - 1) / huge_page * huge_page);
  if (block != nullptr) madvise(block, bytes, MADV_HUGEPAGE);  // best effort
  return block;
}

[[noreturn]] void fail_to_allocate(std::size_t bytes) {
  fail<OutOfMemory>("[tensor] there is not enough memory for ", bytes,
                    " bytes; smaller batches or layers, or a smaller dtype, need less");
}

}  // namespace

MemoryStatistics memory_statistics() {
  std::lock_guard guard(cache().lock);
  return cache().statistics;
}

void release_cached_memory() {
  std::unique_lock guard(cache().lock);
  FreeBlock* blocks = cache().take_all(0);
  guard.unlock();
  give_back(blocks);
}

detail::MemoryBudget::MemoryBudget(std::int64_t bytes) { budget = bytes; }
detail::MemoryBudget::~MemoryBudget() { budget = no_budget; }

void* detail::allocate(std::size_t bytes) {
  if (bytes > PTRDIFF_MAX / 2) fail_to_allocate(bytes);
  const auto [index, rounded] = size_class(bytes);
  if (static_cast<std::int64_t>(rounded) > budget) fail_to_allocate(bytes);
  budget -= static_cast<std::int64_t>(rounded);
  Cache& c = cache();
  std::unique_lock guard(c.lock);
  MemoryStatistics& s = c.statistics;
  ++s.requests;
  s.live_bytes += rounded;
  s.peak_bytes = std::max(s.peak_bytes, s.live_bytes);
  if (!c.free[index].empty()) {
    s.cached_bytes -= rounded;
    return c.free[index].take();
  }
  ++s.system_allocations;
  // The sizes in use have changed; a cache that has outgrown what is live holds blocks of sizes that are gone.
  const bool stale = rounded >= large_block && s.cached_bytes > std::max(cache_floor, s.live_bytes / 2);
  FreeBlock* unused = stale ? c.take_all(large_block) : nullptr;
  guard.unlock();
  give_back(unused);
  void* block = from_system(index, rounded);
  if (block == nullptr) {
    release_cached_memory();
    block = from_system(index, rounded);
  }
  if (block == nullptr) {
    guard.lock();
    s.live_bytes -= rounded;
    budget += static_cast<std::int64_t>(rounded);
    guard.unlock();
    fail_to_allocate(bytes);
  }
  return block;
}

void detail::deallocate(void* block, std::size_t bytes) noexcept {
  const auto [index, rounded] = size_class(bytes);
  budget += static_cast<std::int64_t>(rounded);
  Cache& c = cache();
  std::unique_lock guard(c.lock);
  c.statistics.live_bytes -= rounded;
  if (!caching) {
    guard.unlock();
    std::free(block);
    return;
  }
  if (rounded < large_block)
    c.free[index].add_on_top(block);
  else
    c.free[index].add_by_address(block);
  c.bytes_of[index] = rounded;
  c.statistics.cached_bytes += rounded;
}

}  // namespace linnet
