#include "linnet/base/processors.h"

#include <sched.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <fstream>
#include <limits>
#include <memory>
#include <set>
#include <sstream>
#include <thread>

namespace linnet::detail {
namespace {

constexpr double no_limit = std::numeric_limits<double>::infinity();

int count_cores(const std::vector<int>& processors, const std::string& root) {
  std::set<std::string> cores;  // hardware threads of one core have the same list of siblings
  for (int processor : processors) {
    const std::string name = "cpu" + std::to_string(processor);
    std::ifstream file(root + "/sys/devices/system/cpu/" + name + "/topology/thread_siblings_list");
    std::string siblings;
    cores.insert(std::getline(file, siblings) && !siblings.empty() ? siblings : name);
  }
  return static_cast<int>(cores.size());
}

/// The processors that a quota of microseconds in a period pays for; a quota is a number, or "max" or -1 for all.
double processors_of(std::istream&& quota_and_period) {
  double quota = 0, period = 0;
  return quota_and_period >> quota >> period && quota > 0 && period > 0 ? quota / period : no_limit;
}

std::string text_of(const std::string& path) {
  std::ifstream file(path);
  std::string text;
  std::getline(file, text);
  return text;
}

double quota_of_group(const std::string& folder, bool version_2) {
  return processors_of(std::istringstream(version_2 ? text_of(folder + "/cpu.max")
                                                    : text_of(folder + "/cpu.cfs_quota_us") + " " +
                                                          text_of(folder + "/cpu.cfs_period_us")));
}

/// The least quota of `group` and of those around it. A container may see only its own groups, as the outermost, while
/// `group` is a path outside of it; folders that are not there set no limit.
double quota_along(const std::string& mount, std::string group, bool version_2) {
  double least = no_limit;
  for (;; group.resize(group.rfind('/'))) {
    least = std::min(least, quota_of_group(mount + group, version_2));
    if (group.find('/') == std::string::npos) return least;
  }
}

bool lists_cpu(const std::string& controllers) { return ("," + controllers + ",").find(",cpu,") != std::string::npos; }

/// Lines of /proc/self/cgroup are number:controllers:group; version 2 has number 0 and no controllers.
double cgroup_quota(const std::string& root) {
  double least = no_limit;
  std::ifstream file(root + "/proc/self/cgroup");
  for (std::string line; std::getline(file, line);) {
    std::istringstream fields(line);
    std::string number, controllers, group;
    std::getline(std::getline(std::getline(fields, number, ':'), controllers, ':'), group);
    const std::string mount = root + "/sys/fs/cgroup";
    if (number == "0" && controllers.empty())
      least = std::min(least, quota_along(mount, group, true));
    else if (lists_cpu(controllers))
      least = std::min(least, quota_along(mount + "/" + controllers, group, false));
  }
  return least;
}

}  // namespace

std::vector<int> allowed_processors() {
  // A mask that is too small for the kernel's is refused.
  for (int most = 1024; most <= 1 << 20; most *= 2) {
    const std::unique_ptr<cpu_set_t, void (*)(cpu_set_t*)> mask(CPU_ALLOC(most), [](cpu_set_t* set) { CPU_FREE(set); });
    const std::size_t bytes = CPU_ALLOC_SIZE(most);
    CPU_ZERO_S(bytes, mask.get());
    if (sched_getaffinity(0, bytes, mask.get()) != 0) {
      if (errno == EINVAL) continue;
      break;
    }
    std::vector<int> processors;
    for (int processor = 0; processor < most; ++processor)
      if (CPU_ISSET_S(processor, bytes, mask.get())) processors.push_back(processor);
    return processors;
  }
  std::vector<int> all(std::max(1u, std::thread::hardware_concurrency()));
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = static_cast<int>(i);
  return all;
}

int polite_num_threads(const std::vector<int>& allowed, const std::string& root) {
  const double cores = std::min<double>(count_cores(allowed, root), std::round(cgroup_quota(root)));
  return std::max(1, static_cast<int>(cores));
}

}  // namespace linnet::detail
