// How work is cut into fixed blocks. The rows of a weight [k, n] - and whatever belongs to them: the columns of its
// input, its gradient, the optimizer's slots - are cut at the same places in every kernel, so that each row stays in
// the cache of one thread for the whole training step (docs/notes/threads.md).
#pragma once

#include <cstdint>

#include "linnet/base/thread_pool.h"

namespace linnet::kernels::cpu {

/// [0, n) in `blocks` ranges that begin at multiples of 16 (one cache line of float32) and depend on n and `blocks`
/// only. The middle of four blocks is the middle of two.
struct Split {
  static constexpr std::int64_t align = 16;
  std::int64_t n, blocks;

  std::int64_t first(std::int64_t block) const {
    return block == blocks ? n : (n * block / blocks + align / 2) / align * align;
  }
  std::int64_t last(std::int64_t block) const { return first(block + 1); }
};

/// Number of blocks for n rows or columns that cost `work` in all, where less than `grain` is not worth a block. More
/// than four are at least 64 wide: narrower ones cost more than they share out.
inline std::int64_t block_count(std::int64_t n, std::int64_t work, std::int64_t grain) {
  std::int64_t blocks = detail::worthwhile_blocks(work / grain);
  while (blocks > 4 && n < blocks * 64) blocks /= 2;
  while (blocks > 1 && n < blocks * Split::align) blocks /= 2;
  return blocks;
}

/// Calls body(first, last) for the blocks of [0, n).
template <class Body>
void parallel_split(std::int64_t n, std::int64_t blocks, Body&& body) {
  const Split split{n, blocks};
  parallel_blocks(blocks, [&](std::int64_t block) {
    if (split.first(block) < split.last(block)) body(split.first(block), split.last(block));
  });
}

}  // namespace linnet::kernels::cpu
