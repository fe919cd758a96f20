#include "linnet/base/class_table.h"

#include <cctype>

namespace linnet::detail {

std::string plain_name(std::string_view name) {
  std::string plain;
  for (const char c : name)
    if (c != '_') plain += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return plain;
}

SerializedObject read_object(const Value& value, std::string_view who) {
  if (value.is_string()) return {value.as_string(), {}};
  const Value* class_name = value.is_config() ? value.as_config().find("class_name") : nullptr;
  check(class_name != nullptr && class_name->is_string(), "[", who,
        "] expected a name or {\"class_name\", \"config\"}, received ", value);
  const Value* config = value.as_config().find("config");
  const bool has_config = config != nullptr && config->is_config();
  return {class_name->as_string(), has_config ? config->as_config() : Config()};
}

void fail_unknown(std::string_view who, std::string_view name, const std::vector<std::string>& names) {
  std::string known;
  for (const std::string& each : names) known += (known.empty() ? "" : ", ") + each;
  fail("[", who, "] unknown name \"", name, "\"; expected one of: ", known);
}

}  // namespace linnet::detail
