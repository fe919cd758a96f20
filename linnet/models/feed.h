// Where the loops of fit, evaluate and predict take their batches from: a data set in memory, or a source. Internal.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "linnet/data/batch_source.h"
#include "linnet/models/model.h"

namespace linnet {

class Feed {
 public:
  virtual ~Feed() = default;
  /// To be called before the batches of an epoch: begins another pass if the last one is over. False when there is not
  /// a single batch more.
  virtual bool begin_epoch() = 0;
  /// The next batch of this pass in place of what `batch` held, whose memory goes first. False at the end.
  virtual bool next(Batch& batch) = 0;
  virtual void end_epoch() {}
  /// Leaves out the batches that a training which is resumed has seen of its epoch.
  virtual void skip(std::int64_t /*batches*/) {}
  /// How many batches a pass has, if that is known.
  virtual std::optional<std::int64_t> steps() const = 0;
};

/// The samples in their order: for evaluate and predict.
class OrderedFeed final : public Feed {
 public:
  OrderedFeed(Dataset data, std::int64_t batch_size);
  bool begin_epoch() override;
  bool next(Batch& batch) override;
  std::optional<std::int64_t> steps() const override;

 private:
  Dataset data_;
  std::int64_t batch_size_, position_ = 0;
  std::vector<std::int64_t> order_;
};

/// Pass after pass over the data, each in an order of its own. With steps_per_epoch an epoch goes on where the last one
/// stopped, and ends early at the end of the data, as in Keras. Where it stands is part of the training's state.
class ShuffledFeed final : public Feed {
 public:
  ShuffledFeed(const Dataset& data, const FitOptions& options, Model::Training& state);
  bool begin_epoch() override;
  bool next(Batch& batch) override;
  void end_epoch() override;
  std::optional<std::int64_t> steps() const override;

 private:
  bool at_end() const;

  const Dataset& data_;
  std::int64_t batch_size_;
  bool shuffle_;
  Model::Training& state_;
  std::vector<std::int64_t> order_;
};

/// Batches of a source, as the model wants them.
class SourceFeed final : public Feed {
 public:
  SourceFeed(const Model& model, BatchSource& source, std::map<int, double> class_weight = {});
  /// The batch that comes next, or null; it stays the next.
  const Dataset* peek();
  bool begin_epoch() override;
  bool next(Batch& batch) override;
  void end_epoch() override;
  void skip(std::int64_t batches) override;
  std::optional<std::int64_t> steps() const override { return source_.size(); }

 private:
  std::optional<Dataset> take();

  const Model& model_;
  BatchSource& source_;
  std::map<int, double> class_weight_;
  std::optional<Dataset> pending_;
  std::int64_t taken_ = 0;  // of this pass
};

/// ceil(samples / batch_size).
std::int64_t batch_count(std::int64_t samples, std::int64_t batch_size);
/// Have its samples weights?
bool is_weighted(const Dataset& data);
/// Keras: class weights become sample weights; classes that are not named weigh 1.
Tensor weights_of_classes(const Dataset& data, const std::map<int, double>& class_weight);

}  // namespace linnet
