// How many columns of a terminal a text takes: Chinese, Japanese and Korean characters take two.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>

namespace linnet::detail {

/// The character of UTF-8 at `at` and how many bytes it has; a wrong byte counts as a character of its own.
std::pair<std::uint32_t, std::size_t> character_at(std::string_view text, std::size_t at);
/// Does this character take two columns?
bool is_wide(std::uint32_t code);
/// Columns of all.
std::size_t display_width(std::string_view text);
/// As many characters from the beginning as fit into so many columns.
std::string_view first_columns(std::string_view text, std::size_t columns);

}  // namespace linnet::detail
