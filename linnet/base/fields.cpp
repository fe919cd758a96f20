#include "linnet/base/fields.h"

namespace linnet {

Value to_value(const Shape& x) {
  List list;
  for (std::int64_t n : x) {
    if (n < 0)
      list.emplace_back();
    else
      list.emplace_back(n);
  }
  return list;
}

void check_fits(std::int64_t stored, const Value& value) {
  check(stored == value.as_int(), "[config] expected a smaller whole number, received ", value);
}

void from_value(const Value& value, Shape& x) {
  x = Shape();
  for (const Value& item : value.as_list()) x.push_back(item.is_null() ? -1 : item.as_int());
}

namespace {
bool says_nothing(const Value& value) {
  return value.is_null() || (value.is_bool() && !value.as_bool()) || (value.is_list() && value.as_list().empty()) ||
         (value.is_config() && value.as_config().empty());
}
}  // namespace

void check_all_seen(const ConfigReader& reader, std::string_view who, const std::vector<std::string_view>& ignored) {
  for (const auto& [key, value] : reader.config.entries()) {
    auto is_key = [&key = key](std::string_view other) { return other == key; };
    const bool known = std::any_of(reader.seen.begin(), reader.seen.end(), is_key) ||
                       std::any_of(ignored.begin(), ignored.end(), is_key);
    check(known || says_nothing(value), "[", who, "] does not support the option \"", key, "\" = ", value);
  }
}

}  // namespace linnet
