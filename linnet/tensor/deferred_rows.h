// Rows of a data set that are gathered when somebody reads them. Whoever reads the numbers of such a tensor finds them,
// gathered by then; an op that knows a better way than to read them (rescale, linear) asks for deferred_rows().
#pragma once

#include <atomic>
#include <mutex>

#include "linnet/kernels/kernels.h"
#include "linnet/tensor/node.h"

namespace linnet::detail {

/// The numbers scale * src[indices[i]] + offset, row after row. It lives as long as the storage it belongs to.
class DeferredRows : public Pooled {
 public:
  /// src: uint8 or float32 [n, ...] with dense rows, float32 with scale 1 and offset 0 only. indices: int64 [m].
  DeferredRows(Tensor src, Tensor indices, double scale, double offset)
      : src_(std::move(src)), indices_(std::move(indices)), scale_(scale), offset_(offset) {}

  const Tensor& src() const { return src_; }
  const Tensor& indices() const { return indices_; }
  std::int64_t count() const { return indices_.size(); }
  std::int64_t columns() const { return src_.shape()[0] == 0 ? 0 : src_.size() / src_.shape()[0]; }

  /// Writes them to `storage`, unless that is done; by whichever thread comes first.
  void write(Storage& storage, DType dtype);
  bool is_written() const { return written_.load(std::memory_order_acquire); }
  /// The numbers as float32 in so many blocks of columns, gathered by the first who asks. The number must be
  /// kernels::column_blocks' for some product, and stays the first one: null for another.
  const kernels::ColumnBlocks* in_blocks(std::int64_t blocks);

 private:
  const Tensor src_, indices_;
  const double scale_, offset_;
  std::mutex mutex_;  // of what is below
  std::atomic<bool> written_ = false;
  Tensor memory_;  // of blocks_
  kernels::ColumnBlocks blocks_ = {};
};

/// A tensor of the numbers, whose rows are shaped as those of src, or as `shape` says. dtype: src's, or float32. src
/// must stay as it is for as long as the tensor lives.
Tensor defer_rows(const Tensor& src, const Tensor& indices, double scale, double offset, const Shape& shape,
                  DType dtype);
/// What `x`, all of it, waits for; null where the numbers are there.
DeferredRows* deferred_rows(const Tensor& x);

}  // namespace linnet::detail
