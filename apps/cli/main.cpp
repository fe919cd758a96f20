// linnet: train, evaluate and look at networks from the command line.
#include <cstdio>
#include <new>

#include "cli/options.h"
#include "linnet/linnet.h"

int main(int argc, char** argv) {
  try {
    return linnet::cli::run(argc, argv);
  } catch (const linnet::Error& error) {
    std::fprintf(stderr, "linnet: %s\n", error.what());
  } catch (const std::bad_alloc&) {
    std::fputs("linnet: there is not enough memory; a smaller --batch-size or smaller --hidden needs less\n", stderr);
  }
  return 1;
}
