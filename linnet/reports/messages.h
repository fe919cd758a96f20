// What pages say, in English and in Chinese; the texts stand in page_messages.cpp and diagnosis_messages.cpp. Internal.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "linnet/base/config.h"

namespace linnet::detail {

/// Throws `[who] expected lang "en" or "zh", received …`.
void check_language(std::string_view who, std::string_view lang);

using MessageValues = std::vector<std::pair<std::string_view, std::string>>;
/// The text for `key` in "en" or "zh", with {marks} replaced: message("epoch_n", "en", {{"n", "3"}}) == "Epoch 3".
/// Every key has both languages; throws for a key that is none.
std::string message(std::string_view key, std::string_view lang, const MessageValues& values = {});
/// All texts that the scripts of pages use, by key.
Config page_messages(std::string_view lang);

}  // namespace linnet::detail
