// The command line. CLI11 is seen by command_line.cpp only: it is slow to compile.
#pragma once

namespace linnet::cli {

/// Does what the arguments ask for and returns the exit code: 0, 1 when it did not work, 2 when they make no sense, 130
/// after Ctrl-C.
int run(int argc, char** argv);

}  // namespace linnet::cli
