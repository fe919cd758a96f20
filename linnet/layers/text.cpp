#include "linnet/layers/text.h"

#include <algorithm>
#include <cstddef>
#include <iterator>

namespace linnet {
namespace {

bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

bool is_punctuation(char c) {
  return (c >= '!' && c <= '/') || (c >= ':' && c <= '@') || (c >= '[' && c <= '`') || (c >= '{' && c <= '~');
}

/// How many bytes at the beginning of `text` are one code point; 0 if none are, and then `bad` are to be skipped.
std::size_t code_point_size(std::string_view text, std::size_t& bad) {
  auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
  const unsigned first = byte(0);
  bad = 1;
  if (first < 0x80) return 1;
  const std::size_t size = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4) return 0;
  // The second byte says whether the code point is too large, a surrogate, or could be written in fewer bytes.
  const unsigned low = first == 0xE0   ? 0xA0
                       : first == 0xF0 ? 0x90
                                       : 0x80,
                 high = first == 0xED   ? 0x9F
                        : first == 0xF4 ? 0x8F
                                        : 0xBF;
  if (byte(1) < low || byte(1) > high) return 0;
  for (std::size_t i = 2; i < size; ++i) {
    bad = i;
    if (byte(i) < 0x80 || byte(i) > 0xBF) return 0;
  }
  return size;
}

}  // namespace

std::string lower(std::string text) {
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return text;
}

std::string without_punctuation(std::string_view text) {
  std::string rest;
  std::copy_if(text.begin(), text.end(), std::back_inserter(rest), [](char c) { return !is_punctuation(c); });
  return rest;
}

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  for (auto first = text.begin(); first != text.end();) {
    first = std::find_if_not(first, text.end(), is_space);
    const auto last = std::find_if(first, text.end(), is_space);
    if (first != last) words.emplace_back(first, last);
    first = last;
  }
  return words;
}

std::vector<std::string> characters_of(std::string_view text) {
  std::vector<std::string> characters;
  while (!text.empty()) {
    std::size_t bad = 1;
    const std::size_t size = code_point_size(text, bad);
    characters.emplace_back(size > 0 ? text.substr(0, size) : "\xEF\xBF\xBD");
    text.remove_prefix(size > 0 ? size : bad);
  }
  return characters;
}

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines(1);
  for (char c : text) {
    if (c == '\n')
      lines.emplace_back();
    else if (c != '\r')
      lines.back() += c;
  }
  while (!lines.empty() && lines.back().empty()) lines.pop_back();
  return lines;
}

std::vector<std::string> ngrams_of(const std::vector<std::string>& tokens, const std::vector<int>& widths) {
  std::vector<std::string> all;
  for (int width : widths) {
    const auto n = static_cast<std::size_t>(width);
    for (std::size_t first = 0; first + n <= tokens.size(); ++first) {
      std::string joined = tokens[first];
      for (std::size_t i = 1; i < n; ++i) joined += " " + tokens[first + i];
      all.push_back(std::move(joined));
    }
  }
  return all;
}

}  // namespace linnet
