#include "linnet/data/text.h"

#include <cstdint>
#include <vector>

namespace linnet::detail {

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

bool is_utf8(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i++]);
    if (lead < 0x80) continue;
    const int more = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : 1;
    if (lead < 0xC2 || lead > 0xF4 || text.size() - i < static_cast<std::size_t>(more)) return false;
    std::uint32_t code = lead & (0x3Fu >> more);
    for (int k = 0; k < more; ++k) {
      const auto byte = static_cast<unsigned char>(text[i++]);
      if ((byte & 0xC0) != 0x80) return false;
      code = code << 6 | (byte & 0x3F);
    }
    const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
    const bool overlong = code < (more == 2 ? 0x800u : more == 3 ? 0x10000u : 0x80u);
    if (surrogate || overlong || code > 0x10FFFF) return false;
  }
  return true;
}

std::string shortened(std::string_view text) {
  std::size_t length = 40;
  if (text.size() <= length) return std::string(text);
  while (length > 0 && (static_cast<unsigned char>(text[length]) & 0xC0) == 0x80) --length;
  return std::string(text.substr(0, length)) + "…";
}

std::string beginning_of_text(FileReader& file) {
  std::string text(1 << 16, '\0');
  text.resize(file.read(text.data(), text.size()));
  if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF"))
    file.reject("expected UTF-8, received UTF-16", "save the table as UTF-8 (in Excel: \"CSV UTF-8\")");
  if (text.starts_with("\xEF\xBB\xBF")) text.erase(0, 3);
  return text;
}

namespace {

// How often `delimiter` stands outside quotes, in each of the first lines that are complete.
std::vector<int> counts(std::string_view text, char delimiter) {
  std::vector<int> result;
  int count = 0;
  bool quoted = false, empty = true;
  for (const char c : text) {
    if (c == '"') quoted = !quoted;
    if (c == delimiter && !quoted) ++count;
    if ((c == '\n' || c == '\r') && !quoted) {
      if (!empty) result.push_back(count);
      if (result.size() == 20) return result;
      count = 0;
      empty = true;
    } else {
      empty = false;
    }
  }
  if (result.empty() || !empty) result.push_back(count);
  return result;
}

}  // namespace

char likely_delimiter(std::string_view text) {
  char best = ',';
  double best_part = 0;
  for (const char candidate : {',', ';', '\t', '|'}) {
    const std::vector<int> lines = counts(text, candidate);
    if (lines[0] == 0) continue;
    int alike = 0;
    for (int count : lines) alike += count == lines[0];
    const double part = alike / static_cast<double>(lines.size());
    if (part > best_part) best = candidate, best_part = part;
  }
  return best;
}

}  // namespace linnet::detail
