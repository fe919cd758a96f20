// Errors. Every message reads `[who] what was expected, what was received, what to do`.
#pragma once

#include <concepts>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

#pragma GCC visibility push(default)
namespace linnet {

/// Base of everything Linnet throws.
class Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// A value, shape or dtype that cannot be right (Python: ValueError).
class InvalidArgument : public Error {
 public:
  using Error::Error;
};

/// A file that is missing, damaged or cannot be written (Python: OSError).
class FileError : public Error {
 public:
  using Error::Error;
};

namespace detail {
// Overloads of append_text for other types stand beside these types (Shape, DType, …) and are found by ADL.
inline void append_text(std::string& text, std::string_view part) { text += part; }
inline void append_text(std::string& text, const char* part) { text += part; }
inline void append_text(std::string& text, const std::string& part) { text += part; }
inline void append_text(std::string& text, bool part) { text += part ? "true" : "false"; }
void append_text(std::string& text, double part);  // shortest text that reads back as the same number
template <std::integral Integer>
requires(!std::same_as<Integer, bool>) void append_text(std::string& text, Integer part) {
  text += std::to_string(part);
}
}  // namespace detail

/// Joins parts into one text: `concat("shape ", x.shape(), " has rank ", 3)`.
template <class... Parts>
std::string concat(const Parts&... parts) {
  using detail::append_text;
  std::string text;
  (append_text(text, parts), ...);
  return text;
}

/// Throws `Exception` with the joined parts.
template <class Exception = InvalidArgument, class... Parts>
[[noreturn]] void fail(const Parts&... parts) {
  throw Exception(concat(parts...));
}

/// Throws InvalidArgument with the joined parts unless `ok`; the text is only built on failure.
///   const int units = 64;
///   check(units > 0, "[Dense] expected units > 0, received ", units);
template <class... Parts>
void check(bool ok, const Parts&... parts) {
  if (!ok) [[unlikely]]
    fail(parts...);
}

}  // namespace linnet
#pragma GCC visibility pop
