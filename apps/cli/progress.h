// Lines on the way for trainings of hundreds of epochs, and how they end.
#pragma once

#include "linnet/models/callback.h"

namespace linnet::cli {

/// Prints the numbers of about twenty epochs, the first and the last among them, in Keras's words.
class Milestones final : public Callback {
 public:
  void on_epoch_end(int epoch, Logs& logs) override;
  void on_train_end(const Logs& logs) override;
  bool needs_batch_logs() const override { return false; }

 private:
  void print(int epoch, const Logs& logs) const;
  int last_ = -1, printed_ = -1;
};

/// Ctrl-C at any time leaves files whole. While nothing is to be kept yet it ends the program at once, saying so;
/// model.fit() has its own way; while results are written it waits until they are.
class CtrlC {
 public:
  CtrlC();
  ~CtrlC();
  CtrlC(const CtrlC&) = delete;
  CtrlC& operator=(const CtrlC&) = delete;
  void wait_for_files();
};

}  // namespace linnet::cli
