// SwapEMAWeights: the averaged weights where the model is looked at. Keras: keras.callbacks.SwapEMAWeights.
#pragma once

#include "linnet/models/callback.h"

#pragma GCC visibility push(default)
namespace linnet {

/// Puts the averages of the weights (an optimizer with use_ema) in their place while the model is validated, evaluated
/// or asked, and the weights back before training goes on. With `swap_on_epoch` they stand there from the end of an
/// epoch to the begin of the next one, so that a ModelCheckpoint behind it in the list saves the averages, too.
///
/// Throws InvalidArgument unless the optimizer has use_ema. After fit the averages stay in the model, as without it.
///   Sequential model({Dense(1)});
///   model.compile({.optimizer = Adam({.use_ema = true}), .loss = "mse"});
///   model.fit(ones({4, 1}), ones({4, 1}), {.validation_split = 0.5, .verbose = 0, .callbacks = {SwapEMAWeights()}});
class SwapEMAWeights final : public Callback {
 public:
  explicit SwapEMAWeights(bool swap_on_epoch = false) : swap_on_epoch_(swap_on_epoch) {}
  void on_train_begin() override;
  void on_epoch_begin(int epoch) override;
  void on_epoch_end(int epoch, Logs& logs) override;
  void on_train_end(const Logs& logs) override;
  void on_test_begin() override;
  void on_test_end(const Logs& logs) override;
  void on_predict_begin() override;
  void on_predict_end() override;
  bool needs_batch_logs() const override { return false; }
  CallbackState state() const override;
  void set_state(const CallbackState& state) override;

 private:
  void show_averages(bool wanted);
  bool swap_on_epoch_, averages_shown_ = false, training_ = false;
};

}  // namespace linnet
#pragma GCC visibility pop
