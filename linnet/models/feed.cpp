#include "linnet/models/feed.h"

#include <algorithm>

#include "linnet/base/random.h"
#include "linnet/models/loops.h"
#include "linnet/models/training.h"
#include "linnet/ops/gather.h"
#include "linnet/ops/reduce.h"
#include "linnet/ops/shape.h"

namespace linnet {

std::int64_t batch_count(std::int64_t samples, std::int64_t batch_size) {
  return (samples + batch_size - 1) / batch_size;
}

bool is_weighted(const Dataset& data) { return data.sample_weight.defined() || !data.target_weights.empty(); }

Tensor weights_of_classes(const Dataset& data, const std::map<int, double>& class_weight) {
  check(data.y.size() == 1, "[fit] class_weight works for models with one output, received ", data.y.size(),
        " targets");
  Tensor y = data.y[0];
  if (y.rank() > 1) y = y.shape().back() == 1 ? squeeze(y, -1) : argmax(y, -1);
  check(y.rank() == 1, "[fit] class_weight expects one label a sample, received targets of shape ", data.y[0].shape());
  std::vector<float> weights;
  for (std::int64_t label : y.to_vector<std::int64_t>()) {
    const auto it = class_weight.find(static_cast<int>(label));
    weights.push_back(it == class_weight.end() ? 1.0F : static_cast<float>(it->second));
  }
  return from_vector(weights);
}

// ---- a data set in its order

OrderedFeed::OrderedFeed(Dataset data, std::int64_t batch_size)
    : data_(std::move(data)), batch_size_(batch_size), order_(epoch_order(data_.size(), false, 0, 0)) {}

bool OrderedFeed::begin_epoch() {
  position_ = 0;
  return data_.size() > 0;
}

bool OrderedFeed::next(Batch& batch) {
  if (position_ >= data_.size()) return false;
  const std::int64_t last = std::min(position_ + batch_size_, data_.size());
  defer_batch(data_, order_, position_, last, batch);
  position_ = last;
  return true;
}

std::optional<std::int64_t> OrderedFeed::steps() const { return batch_count(data_.size(), batch_size_); }

// ---- a data set to train on

ShuffledFeed::ShuffledFeed(const Dataset& data, const FitOptions& options, Model::Training& state)
    : data_(data), batch_size_(options.batch_size), shuffle_(options.shuffle), state_(state) {
  if (options.seed) state_.shuffle_seed = options.seed;
  if (!state_.shuffle_seed) state_.shuffle_seed = random_seed();
}

bool ShuffledFeed::at_end() const { return state_.position >= data_.size(); }

bool ShuffledFeed::begin_epoch() {
  if (at_end()) state_.position = 0;
  return true;
}

bool ShuffledFeed::next(Batch& batch) {
  if (state_.position == 0) ++state_.passes;
  if (at_end()) return false;
  if (state_.position == 0 || order_.empty())  // none yet in the middle of a pass: it was resumed there
    order_ = epoch_order(data_.size(), shuffle_, *state_.shuffle_seed, state_.passes - 1);
  const std::int64_t last = std::min(state_.position + batch_size_, data_.size());
  defer_batch(data_, order_, state_.position, last, batch);
  state_.position = last;
  return true;
}

void ShuffledFeed::end_epoch() {
  if (at_end()) state_.position = 0;
}

std::optional<std::int64_t> ShuffledFeed::steps() const { return batch_count(data_.size(), batch_size_); }

// ---- a source

SourceFeed::SourceFeed(const Model& model, BatchSource& source, std::map<int, double> class_weight)
    : model_(model), source_(source), class_weight_(std::move(class_weight)) {}

/// What comes next, the end of a pass too.
std::optional<Dataset> SourceFeed::take() {
  if (pending_) return std::exchange(pending_, std::nullopt);
  std::optional<Dataset> data = source_.next();
  taken_ = data ? taken_ + 1 : 0;
  if (!data) return data;
  check(data->size() > 0, "[fit] expected samples in every batch, received a batch without");
  check_weights(*data, "fit");
  *data = match_names(model_, std::move(*data));
  if (class_weight_.empty()) return data;
  check(!is_weighted(*data), "[fit] expected class_weight or batches with weights, received both");
  data->sample_weight = weights_of_classes(*data, class_weight_);
  return data;
}

const Dataset* SourceFeed::peek() {
  if (!pending_) pending_ = take();
  return pending_ ? &*pending_ : nullptr;
}

bool SourceFeed::begin_epoch() {
  source_.on_epoch_begin();
  const bool is_inside = taken_ > 0;  // of a pass, whose end may be what comes next
  return peek() != nullptr || (is_inside && peek() != nullptr);
}

bool SourceFeed::next(Batch& batch) {
  batch = {};
  std::optional<Dataset> data = take();
  if (!data) return false;
  *data = match_names(model_, std::move(*data));  // that of a subclassed model may have become known
  batch = {std::move(data->x), std::move(data->y), std::move(data->sample_weight), std::move(data->target_weights)};
  return true;
}

void SourceFeed::end_epoch() {
  if (taken_ > 0 && taken_ == source_.size()) peek();  // hears that the pass is over, and begins no other one
  source_.on_epoch_end();
}

void SourceFeed::skip(std::int64_t batches) {
  for (std::int64_t i = 0; i < batches && take(); ++i) {
  }
}

}  // namespace linnet
