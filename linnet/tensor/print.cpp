// The text of a tensor, as NumPy prints an array with its default options: 8 digits of precision, the first and last
// three elements of every axis above 1000 elements, lines of at most 75 characters.
#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <limits>
#include <ostream>

#include "linnet/tensor/tensor.h"

namespace linnet {

namespace {

constexpr int precision = 8, line_width = 75;
constexpr std::int64_t threshold = 1000, edge_items = 3;

// A number as sign, digits and exponent: ±0.d1d2d3… · 10^point, no zeros at either end. Zero has no digits.
struct Decimal {
  bool negative = false;
  std::string digits;
  int point = 0;
};

Decimal parse(const char* first, const char* last) {  // "-1.234e-05"
  Decimal result;
  if (*first == '-') result.negative = true, ++first;
  const char* exponent = std::find(first, last, 'e');
  for (const char* c = first; c != exponent; ++c)
    if (*c != '.') result.digits += *c;
  int power = 0;
  if (exponent != last) std::from_chars(exponent + (exponent[1] == '+' ? 2 : 1), last, power);
  result.point = power + 1;
  while (!result.digits.empty() && result.digits.back() == '0') result.digits.pop_back();
  return result;
}

// The shortest digits that read back as the same number.
template <class Float>
Decimal shortest(Float value) {
  char text[64];
  return parse(text, std::to_chars(text, text + sizeof(text), value, std::chars_format::scientific).ptr);
}

// The shortest digits, but correctly rounded where they are more than `decimals` after the point.
template <class Float>
Decimal shortened(Float value, int decimals, bool scientific) {
  Decimal all = shortest(value);
  const int after = static_cast<int>(all.digits.size()) - (scientific ? 1 : all.point);
  if (after <= decimals) return all;
  char text[400];
  if (scientific)
    return parse(text, text + std::snprintf(text, sizeof(text), "%.*e", decimals, static_cast<double>(value)));
  const int length = std::snprintf(text, sizeof(text), "%.*f", decimals, static_cast<double>(value));
  Decimal result = parse(text, text + length);
  const auto whole = std::find(text, text + length, '.') - text - (result.negative ? 1 : 0);
  result.point = static_cast<int>(whole);
  const std::size_t zeros = std::min(result.digits.find_first_not_of('0'), result.digits.size());
  result.digits.erase(0, zeros);
  result.point -= static_cast<int>(zeros);
  return result;
}

struct Parts {
  std::string whole, fraction;  // "-12", "5"
};

Parts positional(const Decimal& d) {
  const int n = static_cast<int>(d.digits.size());
  std::string whole = d.digits.substr(0, static_cast<std::size_t>(std::clamp(d.point, 0, n))), fraction;
  if (d.point > n && n > 0) whole.append(static_cast<std::size_t>(d.point - n), '0');
  if (d.point < n)
    fraction = std::string(static_cast<std::size_t>(std::max(-d.point, 0)), '0') +
               d.digits.substr(static_cast<std::size_t>(std::max(d.point, 0)));
  return {(d.negative ? "-" : "") + (whole.empty() ? "0" : whole), fraction};
}

Parts mantissa(const Decimal& d) {
  return {(d.negative ? "-" : "") + (d.digits.empty() ? "0" : d.digits.substr(0, 1)),
          d.digits.size() > 1 ? d.digits.substr(1) : ""};
}

std::string exponent_text(const Decimal& d) {  // "e-05"
  char text[16];
  std::snprintf(text, sizeof(text), "e%+03d", d.digits.empty() ? 0 : d.point - 1);
  return text;
}

std::string padded_left(const std::string& text, std::size_t width) {
  return text.size() < width ? std::string(width - text.size(), ' ') + text : text;
}

template <class Float>
std::string non_finite(Float value) {
  return std::isnan(value) ? "nan" : value < 0 ? "-inf" : "inf";
}

// All numbers of an array in one format: aligned at the point, or scientific if their sizes differ too much.
template <class Float>
std::vector<std::string> format(const std::vector<Float>& values) {
  Float largest = 0, smallest = std::numeric_limits<Float>::infinity();
  for (Float value : values)
    if (std::isfinite(value) && value != 0) {
      largest = std::max(largest, std::abs(value));
      smallest = std::min(smallest, std::abs(value));
    }
  const bool scientific =
      largest != 0 && (largest >= Float(1e8) || smallest < Float(1e-4) || largest / smallest > Float(1000));

  std::vector<Parts> parts(values.size());
  std::vector<std::string> exponents(values.size());
  std::size_t left = 0, right = 0, longest_exponent = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!std::isfinite(values[i])) continue;
    const Decimal decimal = shortened(values[i], precision, scientific);
    parts[i] = scientific ? mantissa(decimal) : positional(decimal);
    if (std::signbit(values[i]) && parts[i].whole[0] != '-') parts[i].whole.insert(0, "-");
    if (scientific) exponents[i] = exponent_text(decimal);
    left = std::max(left, parts[i].whole.size());
    right = std::max(right, parts[i].fraction.size());
    longest_exponent = std::max(longest_exponent, exponents[i].size());
  }
  const std::size_t tail = right + 1 + longest_exponent;  // the point and what follows it
  for (Float value : values)
    if (!std::isfinite(value)) {
      const std::size_t size = non_finite(value).size();
      left = std::max(left, size > tail ? size - tail : 0);
    }

  std::vector<std::string> texts(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!std::isfinite(values[i])) {
      texts[i] = padded_left(non_finite(values[i]), left + tail);
      continue;
    }
    std::string fraction = parts[i].fraction;
    fraction.resize(right, scientific ? '0' : ' ');
    if (scientific) exponents[i].insert(2, longest_exponent - exponents[i].size(), '0');  // e-05 beside e-200 is e-005
    texts[i] = padded_left(parts[i].whole, left) + "." + fraction + exponents[i];
  }
  return texts;
}

std::vector<std::string> format_integers(const std::vector<std::int64_t>& values) {
  std::vector<std::string> texts;
  std::size_t width = 0;
  for (std::int64_t value : values) {
    texts.push_back(std::to_string(value));
    width = std::max(width, texts.back().size());
  }
  for (std::string& text : texts) text = padded_left(text, width);
  return texts;
}

std::vector<std::string> format_elements(const Tensor& x) {
  if (x.dtype() == float64) return format(x.to_vector<double>());
  if (is_floating(x.dtype())) return format(x.to_vector<float>());
  if (x.dtype() != boolean) return format_integers(x.to_vector<std::int64_t>());
  std::vector<std::string> texts;
  for (bool value : x.to_vector<bool>()) texts.emplace_back(value ? " True" : "False");
  return texts;
}

// A number by itself, as Python prints it: 1.0, 1e-05, 123456790.0.
template <class Float>
std::string scalar_text(Float value) {
  if (!std::isfinite(value)) return non_finite(value);
  const Decimal d = shortest(value);
  const double size = std::abs(static_cast<double>(value));
  const std::string sign = std::signbit(value) && !d.negative ? "-" : "";
  if (size == 0 || (size >= 1e-4 && size < 1e16)) {
    const Parts parts = positional(d);
    return sign + parts.whole + "." + (parts.fraction.empty() ? "0" : parts.fraction);
  }
  const Parts parts = mantissa(d);
  return sign + parts.whole + (parts.fraction.empty() ? "" : "." + parts.fraction) + exponent_text(d);
}

std::string scalar_text(const Tensor& x) {
  if (x.dtype() == float64) return scalar_text(x.item<double>());
  if (is_floating(x.dtype())) return scalar_text(x.item<float>());
  if (x.dtype() == boolean) return x.item<bool>() ? "True" : "False";
  return std::to_string(x.item<std::int64_t>());
}

// The positions shown along an axis; -1 stands for "...".
std::vector<std::int64_t> shown(std::int64_t size, bool summarize) {
  std::vector<std::int64_t> positions;
  for (std::int64_t i = 0; i < size; ++i) {
    if (summarize && size > 2 * edge_items && i == edge_items) {
      positions.push_back(-1);
      i = size - edge_items;
    }
    positions.push_back(i);
  }
  return positions;
}

class Writer {
 public:
  explicit Writer(const Tensor& x)
      : summarize_(x.size() > threshold), shape_(x.shape()), texts_(format_elements(corners(x))) {}

  std::string text() { return nested(0, " ", line_width); }

 private:
  // The elements that are shown, and no others: they decide the format.
  Tensor corners(const Tensor& x) const {
    Tensor rest = x.detach();
    if (!summarize_) return rest;
    std::vector<Tensor> kept;
    for (std::int64_t i : shown(rest.shape()[0], true))
      if (i >= 0) kept.push_back(rest.rank() > 1 ? corners(rest[i]) : rest[i]);
    Shape shape{static_cast<std::int64_t>(kept.size())};
    for (std::int64_t n : kept[0].shape()) shape.push_back(n);
    Tensor result(shape, x.dtype());
    for (std::size_t i = 0; i < kept.size(); ++i) result[static_cast<std::int64_t>(i)].copy_(kept[i]);
    return result;
  }

  std::string nested(int axis, const std::string& indent, int width) {
    if (axis == shape_.rank()) return texts_[next_++];
    const bool innermost = axis == shape_.rank() - 1;
    std::string text, line = indent;
    const std::vector<std::int64_t> positions = shown(shape_[axis], summarize_);
    for (std::size_t i = 0; i < positions.size(); ++i) {
      const std::string word = positions[i] < 0 ? "..." : nested(axis + 1, indent + " ", width - 1);
      if (innermost) {
        const bool full = static_cast<int>(line.size() + word.size()) >= width && line.size() > indent.size();
        if (full) {
          line.erase(line.find_last_not_of(' ') + 1);
          text += line + "\n";
          line = indent;
        }
        line += i + 1 < positions.size() ? word + " " : word;
      } else {
        text += indent + word;
        if (i + 1 < positions.size()) text.append(static_cast<std::size_t>(shape_.rank() - axis - 1), '\n');
      }
    }
    if (innermost) text += line;
    return "[" + text.substr(indent.size()) + "]";
  }

  bool summarize_;
  Shape shape_;
  std::vector<std::string> texts_;
  std::size_t next_ = 0;
};

}  // namespace

std::string to_string(const Tensor& x) {
  if (!x.defined()) return "<empty tensor>";
  if (x.is_symbolic()) return concat("<symbolic tensor, shape=", x.shape(), ", dtype=", x.dtype(), ">");
  if (x.rank() == 0) return scalar_text(x);
  if (x.size() == 0) return "[]";
  return Writer(x).text();
}

std::ostream& operator<<(std::ostream& out, const Tensor& x) { return out << to_string(x); }

}  // namespace linnet
