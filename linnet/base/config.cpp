#include "linnet/base/config.h"

#include <algorithm>
#include <cmath>

namespace linnet {

Config::Config() = default;
Config::Config(std::initializer_list<Entry> entries) : entries_(entries) {}
Config::Config(const Config&) = default;
Config::Config(Config&&) noexcept = default;
Config& Config::operator=(const Config&) = default;
Config& Config::operator=(Config&&) noexcept = default;
Config::~Config() = default;

Config Config::from_entries(std::vector<Entry> entries) {
  Config config;
  config.entries_ = std::move(entries);
  return config;
}

std::size_t Config::size() const { return entries_.size(); }

const Value* Config::find(std::string_view key) const {
  auto it = std::find_if(entries_.begin(), entries_.end(), [&](const Entry& entry) { return entry.first == key; });
  return it == entries_.end() ? nullptr : &it->second;
}

const Value& Config::at(std::string_view key) const {
  const Value* value = find(key);
  check(value != nullptr, "[config] expected an entry \"", key, "\", received ", Value(*this));
  return *value;
}

void Config::set(std::string_view key, Value value) {
  for (Entry& entry : entries_)
    if (entry.first == key) {
      entry.second = std::move(value);
      return;
    }
  entries_.emplace_back(std::string(key), std::move(value));
}

void Config::erase(std::string_view key) {
  std::erase_if(entries_, [&](const Entry& entry) { return entry.first == key; });
}

// A friend that is declared in its class only is not visible by the header.
[[gnu::visibility("default")]] bool operator==(const Config& a, const Config& b) { return a.entries_ == b.entries_; }

Value::Value() : data_(nullptr) {}
Value::Value(bool value) : data_(value) {}
Value::Value(Whole whole) : data_(whole.value) {}
Value::Value(double value) : data_(value) {}
Value::Value(const char* text) : data_(std::string(text)) {}
Value::Value(std::string_view text) : data_(std::string(text)) {}
Value::Value(std::string text) : data_(std::move(text)) {}
Value::Value(List list) : data_(std::move(list)) {}
Value::Value(Config config) : data_(std::move(config)) {}
Value::Value(const Value&) = default;
Value::Value(Value&&) noexcept = default;
Value& Value::operator=(const Value&) = default;
Value& Value::operator=(Value&&) noexcept = default;
Value::~Value() = default;

[[gnu::visibility("default")]] bool operator==(const Value& a, const Value& b) { return a.data_ == b.data_; }

bool Value::as_bool() const {
  check(is_bool(), "[config] expected true or false, received ", *this);
  return std::get<bool>(data_);
}

std::int64_t Value::as_int() const {
  if (const auto* real = std::get_if<double>(&data_); real && std::nearbyint(*real) == *real && std::fabs(*real) < 9e15)
    return static_cast<std::int64_t>(*real);
  check(is_int(), "[config] expected an integer, received ", *this);
  return std::get<std::int64_t>(data_);
}

double Value::as_double() const {
  if (is_int()) return static_cast<double>(std::get<std::int64_t>(data_));
  check(is_number(), "[config] expected a number, received ", *this);
  return std::get<double>(data_);
}

const std::string& Value::as_string() const {
  check(is_string(), "[config] expected a text, received ", *this);
  return std::get<std::string>(data_);
}

const List& Value::as_list() const {
  check(is_list(), "[config] expected a list, received ", *this);
  return std::get<List>(data_);
}

const Config& Value::as_config() const {
  check(is_config(), "[config] expected named values, received ", *this);
  return std::get<Config>(data_);
}

std::string to_string(const Value& value) {
  if (value.is_null()) return "null";
  if (value.is_bool()) return value.as_bool() ? "true" : "false";
  if (value.is_int()) return std::to_string(value.as_int());
  if (value.is_number()) return concat(value.as_double());
  if (value.is_string()) return '"' + value.as_string() + '"';
  std::string text;
  if (value.is_list()) {
    for (const Value& item : value.as_list()) text += (text.empty() ? "" : ", ") + to_string(item);
    return "[" + text + "]";
  }
  for (const auto& [key, item] : value.as_config().entries())
    text += (text.empty() ? "\"" : ", \"") + key + "\": " + to_string(item);
  return "{" + text + "}";
}

Config object_config(std::string_view class_name, Config config) {
  return Config{{"class_name", class_name}, {"config", std::move(config)}};
}

}  // namespace linnet
