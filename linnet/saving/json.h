// JSON text <-> Value.
#pragma once

#include <string>
#include <string_view>

#include "linnet/base/config.h"

namespace linnet {

/// Throws FileError `[json] …` with the position for text that is not JSON, has duplicate keys or nests deeper than
/// 200.
Value parse_json(std::string_view text);
/// `indent` < 0: one line. Reals print so that they read back as the same number; NaN and infinity as null.
std::string to_json(const Value& value, int indent = -1);

}  // namespace linnet
