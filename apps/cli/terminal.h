// What the command prints goes through here: terminals differ in width, colours and characters, and a file is none.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "cli/language.h"

namespace linnet::cli {

/// Columns of the terminal; $COLUMNS, or 80, where there is none.
int columns();

/// Prints to standard output, in ASCII where the character set is no UTF-8. After speak_on_stderr() it goes to standard
/// error instead, so that standard output holds JSON alone.
void print(std::string_view text);
void speak_on_stderr();
/// Nothing is printed while it lives: what another process has said already.
class Silence {
 public:
  explicit Silence(bool silent);
  ~Silence();
  Silence(const Silence&) = delete;
  Silence& operator=(const Silence&) = delete;
};
/// print() of a sentence.
template <class... Values>
void say(const std::type_identity_t<Sentence<Values...>>& sentence, const Values&... values) {
  print(words<Values...>(sentence, values...));
}
/// `linnet: …` on standard error.
void complain(std::string_view text);
/// For programs: to standard output as it is.
void print_raw(std::string_view text);
/// False when something could not be printed, as on a full disk.
bool flush_output();

enum class Style { plain, bold, good, bad, faint };
/// Coloured on terminals, unless NO_COLOR is set or TERM is dumb; the text itself otherwise.
std::string styled(Style style, std::string_view text);

/// Columns that a text takes: Chinese characters take two, escape sequences none.
std::size_t display_width(std::string_view text);
/// Filled up with spaces, or cut to `width` with "…".
std::string fitted(std::string_view text, std::size_t width);
/// Broken at spaces (Chinese: anywhere) into lines of at most `width` columns, each after `indent` spaces; the first
/// one is expected to stand there already.
std::string wrapped(std::string_view text, std::size_t width, std::size_t indent);

/// Makes fit's progress bar keep to this terminal too: no colours where none are wanted, lines that do not wrap while
/// they are drawn anew, ASCII where nothing else can be shown.
void adapt_progress_bar();

}  // namespace linnet::cli
