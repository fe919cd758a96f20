// What pages say, in English and in Chinese: one catalogue. Internal.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include "linnet/base/config.h"

namespace linnet::detail {

/// Throws `[who] expected lang "en" or "zh", received …`.
void check_language(std::string_view who, std::string_view lang);

/// The text for `key` in "en" or "zh". Every key has both.
std::string message(std::string_view key, std::string_view lang);
/// The same with {marks} replaced:  message("epoch_n", "en", {{"n", "3"}}) == "Epoch 3".
std::string message(std::string_view key, std::string_view lang,
                    std::initializer_list<std::pair<std::string_view, std::string>> values);
/// All texts that the scripts of pages use, by key.
Config page_messages(std::string_view lang);

}  // namespace linnet::detail
