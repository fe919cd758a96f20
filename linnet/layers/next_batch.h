// What adapt() of preprocessing layers reads data from that come in batches.
#pragma once

#include <functional>
#include <optional>
#include <utility>

#pragma GCC visibility push(default)
namespace linnet {

/// Gives one batch after the other, and nothing when there are no more: for data that do not fit into memory.
///   int i = 0;
///   NextBatch<Tensor> three = [&] { return i < 3 ? std::optional(full({2, 1}, i++)) : std::nullopt; };
///   Normalization norm;
///   norm.adapt(three);  // mean 1
template <class Batch>
using NextBatch = std::function<std::optional<Batch>()>;

/// Gives `batch`, which must outlive it, and then nothing.
template <class Batch>
NextBatch<Batch> only_batch(const Batch& batch) {
  return [rest = &batch]() mutable -> std::optional<Batch> {
    const Batch* now = std::exchange(rest, nullptr);
    return now == nullptr ? std::nullopt : std::optional<Batch>(*now);
  };
}

}  // namespace linnet
#pragma GCC visibility pop
