// A text in both languages, and the tables of them. Internal.
#pragma once

#include <span>
#include <string_view>

namespace linnet::detail {

struct Message {
  std::string_view key, en, zh;
};

std::span<const Message> page_table();       // what the scripts of pages say
std::span<const Message> diagnosis_table();  // what diagnose() says

}  // namespace linnet::detail
