// This program, started several times to share work.
#pragma once

#include <string>
#include <vector>

namespace linnet::cli {

/// How many processes share the work of this one; 0 in the one that was started by hand.
int worker_count();
/// Starts `count` processes with these arguments, each of which sees worker_count() == count, and waits for them. They
/// end with this process. Returns the largest of their exit codes; 128 and more after a signal. Throws FileError.
int run_workers(int count, const std::vector<std::string>& arguments);

}  // namespace linnet::cli
