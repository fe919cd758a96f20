#include "linnet/saving/json.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

namespace linnet {

namespace {

constexpr std::size_t deepest = 200;
// Memory that a value takes, with its share of the growing list or object that holds it.
constexpr std::int64_t cost_of_item = 128, cost_of_entry = 256, cost_of_level = 256;

// Builds a Value from the parser's events. (nlohmann's own tree would silently keep one of two equal keys.)
class Builder : public nlohmann::json_sax<nlohmann::json> {
 public:
  explicit Builder(const ReadLimits& limits) : left_(limits.extra_bytes) {}

  bool null() override { return put({}); }
  bool boolean(bool value) override { return put(value); }
  bool number_integer(number_integer_t value) override { return put(value); }
  bool number_unsigned(number_unsigned_t value) override {
    return value <= INT64_MAX ? put(static_cast<std::int64_t>(value)) : put(static_cast<double>(value));
  }
  bool number_float(number_float_t value, const string_t&) override { return put(value); }
  bool string(string_t& value) override {
    spend(2 * static_cast<std::int64_t>(value.size()));
    return put(std::move(value));
  }
  bool binary(binary_t&) override { return false; }  // not in text

  bool start_object(std::size_t) override { return open(true); }
  bool start_array(std::size_t) override { return open(false); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }

  bool key(string_t& name) override {
    spend(2 * static_cast<std::int64_t>(name.size()));
    levels_.back().key = std::move(name);
    return true;
  }

  bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception& error) override {
    std::string reason = error.what();  // "[json.exception.parse_error.101] parse error at line 1, column 2: …"
    reason.erase(0, reason.find("] ") + 2);
    fail<FileError>("[json] expected JSON, received a ", reason);
  }

  Value take() { return std::move(root_); }

 private:
  struct Level {
    bool is_object = false;
    List items;
    std::vector<Config::Entry> entries;
    std::string key;
  };

  bool open(bool is_object) {
    if (levels_.size() == deepest) fail<FileError>("[json] expected at most ", deepest, " levels of nesting");
    spend(cost_of_level);
    levels_.emplace_back().is_object = is_object;
    return true;
  }

  bool close() {
    Level level = std::move(levels_.back());
    levels_.pop_back();
    check_keys(level.entries);
    return put(level.is_object ? Value(Config::from_entries(std::move(level.entries))) : Value(std::move(level.items)));
  }

  static void check_keys(const std::vector<Config::Entry>& entries) {
    std::vector<const std::string*> keys;
    keys.reserve(entries.size());
    for (const Config::Entry& entry : entries) keys.push_back(&entry.first);
    std::sort(keys.begin(), keys.end(), [](const std::string* a, const std::string* b) { return *a < *b; });
    const auto twice = std::adjacent_find(keys.begin(), keys.end(),
                                          [](const std::string* a, const std::string* b) { return *a == *b; });
    if (twice != keys.end())
      fail<FileError>("[json] expected each key of an object once, received \"", **twice, "\" twice");
  }

  bool put(Value value) {
    spend(!levels_.empty() && levels_.back().is_object ? cost_of_entry : cost_of_item);
    if (levels_.empty()) {
      root_ = std::move(value);
    } else if (Level& level = levels_.back(); level.is_object) {
      level.entries.emplace_back(std::move(level.key), std::move(value));
    } else {
      level.items.push_back(std::move(value));
    }
    return true;
  }

  void spend(std::int64_t bytes) {
    if (bytes > left_)
      fail<FileError>(
          "[json] expected text that needs less memory; raise ReadLimits::extra_bytes if it is meant to be so");
    left_ -= bytes;
  }

  std::vector<Level> levels_;
  Value root_;
  std::int64_t left_;
};

nlohmann::ordered_json to_nlohmann(const Value& value) {
  if (value.is_null()) return nullptr;
  if (value.is_bool()) return value.as_bool();
  if (value.is_int()) return value.as_int();
  if (value.is_number()) return value.as_double();
  if (value.is_string()) return value.as_string();
  if (value.is_list()) {
    auto list = nlohmann::ordered_json::array();
    for (const Value& item : value.as_list()) list.push_back(to_nlohmann(item));
    return list;
  }
  // ordered_json looks through all keys at each insertion; its map is a vector of pairs, which need not
  nlohmann::ordered_json::object_t object;
  for (const auto& [key, item] : value.as_config().entries())
    object.std::vector<std::pair<const std::string, nlohmann::ordered_json>>::emplace_back(key, to_nlohmann(item));
  return object;
}

}  // namespace

Value parse_json(std::string_view text, const ReadLimits& limits) {
  Builder builder(limits);
  nlohmann::json::sax_parse(text.begin(), text.end(), &builder);
  return builder.take();
}

std::string to_json(const Value& value, int indent) {
  try {
    return to_nlohmann(value).dump(indent);
  } catch (const nlohmann::json::type_error&) {  // the only thing that dump() refuses
    fail("[json] expected UTF-8 text, received bytes that are none");
  }
}

}  // namespace linnet
