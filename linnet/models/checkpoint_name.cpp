#include "linnet/models/checkpoint_name.h"

#include <algorithm>
#include <cstdio>

#include "linnet/base/check.h"

namespace linnet {

namespace {

/// A pattern is text, placeholder, text, …, text.
struct Parts {
  std::vector<std::string> texts{1};
  std::vector<std::string_view> placeholders;
};

Parts split(std::string_view pattern) {
  Parts parts;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    const char c = pattern[i];
    const bool doubled = (c == '{' || c == '}') && i + 1 < pattern.size() && pattern[i + 1] == c;
    const std::size_t end = c == '{' && !doubled ? pattern.find('}', i) : std::string_view::npos;
    if (end != std::string_view::npos) {
      parts.placeholders.push_back(pattern.substr(i + 1, end - i - 1));
      parts.texts.emplace_back();
      i = end;
    } else {
      parts.texts.back() += c;
      if (doubled) ++i;
    }
  }
  return parts;
}

bool is_number(std::string_view text, std::size_t least_digits) {
  return text.size() >= least_digits && text.size() <= 2 &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// "02d", ".4f", "8.3e": one that printf reads alike. (Widths have two digits at most.)
bool is_format(std::string_view format) {
  if (!format.empty() && std::string_view("dfeg").find(format.back()) != std::string_view::npos)
    format.remove_suffix(1);
  const std::size_t point = format.find('.');
  if (point != std::string_view::npos && !is_number(format.substr(point + 1), 1)) return false;
  std::string_view width = format.substr(0, point);
  if (width.starts_with('0')) width.remove_prefix(1);
  return is_number(width, 0);
}

std::string formatted(double value, bool whole, std::string format) {
  if (format.empty()) return whole ? std::to_string(static_cast<long long>(value)) : concat(value);
  char type = format.back();
  if (type == 'd' || type == 'f' || type == 'e' || type == 'g') {
    format.pop_back();
  } else {
    type = whole ? 'd' : 'g';
  }
  char text[200];
  if (type == 'd') {
    std::snprintf(text, sizeof text, ("%" + format + "lld").c_str(), static_cast<long long>(value));
  } else {
    std::snprintf(text, sizeof text, ("%" + format + type).c_str(), value);
  }
  return text;
}

}  // namespace

std::string fill_in(std::string_view pattern, const std::vector<std::pair<std::string, double>>& values) {
  const Parts parts = split(pattern);
  std::string text = parts.texts[0], known;
  for (const auto& value : values) known += (known.empty() ? "" : ", ") + value.first;
  for (std::size_t i = 0; i < parts.placeholders.size(); ++i) {
    const std::string_view placeholder = parts.placeholders[i];
    const std::size_t colon = placeholder.find(':');
    const std::string_view name = placeholder.substr(0, colon),
                           format = colon == std::string_view::npos ? "" : placeholder.substr(colon + 1);
    const auto value = std::find_if(values.begin(), values.end(), [&](const auto& each) { return each.first == name; });
    check(value != values.end(), "[ModelCheckpoint] cannot fill \"{", placeholder, "}\" into the filepath \"", pattern,
          "\": the names there are: ", known);
    const bool whole = name == "epoch" || name == "batch";
    check(is_format(format) && (whole || !format.ends_with('d')), "[ModelCheckpoint] cannot fill \"{", placeholder,
          "}\" into the filepath \"", pattern, "\": expected a format such as ", whole ? "02d" : ".4f");
    text += formatted(value->second, whole, std::string(format)) + parts.texts[i + 1];
  }
  return text;
}

bool matches_pattern(std::string_view name, std::string_view pattern) {
  const std::vector<std::string> texts = split(pattern).texts;
  if (texts.size() == 1) return name == texts[0];
  if (!name.starts_with(texts.front()) || !name.ends_with(texts.back())) return false;
  std::size_t place = texts.front().size();
  for (std::size_t i = 1; i + 1 < texts.size(); ++i) {
    place = name.find(texts[i], place);
    if (place == std::string_view::npos) return false;
    place += texts[i].size();
  }
  return place + texts.back().size() <= name.size();
}

}  // namespace linnet
