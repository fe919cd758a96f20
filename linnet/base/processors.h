// How many threads are polite on this machine.
#pragma once

#include <string>
#include <vector>

namespace linnet::detail {

/// The numbers of the processors this process may run on (its affinity mask).
std::vector<int> allowed_processors();

/// How many threads are worth having on the processors `allowed`: each physical core counts once, however many of its
/// hardware threads are allowed, and not more than the CPU quotas of the process's cgroups (version 1 and 2) and of the
/// groups around them pay for, rounded. At least 1. `root` is put before /sys and /proc; tests have folders of their
/// own.
int polite_num_threads(const std::vector<int>& allowed, const std::string& root = "");

}  // namespace linnet::detail
