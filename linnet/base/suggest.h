// Typing mistakes in names: which known name was meant?
#pragma once

#include <string>
#include <string_view>
#include <vector>

#pragma GCC visibility push(default)
namespace linnet {

/// `; did you mean "mnist"?`, or nothing when no known name is near `given`. Goes to the end of an error's text.
std::string did_you_mean(std::string_view given, const std::vector<std::string>& known);

}  // namespace linnet
#pragma GCC visibility pop
