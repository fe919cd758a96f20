// What the command says, in English and in Chinese, side by side.
#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <type_traits>

namespace linnet::cli {

enum class Language { english, chinese };

/// A text in both languages.
struct Text {
  const char* english;
  const char* chinese;
};

/// A sentence with places for values, in fmt's notation; they may stand in another order: {1}. The compiler checks that
/// both languages fit the values.
template <class... Values>
struct Sentence {
  fmt::format_string<const Values&...> english;
  fmt::format_string<const Values&...> chinese;
};

/// The language of this process: --lang, or else what LC_ALL, LC_MESSAGES or LANG ask for, if the terminal's character
/// set has Chinese characters.
Language language();
void set_language(Language language);
/// "en" or "zh".
const char* language_code();
/// Does the environment name a character set other than UTF-8? Nothing named counts as UTF-8, as it is in containers.
bool is_ascii_only();

inline const char* pick(const Text& text) { return language() == Language::chinese ? text.chinese : text.english; }

/// The sentence with its values: words({"{} rows", "{} 行"}, 3).
template <class... Values>
std::string words(const std::type_identity_t<Sentence<Values...>>& sentence, const Values&... values) {
  return fmt::format(language() == Language::chinese ? sentence.chinese : sentence.english, values...);
}

}  // namespace linnet::cli
