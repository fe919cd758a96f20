// Config: named values, JSON-shaped, what an object's constructor needs. Keras's names and layout (get_config()).
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "linnet/base/check.h"

#pragma GCC visibility push(default)
namespace linnet {

class Value;
using List = std::vector<Value>;

/// An ordered list of named values.
///   Config config{{"units", 64}, {"activation", "relu"}};
///   config.at("units").as_int();  // -> 64
class Config {
 public:
  using Entry = std::pair<std::string, Value>;

  Config();
  Config(std::initializer_list<Entry> entries);
  Config(const Config&);
  Config(Config&&) noexcept;
  Config& operator=(const Config&);
  Config& operator=(Config&&) noexcept;
  ~Config();
  /// Of entries whose keys are known to differ.
  static Config from_entries(std::vector<Entry> entries);

  bool contains(std::string_view key) const { return find(key) != nullptr; }
  /// Null when absent.
  const Value* find(std::string_view key) const;
  /// Throws `[config] expected an entry "key" …` when absent.
  const Value& at(std::string_view key) const;
  /// Sets or replaces.
  void set(std::string_view key, Value value);
  void erase(std::string_view key);
  std::size_t size() const;
  bool empty() const { return size() == 0; }
  const std::vector<Entry>& entries() const { return entries_; }

  friend bool operator==(const Config& a, const Config& b);

 private:
  std::vector<Entry> entries_;
};

/// null, bool, integer, real, text, list or Config: what JSON can say.
class Value {
 public:
  // All of it is compiled once, in config.cpp: a variant costs every program that includes it.
  Value();  // null
  Value(std::nullptr_t) : Value() {}
  Value(bool value);
  template <std::integral Integer>
  requires(!std::same_as<Integer, bool>) Value(Integer value) : Value(Whole{static_cast<std::int64_t>(value)}) {}
  Value(double value);
  Value(const char* text);
  Value(std::string_view text);
  Value(std::string text);
  Value(List list);
  Value(Config config);
  Value(const Value&);
  Value(Value&&) noexcept;
  Value& operator=(const Value&);
  Value& operator=(Value&&) noexcept;
  ~Value();

  bool is_null() const { return std::holds_alternative<std::nullptr_t>(data_); }
  bool is_bool() const { return std::holds_alternative<bool>(data_); }
  bool is_int() const { return std::holds_alternative<std::int64_t>(data_); }
  bool is_number() const { return is_int() || std::holds_alternative<double>(data_); }
  bool is_string() const { return std::holds_alternative<std::string>(data_); }
  bool is_list() const { return std::holds_alternative<List>(data_); }
  bool is_config() const { return std::holds_alternative<Config>(data_); }

  // Each throws `[config] expected …, received …` when the value is of another kind.
  bool as_bool() const;
  std::int64_t as_int() const;  // also a real without a fraction
  double as_double() const;
  const std::string& as_string() const;
  const List& as_list() const;
  const Config& as_config() const;

  friend bool operator==(const Value& a, const Value& b);

 private:
  struct Whole {  // an integer, whatever its C++ type was
    std::int64_t value;
  };
  explicit Value(Whole value);

  std::variant<std::nullptr_t, bool, std::int64_t, double, std::string, List, Config> data_;
};

/// What was received, for messages: `"relu"`, `3`, `[1, 2]`, `{"class_name": …}`. JSON text on one line.
std::string to_string(const Value& value);
inline void append_text(std::string& text, const Value& value) { text += to_string(value); }

/// A nested object as Keras writes it: {"class_name": "L2", "config": {…}}.
Config object_config(std::string_view class_name, Config config);

}  // namespace linnet
#pragma GCC visibility pop
