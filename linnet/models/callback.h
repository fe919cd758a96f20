// Callback: what happens around epochs and batches. Keras: keras.callbacks.Callback.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "linnet/base/config.h"
#include "linnet/base/handle.h"
#include "linnet/models/history.h"
#include "linnet/tensor/tensor.h"

#pragma GCC visibility push(default)
namespace linnet {

class Model;

/// What the loop is about to do: set before on_train_begin (and on_test_begin, on_predict_begin).
struct LoopParameters {
  int epochs = 1;
  std::int64_t steps = -1;  // batches an epoch; -1 if unknown
  int verbose = 0;
};

/// What a callback knows that it has not from its options: what an interrupted training needs to go on.
struct CallbackState {
  Config values;
  std::vector<Tensor> tensors;

  CallbackState();
  explicit CallbackState(Config values, std::vector<Tensor> tensors = {});
  CallbackState(const CallbackState&);
  CallbackState& operator=(const CallbackState&);
  ~CallbackState();
  bool empty() const { return values.empty() && tensors.empty(); }
};

/// What happens around epochs and batches: overridable hooks, all empty. `logs` may be changed: what one callback adds,
/// the next ones and History see. Keras: keras.callbacks.Callback.
///   class Doubled final : public Callback {
///    public:
///     void on_epoch_end(int, Logs& logs) override { logs.set("doubled", 2 * logs["loss"]); }
///   };
///   Sequential model({Dense(1, {.kernel_initializer = "zeros"})});
///   model.compile({.loss = "mse"});
///   model.fit(ones({4, 1}), ones({4, 1}), {.verbose = 0, .callbacks = {Doubled()}})["doubled"];  // -> {2}
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
  virtual void on_predict_batch_end(std::int64_t /*batch*/, const Tensors& /*outputs*/) {}
  /// Does it look at the logs of every batch? If nobody does, they are not computed between epochs.
  virtual bool needs_batch_logs() const { return true; }

  /// For BackupAndRestore. When a training is resumed, set_state() gets, after every on_train_begin, what state() gave
  /// at the moment of the backup: after all hooks of a batch or an epoch. In the middle of an epoch on_epoch_begin of
  /// that epoch follows once more. A callback without a state of its own needs neither.
  virtual CallbackState state() const;
  virtual void set_state(const CallbackState& state);
  /// Do its hooks run after those of the other callbacks? (BackupAndRestore: it saves what they have made of a batch.)
  virtual bool comes_last() const { return false; }

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

extern template class Handle<Callback>;
using AnyCallback = Handle<Callback>;

}  // namespace linnet
#pragma GCC visibility pop
