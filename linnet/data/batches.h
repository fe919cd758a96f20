// Mini-batches of a data set.
#pragma once

#include <cstdint>
#include <iterator>
#include <optional>
#include <tuple>
#include <vector>

#include "linnet/data/dataset.h"

#pragma GCC visibility push(default)
namespace linnet {

struct Batch {
  Tensors x, y;
  Tensor sample_weight;         // of every target
  Tensors target_weights = {};  // or one for each target, some perhaps empty
  std::int64_t size() const { return x[0].shape()[0]; }
  /// The weights of target `index`; empty: all weigh 1.
  const Tensor& weight_of(std::size_t index) const {
    return target_weights.empty() ? sample_weight : target_weights[index];
  }

  // for (auto [x, y] : batches(…)): the first input and the first target
  template <std::size_t i>
  const Tensor& get() const {
    static const Tensor none;
    const Tensors& tensors = i == 0 ? x : y;
    return tensors.empty() ? none : tensors[0];
  }
};

struct BatchOptions {
  std::int64_t batch_size = 32;
  bool shuffle = false;
  std::optional<std::uint64_t> seed = {};  // of the order; default: the global seed
  std::uint64_t epoch = 0;                 // another order for each epoch under one seed
  bool drop_remainder = false;
  /// uint8 (or other integer) inputs become float32: x * scale + offset, in the pass that gathers them. 0: left as they
  /// are.
  double scale = 0, offset = 0;
};

/// The order of an epoch: 0 … n-1, or a permutation of it that is a function of (seed, epoch) alone.
std::vector<std::int64_t> epoch_order(std::int64_t n, bool shuffle, std::uint64_t seed, std::uint64_t epoch);
/// Samples order[first], …, order[last - 1]: views when they are consecutive and nothing is converted, gathered
/// otherwise.
Batch gather_batch(const Dataset& data, const std::vector<std::int64_t>& order, std::int64_t first, std::int64_t last,
                   double scale = 0, double offset = 0);
/// The same in place of what `batch` held, whose memory goes first, so that it can be used again.
void gather_batch(const Dataset& data, const std::vector<std::int64_t>& order, std::int64_t first, std::int64_t last,
                  Batch& batch, double scale = 0, double offset = 0);
/// The same, but for inputs that are gathered when they are read, which a first layer does in the pass that it makes
/// anyway. `data` must stay as it is as long as the batch lives.
void defer_batch(const Dataset& data, const std::vector<std::int64_t>& order, std::int64_t first, std::int64_t last,
                 Batch& batch);

/// A range over batches; the last one may be short.
class Batches {
 public:
  Batches(Dataset data, const BatchOptions& options);
  std::int64_t size() const;  // number of batches

  class Iterator {
   public:
    using value_type = Batch;
    using difference_type = std::ptrdiff_t;
    Iterator() = default;
    Iterator(const Batches* batches, std::int64_t position) : batches_(batches), position_(position) {}
    Batch operator*() const { return batches_->at(position_); }
    Iterator& operator++() { return ++position_, *this; }
    void operator++(int) { ++position_; }
    friend bool operator==(const Iterator& a, const Iterator& b) { return a.position_ == b.position_; }

   private:
    const Batches* batches_ = nullptr;
    std::int64_t position_ = 0;
  };
  Iterator begin() const { return {this, 0}; }
  Iterator end() const { return {this, size()}; }
  Batch at(std::int64_t position) const;

 private:
  Dataset data_;
  BatchOptions options_;
  std::vector<std::int64_t> order_;
};

/// for (auto [x, y] : batches(train, {.batch_size = 64, .shuffle = true, .seed = 1})) { … }
Batches batches(const Dataset& data, const BatchOptions& options = {});

}  // namespace linnet
#pragma GCC visibility pop

template <>
struct std::tuple_size<linnet::Batch> : std::integral_constant<std::size_t, 2> {};
template <std::size_t i>
struct std::tuple_element<i, linnet::Batch> {
  using type = const linnet::Tensor;
};
