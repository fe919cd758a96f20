#include "cli/workers.h"

#include <spawn.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <csignal>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <thread>

#include "cli/language.h"
#include "linnet/base/check.h"
#include "linnet/models/interrupt.h"

namespace linnet::cli {

namespace {

constexpr const char* variable = "LINNET_WORKERS";  // in the environment of workers: "4 1234", how many, whose

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> result;
  for (std::string& text : texts) result.push_back(text.data());
  result.push_back(nullptr);
  return result;
}

std::vector<std::string> environment_of_workers(int count) {
  std::vector<std::string> all;
  for (char** each = environ; *each != nullptr; ++each) all.emplace_back(*each);
  all.push_back(fmt::format("{}={} {}", variable, count, getpid()));
  return all;
}

// A terminal's Ctrl-C reaches the workers as well, a signal to this process alone does not: it ends them. Their trials
// are run again, as after any other death.
int exit_code_of(pid_t child) {
  int status = 0;
  bool told = false;
  for (pid_t ended = 0; (ended = waitpid(child, &status, WNOHANG)) != child;) {
    if (ended < 0 && errno != EINTR) return 1;
    if (!told && InterruptGuard::interrupted()) told = kill(child, SIGTERM) == 0;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace

int worker_count() {
  const char* text = std::getenv(variable);
  if (text == nullptr) return 0;
  char* rest = nullptr;
  const auto count = static_cast<int>(std::strtol(text, &rest, 10));
  prctl(PR_SET_PDEATHSIG, SIGTERM);                                // nobody would ever end it otherwise
  if (getppid() != std::strtol(rest, nullptr, 10)) std::_Exit(1);  // too late for the signal
  return count;
}

int run_workers(int count, const std::vector<std::string>& arguments) {
  std::vector<std::string> words = {"linnet"}, variables = environment_of_workers(count);
  words.insert(words.end(), arguments.begin(), arguments.end());
  const std::vector<char*> argv = pointers(words), envp = pointers(variables);
  // what this process ignores while it waits, they do not
  posix_spawnattr_t attributes;
  sigset_t defaults;
  sigemptyset(&defaults);
  sigaddset(&defaults, SIGINT);
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setsigdefault(&attributes, &defaults);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
  std::vector<pid_t> children;
  int error = 0;
  for (int i = 0; i < count && error == 0; ++i) {
    pid_t child = 0;
    error = posix_spawn(&child, "/proc/self/exe", nullptr, &attributes, argv.data(), envp.data());
    if (error == 0) children.push_back(child);
  }
  posix_spawnattr_destroy(&attributes);
  int worst = 0;
  for (pid_t child : children) worst = std::max(worst, exit_code_of(child));
  if (error != 0) fail<FileError>(fmt::format("--processes {}: {}", count, std::strerror(error)));
  return worst;
}

}  // namespace linnet::cli
