#include "linnet/base/check.h"

#include <charconv>

namespace linnet::detail {

void append_text(std::string& text, double part) {
  char digits[32];
  auto [end, error] = std::to_chars(digits, digits + sizeof digits, part);
  text.append(digits, end);
}

}  // namespace linnet::detail
