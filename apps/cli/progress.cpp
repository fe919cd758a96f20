#include "cli/progress.h"

#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <csignal>
#include <cstring>

#include "cli/terminal.h"
#include "linnet/models/progress_bar.h"

namespace linnet::cli {

void Milestones::print(int epoch, const Logs& logs) const {
  std::string line = fmt::format("Epoch {}/{}", epoch + 1, parameters().epochs);
  for (const auto& [name, value] : logs)
    line +=
        std::abs(value) > 1e-3 ? fmt::format(" - {}: {:.4f}", name, value) : fmt::format(" - {}: {:.4e}", name, value);
  default_console().print(line + "\n");
}

void Milestones::on_epoch_end(int epoch, Logs& logs) {
  last_ = epoch;
  const int every = std::max(1, parameters().epochs / 20);
  if (epoch != 0 && (epoch + 1) % every != 0) return;
  print(epoch, logs);
  printed_ = epoch;
}

void Milestones::on_train_end(const Logs& logs) {
  if (last_ != printed_) print(last_, logs);
}

namespace {

char farewell[256];

extern "C" void leave_at_once(int) {
  if (write(STDERR_FILENO, farewell, std::strlen(farewell)) < 0) _exit(1);
  _exit(130);
}

}  // namespace

CtrlC::CtrlC() {
  const char* text = pick({"\nlinnet: stopped by Ctrl-C before training; nothing was written\n",
                           "\nlinnet：训练开始前被 Ctrl-C 中断，没有写任何文件\n"});
  std::strncpy(farewell, text, sizeof farewell - 1);
  std::signal(SIGINT, leave_at_once);
}

CtrlC::~CtrlC() { std::signal(SIGINT, SIG_DFL); }

void CtrlC::wait_for_files() { std::signal(SIGINT, SIG_IGN); }

}  // namespace linnet::cli
