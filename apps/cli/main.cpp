// linnet: train networks, use them and look at them from the command line.
#include "cli/command_line.h"

int main(int argc, char** argv) { return linnet::cli::run(argc, argv); }
