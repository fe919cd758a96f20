// Ctrl-C during fit: ends after the batch, with weights and history kept.
#pragma once

namespace linnet {

/// While one lives, the first SIGINT only sets a flag; the second one ends the program as usual. Nested: the outer one
/// acts.
class InterruptGuard {
 public:
  InterruptGuard();
  ~InterruptGuard();
  InterruptGuard(const InterruptGuard&) = delete;
  InterruptGuard& operator=(const InterruptGuard&) = delete;
  bool interrupted() const;

 private:
  bool owner_ = false;
};

}  // namespace linnet
