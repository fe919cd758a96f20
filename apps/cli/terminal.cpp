#include "cli/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <utility>

#include "linnet/base/display_width.h"
#include "linnet/models/progress_bar.h"

namespace linnet::cli {

namespace {

using detail::character_at, detail::is_wide;

std::FILE* speech = stdout;
bool silent = false;

bool is_terminal() { return isatty(fileno(speech)) != 0; }

bool variable_is(const char* name, std::string_view wanted) {
  const char* value = std::getenv(name);
  return value != nullptr && value == wanted;
}

bool colours_refused() {
  const char* refused = std::getenv("NO_COLOR");
  return (refused != nullptr && *refused != '\0') || variable_is("TERM", "dumb");
}

// Where the escape sequence that begins at `at` ends; `at` itself if none does.
std::size_t after_escape(std::string_view text, std::size_t at) {
  if (text[at] != '\x1b') return at;
  const std::size_t end = text.find('m', at);
  return end == std::string_view::npos ? text.size() : end + 1;
}

constexpr std::array<std::pair<std::uint32_t, const char*>, 40> ascii_twins = {
    {{0x2588, "#"}, {0x2580, "\""}, {0x2584, "_"},  {0x2501, "="},  {0x2500, "-"},   {0x2550, "="}, {0x2502, "|"},
     {0x2503, "|"}, {0x250f, "+"},  {0x2513, "+"},  {0x2517, "+"},  {0x251b, "+"},   {0x2533, "+"}, {0x2521, "+"},
     {0x2529, "+"}, {0x2547, "+"},  {0x251c, "+"},  {0x2524, "+"},  {0x253c, "+"},   {0x2514, "+"}, {0x2518, "+"},
     {0x2534, "+"}, {0x250c, "+"},  {0x2510, "+"},  {0x252c, "+"},  {0x2026, "..."}, {0x2013, "-"}, {0x2014, "-"},
     {0x2018, "'"}, {0x2019, "'"},  {0x201c, "\""}, {0x201d, "\""}, {0xd7, "x"},     {0xb2, "^2"},  {0x258f, ""},
     {0x258e, ""},  {0x258d, ""},   {0x258c, "#"},  {0x258b, "#"},  {0x258a, "#"}}};

// What an ASCII terminal shows instead: blocks, bars and frames have near relatives, other characters a question mark.
std::string in_ascii(std::string_view text) {
  std::string plain;
  for (std::size_t at = 0; at < text.size();) {
    const auto [code, size] = character_at(text, at);
    const auto twin = std::find_if(ascii_twins.begin(), ascii_twins.end(),
                                   [&, wanted = code](const auto& pair) { return pair.first == wanted; });
    if (code < 0x80) {
      plain += static_cast<char>(code);
    } else {
      plain += code == 0x2589 ? "#" : twin == ascii_twins.end() ? "?" : twin->second;
    }
    at += size;
  }
  return plain;
}

std::string without_escapes(std::string_view text) {
  std::string plain;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = after_escape(text, at);
    if (end == at) {
      plain += text[at++];
    } else {
      at = end;
    }
  }
  return plain;
}

// The first `width` columns, escape sequences kept.
std::string first_columns(std::string_view text, std::size_t width) {
  std::string part;
  for (std::size_t at = 0, used = 0; at < text.size();) {
    const std::size_t end = after_escape(text, at);
    if (end > at) {
      part += text.substr(at, end - at);
      at = end;
      continue;
    }
    const auto [code, size] = character_at(text, at);
    used += is_wide(code) ? 2 : 1;
    if (used <= width) part += text.substr(at, size);
    at += size;
  }
  return part;
}

void write(std::FILE* file, std::string_view text) {
  const std::string plain = is_ascii_only() ? in_ascii(text) : std::string(text);
  std::fwrite(plain.data(), 1, plain.size(), file);
}

// The text of fit's progress bar: backspaces, a carriage return and the line, which ends with a newline when it is
// done.
void print_progress(std::string text) {
  const std::size_t line = text.rfind('\r') == std::string::npos ? 0 : text.rfind('\r') + 1;
  const bool unfinished = line > 0 && text.back() != '\n';
  if (is_terminal() && unfinished) {
    const auto room = static_cast<std::size_t>(std::max(1, columns() - 1));
    text = "\r" + first_columns(std::string_view(text).substr(line), room);
  }
  if (colours_refused()) text = without_escapes(text);
  write(speech, text);
  std::fflush(speech);
}

}  // namespace

int columns() {
  winsize size = {};
  if (ioctl(fileno(speech), TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  const char* variable = std::getenv("COLUMNS");
  const int width = variable != nullptr ? std::atoi(variable) : 0;
  return width > 0 ? width : 80;
}

void print(std::string_view text) {
  if (!silent) write(speech, text);
}
Silence::Silence(bool wanted) { silent = wanted; }
Silence::~Silence() { silent = false; }
void speak_on_stderr() { speech = stderr; }
void print_raw(std::string_view text) { std::fwrite(text.data(), 1, text.size(), stdout); }

void complain(std::string_view text) {
  std::fflush(stdout);
  write(stderr, fmt::format("linnet: {}\n", text));
}

bool flush_output() { return std::fflush(stdout) == 0 && std::ferror(stdout) == 0; }

std::string styled(Style style, std::string_view text) {
  static constexpr std::array<const char*, 5> codes = {"0", "1", "1;32", "1;31", "2"};
  if (style == Style::plain || !is_terminal() || colours_refused()) return std::string(text);
  return fmt::format("\x1b[{}m{}\x1b[0m", codes[static_cast<std::size_t>(style)], text);
}

std::size_t display_width(std::string_view text) {
  std::size_t width = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = after_escape(text, at);
    if (end > at) {
      at = end;
      continue;
    }
    const auto [code, size] = character_at(text, at);
    width += is_wide(code) ? 2 : 1;
    at += size;
  }
  return width;
}

std::string fitted(std::string_view text, std::size_t width) {
  const std::size_t has = display_width(text);
  if (has <= width) return std::string(text) + std::string(width - has, ' ');
  const std::string part = first_columns(text, width - 1) + "…";
  return part + std::string(width - display_width(part), ' ');
}

std::string wrapped(std::string_view text, std::size_t width, std::size_t indent) {
  std::string lines, word;
  std::size_t used = indent;
  const auto put_word = [&] {
    const std::size_t needed = display_width(word) - (word.ends_with(' ') ? 1 : 0);
    if (used > indent && used + needed > width) {
      lines.erase(lines.find_last_not_of(' ') + 1);
      lines += "\n" + std::string(indent, ' ');
      used = indent;
    }
    lines += word;
    used += display_width(word);
    word.clear();
  };
  for (std::size_t at = 0; at < text.size();) {
    const auto [code, size] = character_at(text, at);
    word += text.substr(at, size);
    at += size;
    // Chinese: a line may end behind every character, but not begin with 。，、）； or end with （
    const std::uint32_t next = at < text.size() ? character_at(text, at).first : 0;
    static constexpr std::u32string_view closing = U"。，、）；：！？”’》」】…", opening = U"（“‘《「【";
    const bool may_end = is_wide(code) && opening.find(code) == opening.npos && closing.find(next) == closing.npos;
    if (code == ' ' || may_end) put_word();
  }
  put_word();
  return lines;
}

void adapt_progress_bar() {
  Console console = default_console();
  console.print = print_progress;
  console.stopped_text = [](int epoch, std::int64_t batch, std::size_t epochs) {
    return words({"\nStopped by Ctrl-C in epoch {} after batch {}; weights are kept, and the history of {} epochs.\n",
                  "\n在第 {} 轮第 {} 批之后被 Ctrl-C 中断；权重已保留，还有 {} 轮的训练历史。\n"},
                 epoch, batch, epochs);
  };
  set_console(console);
}

}  // namespace linnet::cli
