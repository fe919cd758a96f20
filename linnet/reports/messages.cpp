#include "linnet/reports/messages.h"

#include "linnet/reports/message_table.h"

namespace linnet::detail {
namespace {

const Message* find(std::span<const Message> table, std::string_view key) {
  for (const Message& each : table)
    if (each.key == key) return &each;
  return nullptr;
}

std::string_view in(const Message& text, std::string_view lang) { return lang == "zh" ? text.zh : text.en; }

}  // namespace

void check_language(std::string_view who, std::string_view lang) {
  check(lang == "en" || lang == "zh", "[", who, "] expected lang \"en\" or \"zh\", received \"", lang, "\"");
}

std::string message(std::string_view key, std::string_view lang, const MessageValues& values) {
  const Message* found = find(page_table(), key);
  if (found == nullptr) found = find(diagnosis_table(), key);
  check(found != nullptr, "[reports] there is no text \"", key, "\"");
  const std::string_view text = in(*found, lang);
  std::string filled;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t mark = std::min(text.find('{', at), text.size());
    filled += text.substr(at, mark - at);
    const std::size_t end = std::min(text.find('}', mark), text.size());
    at = mark < text.size() ? end + 1 : mark;
    for (const auto& [name, value] : values)
      if (mark < text.size() && name == text.substr(mark + 1, end - mark - 1)) filled += value;
  }
  return filled;
}

Config page_messages(std::string_view lang) {
  Config texts;
  for (const Message& each : page_table()) texts.set(each.key, in(each, lang));
  return texts;
}

}  // namespace linnet::detail
