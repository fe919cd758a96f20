#include "linnet/data/batches.h"

#include <algorithm>
#include <numeric>

#include "linnet/base/profile_scope.h"
#include "linnet/base/random.h"
#include "linnet/kernels/kernels.h"
#include "linnet/ops/shape.h"
#include "linnet/tensor/deferred_rows.h"
#include "linnet/tensor/record.h"

namespace linnet {

namespace {

// Streams of weights and dropout count up from 0; those of the orders start here, so that under one seed the order of
// an epoch has nothing to do with the first weights.
constexpr std::uint64_t order_streams = std::uint64_t{1} << 63;

// Which samples a batch takes from every tensor of a data set.
struct Rows {
  const std::int64_t* indices;
  std::int64_t count;
  bool consecutive = true;

  Rows(const Dataset& data, const std::vector<std::int64_t>& order, std::int64_t first, std::int64_t last)
      : indices(order.data() + first), count(last - first) {
    check(first >= 0 && first <= last && last <= static_cast<std::int64_t>(order.size()),
          "[gather_batch] expected 0 <= first <= last <= ", order.size(), ", received first = ", first,
          ", last = ", last);
    for (std::int64_t i = 0; i < count; ++i) {
      check(indices[i] >= 0 && indices[i] < data.size(), "[gather_batch] expected samples in [0, ", data.size(),
            "), received ", indices[i]);
      consecutive = consecutive && indices[i] == indices[0] + i;
    }
  }

  Tensor of(const Tensor& src, double scale = 0, double offset = 0) const {
    const bool converts = scale != 0 && !is_floating(src.dtype());
    if (consecutive && !converts) return slice_of(src);
    const Tensor dst(shape_of(src), converts ? float32 : src.dtype());
    kernels::gather_rows(view(src), kernels::View(indices, int64, {count}, {1}), converts ? scale : 1,
                         converts ? offset : 0, mutable_view(dst));
    return dst;
  }

  /// The same, gathered when it is read. `positions`: the indices as a tensor, made for the first of them.
  Tensor deferred(const Tensor& src, Tensor& positions) const {
    if (consecutive) return slice_of(src);
    if ((src.dtype() != uint8 && src.dtype() != float32) || !src.is_contiguous()) return of(src);
    if (!positions.defined()) positions = from_span(std::span(indices, static_cast<std::size_t>(count)), {count});
    return detail::defer_rows(src, positions, 1, 0, shape_of(src), src.dtype());
  }

 private:
  Tensor slice_of(const Tensor& src) const {
    return slice(src, 0, count == 0 ? 0 : indices[0], count == 0 ? 0 : indices[0] + count);
  }
  Shape shape_of(const Tensor& src) const {
    Shape shape = src.shape();
    shape[0] = count;
    return shape;
  }
};

void gather_targets(const Dataset& data, const Rows& rows, Batch& batch) {
  batch.y.clear();
  batch.sample_weight = Tensor();
  batch.target_weights.clear();
  for (const Tensor& y : data.y) batch.y.push_back(rows.of(y));
  if (data.sample_weight.defined()) batch.sample_weight = rows.of(data.sample_weight);
  for (const Tensor& weight : data.target_weights)
    batch.target_weights.push_back(weight.defined() ? rows.of(weight) : weight);
}

}  // namespace

std::vector<std::int64_t> epoch_order(std::int64_t n, bool shuffle, std::uint64_t seed, std::uint64_t epoch) {
  check(n >= 0, "[epoch_order] expected a number of samples >= 0, received ", n);
  std::vector<std::int64_t> order(static_cast<std::size_t>(n));
  if (shuffle) {
    random_permutation(order.data(), n, seed, order_streams + epoch);
  } else {
    std::iota(order.begin(), order.end(), std::int64_t{0});
  }
  return order;
}

Batch gather_batch(const Dataset& data, const std::vector<std::int64_t>& order, std::int64_t first, std::int64_t last,
                   double scale, double offset) {
  Batch batch;
  gather_batch(data, order, first, last, batch, scale, offset);
  return batch;
}

void gather_batch(const Dataset& data, const std::vector<std::int64_t>& order, std::int64_t first, std::int64_t last,
                  Batch& batch, double scale, double offset) {
  const detail::Phase phase("gather_batch");
  const Rows rows(data, order, first, last);
  batch.x.clear();
  for (const Tensor& x : data.x) batch.x.push_back(rows.of(x, scale, offset));
  gather_targets(data, rows, batch);
}

void defer_batch(const Dataset& data, const std::vector<std::int64_t>& order, std::int64_t first, std::int64_t last,
                 Batch& batch) {
  const detail::Phase phase("gather_batch");
  const Rows rows(data, order, first, last);
  Tensor positions;
  batch.x.clear();
  for (const Tensor& x : data.x) batch.x.push_back(rows.deferred(x, positions));
  gather_targets(data, rows, batch);
}

Batches::Batches(Dataset data, const BatchOptions& options) : data_(std::move(data)), options_(options) {
  check(options.batch_size > 0, "[batches] expected batch_size > 0, received ", options.batch_size);
  check(!data_.empty(), "[batches] expected a data set with inputs, received an empty one");
  order_ = epoch_order(data_.size(), options.shuffle, options.seed.value_or(random_seed()), options.epoch);
}

std::int64_t Batches::size() const {
  return (data_.size() + (options_.drop_remainder ? 0 : options_.batch_size - 1)) / options_.batch_size;
}

Batch Batches::at(std::int64_t position) const {
  check(position >= 0 && position < size(), "[batches] expected a batch in [0, ", size(), "), received ", position);
  const std::int64_t first = position * options_.batch_size;
  return gather_batch(data_, order_, first, std::min(first + options_.batch_size, data_.size()), options_.scale,
                      options_.offset);
}

Batches batches(const Dataset& data, const BatchOptions& options) { return {data, options}; }

}  // namespace linnet
