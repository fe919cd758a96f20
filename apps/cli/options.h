// The command line. CLI11 is seen by options.cpp only: it is slow to compile.
#pragma once

namespace linnet::cli {

/// Does what the arguments ask for and returns the exit code: 0, or 2 when they make no sense.
int run(int argc, char** argv);

}  // namespace linnet::cli
