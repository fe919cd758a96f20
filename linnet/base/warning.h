// Warnings: what may be wrong. Each text is shown once.
#pragma once

#include <functional>
#include <string>

#pragma GCC visibility push(default)
namespace linnet {

/// Shows `[who] text` on standard error as "warning: …", once for each distinct text.
void warn(const std::string& text);
/// Where warnings go instead (tests, notebooks); an empty function restores standard error. Texts can then be shown
/// again.
void set_warning_handler(std::function<void(const std::string&)> handler);

}  // namespace linnet
#pragma GCC visibility pop
