// Options structs name their fields once; the same list writes a Config and reads one.
//
//   struct DropoutOptions { std::string name; … };
//   template <class Visitor> void fields(Visitor& visit, DropoutOptions& o) { visit("noise_shape", o.noise_shape); … }
//
//   Config config = write_config(options);          DropoutOptions o; read_config(config, o, "Dropout");
//
// Types take part through two functions found by ADL: Value to_value(const T&) and void from_value(const Value&, T&).
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "linnet/base/config.h"
#include "linnet/base/dtype.h"
#include "linnet/base/shape.h"

#pragma GCC visibility push(default)
namespace linnet {

inline Value to_value(bool x) { return x; }
inline Value to_value(double x) { return x; }
template <std::integral Integer>
requires(!std::same_as<Integer, bool>) Value to_value(Integer x) { return static_cast<std::int64_t>(x); }
inline Value to_value(const std::string& x) { return x; }
inline Value to_value(DType x) { return name(x); }
inline Value to_value(const Value& x) { return x; }
Value to_value(const Shape& x);  // unknown sizes are null
template <class T>
Value to_value(const std::vector<T>& items);
template <class T>
Value to_value(const std::optional<T>& x) {
  return x ? to_value(*x) : Value();
}
template <class T>
Value to_value(const std::vector<T>& items) {
  List list;
  for (const T& item : items) list.push_back(to_value(item));
  return list;
}

/// Throws unless an integer is still what the value says.
void check_fits(std::int64_t stored, const Value& value);
inline void from_value(const Value& value, bool& x) { x = value.as_bool(); }
inline void from_value(const Value& value, double& x) { x = value.as_double(); }
template <std::integral Integer>
requires(!std::same_as<Integer, bool>) void from_value(const Value& value, Integer& x) {
  x = static_cast<Integer>(value.as_int());
  check_fits(static_cast<std::int64_t>(x), value);
}
inline void from_value(const Value& value, std::string& x) { x = value.as_string(); }
inline void from_value(const Value& value, DType& x) { x = dtype_from_name(value.as_string()); }
inline void from_value(const Value& value, Value& x) { x = value; }
void from_value(const Value& value, Shape& x);
template <class T>
void from_value(const Value& value, std::vector<T>& items);
template <class T>
void from_value(const Value& value, std::optional<T>& x) {
  if (value.is_null()) {
    x.reset();
  } else {
    from_value(value, x.emplace());
  }
}
template <class T>
void from_value(const Value& value, std::vector<T>& items) {
  items.clear();
  for (const Value& item : value.as_list()) from_value(item, items.emplace_back());
}

/// Writes every field it is shown.
struct ConfigWriter {
  Config config;
  template <class T>
  void operator()(const char* key, const T& value) {
    config.set(key, to_value(value));
  }
};

/// Reads every field it is shown that the config has; remembers which keys it has seen.
struct ConfigReader {
  const Config& config;
  std::vector<std::string_view> seen = {};
  template <class T>
  void operator()(const char* key, T& value) {
    seen.emplace_back(key);
    if (const Value* found = config.find(key)) from_value(*found, value);
  }
};

template <class Options>
Config write_config(Options options) {
  ConfigWriter writer;
  fields(writer, options);
  return std::move(writer.config);
}

/// Throws `[who] does not support the option "…" = …` for a key that no field has, unless its value is null, false or
/// empty, or it is in `ignored`.
void check_all_seen(const ConfigReader& reader, std::string_view who, const std::vector<std::string_view>& ignored);

template <class Options>
void read_config(const Config& config, Options& options, std::string_view who,
                 const std::vector<std::string_view>& ignored = {}) {
  ConfigReader reader{config};
  fields(reader, options);
  check_all_seen(reader, who, ignored);
}

}  // namespace linnet
#pragma GCC visibility pop
