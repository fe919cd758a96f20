#include "linnet/tensor/deferred_rows.h"

#include "linnet/tensor/record.h"

namespace linnet::detail {

namespace {

kernels::View rows_of(const Tensor& src, std::int64_t columns) {
  return {view(src).data, src.dtype(), {src.shape()[0], columns}, {columns, 1}};
}

}  // namespace

void DeferredRows::write(Storage& storage, DType dtype) {
  const std::lock_guard guard(mutex_);
  if (is_written()) return;
  kernels::gather_rows(rows_of(src_, columns()), view(indices_), scale_, offset_,
                       {storage.data(), dtype, {count(), columns()}, {columns(), 1}});
  written_.store(true, std::memory_order_release);
}

const kernels::ColumnBlocks* DeferredRows::in_blocks(std::int64_t blocks) {
  const std::lock_guard guard(mutex_);
  if (!memory_.defined()) {
    blocks_ = {nullptr, count(), columns(), blocks};
    memory_ = Tensor({blocks_.size()});
    blocks_.data = mutable_view(memory_).as<float>();
    kernels::gather_column_blocks(rows_of(src_, columns()), view(indices_), scale_, offset_, blocks_);
  }
  return blocks_.blocks == blocks ? &blocks_ : nullptr;
}

Tensor defer_rows(const Tensor& src, const Tensor& indices, double scale, double offset, const Shape& shape,
                  DType dtype) {
  Tensor rows(shape, dtype);
  Storage& storage = *rows.impl()->storage;
  storage.rows = new DeferredRows(src, indices, scale, offset);
  storage.owner = storage.rows;
  storage.let_go = [](void* owner) noexcept { delete static_cast<DeferredRows*>(owner); };
  return rows;
}

DeferredRows* deferred_rows(const Tensor& x) {
  const TensorImpl& impl = *x.impl();
  if (impl.storage == nullptr || impl.storage->rows == nullptr || impl.storage->rows->is_written()) return nullptr;
  const bool is_all = impl.data == impl.storage->data() && x.is_contiguous() &&
                      x.size() == impl.storage->rows->count() * impl.storage->rows->columns();
  return is_all ? impl.storage->rows : nullptr;
}

}  // namespace linnet::detail
