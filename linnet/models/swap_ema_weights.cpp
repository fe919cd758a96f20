#include "linnet/models/swap_ema_weights.h"

#include "linnet/models/callback_support.h"
#include "linnet/models/model.h"

namespace linnet {

void SwapEMAWeights::show_averages(bool wanted) {
  if (averages_shown_ == wanted) return;
  model().optimizer().swap_averages(wanted);
  averages_shown_ = wanted;
}

void SwapEMAWeights::on_train_begin() {
  const Config config = model().optimizer().config();
  const Value* use_ema = config.find("use_ema");
  check(use_ema == nullptr || use_ema->as_bool(),
        "[SwapEMAWeights] expected an optimizer that averages the weights, e.g. Adam({.use_ema = true})");
  training_ = true;
}
void SwapEMAWeights::on_train_end(const Logs&) {
  // By now fit has written the averages into the weights.
  averages_shown_ = training_ = false;
}
CallbackState SwapEMAWeights::state() const {
  return CallbackState({{"class_name", "SwapEMAWeights"}, {"averages_shown", averages_shown_}});
}
void SwapEMAWeights::set_state(const CallbackState& state) {
  check_class(state, "SwapEMAWeights");
  averages_shown_ = state.values.at("averages_shown").as_bool();
  show_averages(false);  // a backup of the end of an epoch has them in the model
}
void SwapEMAWeights::on_epoch_begin(int) { show_averages(false); }
void SwapEMAWeights::on_epoch_end(int, Logs&) {
  if (swap_on_epoch_) show_averages(true);
}
void SwapEMAWeights::on_test_begin() {
  if (!training_ || !swap_on_epoch_) show_averages(true);
}
void SwapEMAWeights::on_test_end(const Logs&) {
  if (!training_ || !swap_on_epoch_) show_averages(false);
}
void SwapEMAWeights::on_predict_begin() { show_averages(true); }
void SwapEMAWeights::on_predict_end() { show_averages(false); }

}  // namespace linnet
