#include "linnet/base/warning.h"

#include <cstdio>
#include <mutex>
#include <set>

namespace linnet {
namespace {
std::mutex mutex;
std::set<std::string> shown;
std::function<void(const std::string&)> handler;
}  // namespace

void warn(const std::string& text) {
  std::function<void(const std::string&)> show;
  {
    const std::lock_guard lock(mutex);
    if (!shown.insert(text).second) return;
    show = handler;  // called without the lock: it may have one of its own to wait for
  }
  if (show) {
    show(text);
  } else {
    std::fprintf(stderr, "warning: %s\n", text.c_str());
  }
}

void set_warning_handler(std::function<void(const std::string&)> replacement) {
  std::lock_guard lock(mutex);
  handler = std::move(replacement);
  shown.clear();
}

}  // namespace linnet
