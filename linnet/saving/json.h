// JSON text <-> Value.
#pragma once

#include <string>
#include <string_view>

#include "linnet/base/config.h"
#include "linnet/base/read_limits.h"

#pragma GCC visibility push(default)
namespace linnet {

/// Throws FileError `[json] …` with the position for text that is not JSON, has duplicate keys, nests deeper than 200,
/// or needs more memory than limits.extra_bytes (a list of a million numbers takes a hundred times that many bytes).
Value parse_json(std::string_view text, const ReadLimits& limits = {});
/// `indent` < 0: one line. Reals print so that they read back as the same number; NaN and infinity as null.
std::string to_json(const Value& value, int indent = -1);

}  // namespace linnet
#pragma GCC visibility pop
