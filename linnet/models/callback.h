// Callback: what happens around epochs and batches. Keras: keras.callbacks.Callback.
#pragma once

#include <memory>
#include <string_view>

#include "linnet/base/handle.h"
#include "linnet/models/history.h"

#pragma GCC visibility push(default)
namespace linnet {

class Model;

/// What the loop is about to do: set before on_train_begin (and on_test_begin, on_predict_begin).
struct LoopParameters {
  int epochs = 1;
  std::int64_t steps = -1;  // batches an epoch; -1 if unknown
  int verbose = 0;
};

/// Overridable hooks, all empty. `logs` may be changed: what one callback adds, the next ones and History see.
class Callback {
 public:
  virtual ~Callback() = default;

  virtual void on_train_begin() {}
  virtual void on_train_end(const Logs&) {}
  virtual void on_epoch_begin(int /*epoch*/) {}
  virtual void on_epoch_end(int /*epoch*/, Logs&) {}
  virtual void on_train_batch_begin(std::int64_t /*batch*/) {}
  virtual void on_train_batch_end(std::int64_t /*batch*/, const Logs&) {}
  virtual void on_test_begin() {}
  virtual void on_test_end(const Logs&) {}
  virtual void on_test_batch_begin(std::int64_t /*batch*/) {}
  virtual void on_test_batch_end(std::int64_t /*batch*/, const Logs&) {}
  virtual void on_predict_begin() {}
  virtual void on_predict_end() {}
  virtual void on_predict_batch_begin(std::int64_t /*batch*/) {}
  virtual void on_predict_batch_end(std::int64_t /*batch*/) {}
  /// Does it look at the logs of every batch? If nobody does, they are not computed between epochs.
  virtual bool needs_batch_logs() const { return true; }

  void attach(Model& model, const LoopParameters& parameters) {
    model_ = &model;
    parameters_ = parameters;
  }
  static std::shared_ptr<Callback> get(std::string_view name);  // throws: callbacks are objects

 protected:
  Model& model() const { return *model_; }
  const LoopParameters& parameters() const { return parameters_; }

 private:
  Model* model_ = nullptr;
  LoopParameters parameters_;
};

using AnyCallback = Handle<Callback>;

}  // namespace linnet
#pragma GCC visibility pop
