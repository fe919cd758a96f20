// Texts in UTF-8, byte by byte. Internal. Casing and punctuation are ASCII's, as in Keras, whose lower() knows no other
// letters: so nothing needs Unicode's tables, which would be larger than the rest of the library.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace linnet {

/// A … Z in small letters.
std::string lower(std::string text);
/// Without !"#$%&()*+,-./:;<=>?@[\]^_`{|}~'
std::string without_punctuation(std::string_view text);
/// The words between spaces, tabs and line ends.
std::vector<std::string> words_of(std::string_view text);
/// The lines, without line ends, and without empty ones at the end.
std::vector<std::string> lines_of(std::string_view text);
/// Each code point; U+FFFD in place of bytes that are none.
std::vector<std::string> characters_of(std::string_view text);
/// For each width, in order: every so many tokens after one another, joined by spaces.
std::vector<std::string> ngrams_of(const std::vector<std::string>& tokens, const std::vector<int>& widths);

}  // namespace linnet
