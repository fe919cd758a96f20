// Pieces of text of files that people write.
#pragma once

#include <string>
#include <string_view>

#include "linnet/data/file_reader.h"

namespace linnet::detail {

std::string_view trimmed(std::string_view text);
bool is_utf8(std::string_view text);
/// At most about 40 bytes, cut between characters, and then "…".
std::string shortened(std::string_view text);

/// The first 64 kB of text, without a byte order mark. Rejects UTF-16.
std::string beginning_of_text(FileReader& file);
/// Comma, semicolon, tab or |: the one that is as often in the first line as in the following ones. Comma if none is.
char likely_delimiter(std::string_view text);

}  // namespace linnet::detail
