// Names of checkpoints: "{epoch:02d}-{val_loss:.4f}.safetensors". Internal.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace linnet {

/// Replaces {name} and {name:format} by values, as Python's str.format does for numbers: an optional 0, a width, a
/// precision, one of d, f, e, g; {{ and }} are braces. "epoch" and "batch" are whole numbers. Throws InvalidArgument
/// with the names there are for an unknown name or format.
std::string fill_in(std::string_view pattern, const std::vector<std::pair<std::string, double>>& values);

/// Could fill_in have made `name` of `pattern`? (Each {…} stands for any text.)
bool matches_pattern(std::string_view name, std::string_view pattern);

}  // namespace linnet
