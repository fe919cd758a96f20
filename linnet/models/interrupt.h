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
  /// Whether a SIGINT came while one lives.
  static bool interrupted();

 private:
  bool owner_ = false;
};

/// While one lives, SIGINT also reaches the handler from before the guard: whoever runs code of a language that has its
/// own, and may wait long in it, lets that end, too.
class ForwardInterrupts {
 public:
  ForwardInterrupts();
  ~ForwardInterrupts();
  ForwardInterrupts(const ForwardInterrupts&) = delete;
  ForwardInterrupts& operator=(const ForwardInterrupts&) = delete;
};

}  // namespace linnet
