// The texts of --help: what there is, what it means, and examples to copy.
#pragma once

#include <string>

#include "cli/arguments.h"

namespace linnet::cli {

/// `linnet --help`: the commands and first steps.
std::string program_help();
/// `linnet train --help`: usage, options, notes, examples, as wide as the terminal (at most 100 columns).
std::string command_help(const Command& command, const Arguments& arguments);

}  // namespace linnet::cli
