#include "linnet/models/interrupt.h"

#include <csignal>

namespace linnet {
namespace {

volatile std::sig_atomic_t was_interrupted = 0, forwards = 0;
bool guarded = false;
struct sigaction previous;

extern "C" void on_interrupt(int signal) {
  was_interrupted = 1;
  const bool is_function =
      (previous.sa_flags & SA_SIGINFO) == 0 && previous.sa_handler != SIG_DFL && previous.sa_handler != SIG_IGN;
  if (forwards != 0 && is_function) previous.sa_handler(signal);
}

}  // namespace

InterruptGuard::InterruptGuard() {
  if (guarded) return;
  guarded = owner_ = true;
  was_interrupted = 0;
  struct sigaction action = {};
  action.sa_handler = on_interrupt;
  sigemptyset(&action.sa_mask);
  action.sa_flags = static_cast<int>(SA_RESETHAND);  // a second Ctrl-C ends the program
  sigaction(SIGINT, &action, &previous);
}

InterruptGuard::~InterruptGuard() {
  if (!owner_) return;
  sigaction(SIGINT, &previous, nullptr);
  guarded = false;
}

bool InterruptGuard::interrupted() { return guarded && was_interrupted != 0; }

ForwardInterrupts::ForwardInterrupts() { forwards = forwards + 1; }
ForwardInterrupts::~ForwardInterrupts() { forwards = forwards - 1; }

}  // namespace linnet
