#include "kinds.h"

namespace golden {

void run_file(Case& c) {
  const std::string file = c.text("file");
  throw Unsupported("reading Keras's files (" +
                    file.substr(file.find_last_of('.') == std::string::npos ? 0 : file.find_last_of('.')) + ", " +
                    c.text("format") + ")");
}

}  // namespace golden
