#include "cli/language.h"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <optional>

namespace linnet::cli {

namespace {

// The first of the variables that is set, in POSIX's order: LC_ALL, the category's own, LANG.
std::string locale_for(const char* category) {
  for (const char* name : {"LC_ALL", category, "LANG"})
    if (const char* value = std::getenv(name); value != nullptr && *value != '\0') return value;
  return "";
}

std::optional<Language>& chosen() {
  static std::optional<Language> language;
  return language;
}

}  // namespace

bool is_ascii_only() {
  std::string name = locale_for("LC_CTYPE");
  std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::tolower(c); });
  if (name == "c" || name == "posix") return true;
  const std::size_t dot = name.find('.');
  if (dot == std::string::npos) return false;  // "zh_CN" says nothing about characters
  const std::string characters = name.substr(dot + 1, 5);
  return characters != "utf-8" && characters.substr(0, 4) != "utf8";
}

Language language() {
  if (!chosen())
    chosen() =
        locale_for("LC_MESSAGES").rfind("zh", 0) == 0 && !is_ascii_only() ? Language::chinese : Language::english;
  return *chosen();
}

void set_language(Language language) { chosen() = language; }

const char* language_code() { return language() == Language::chinese ? "zh" : "en"; }

}  // namespace linnet::cli
