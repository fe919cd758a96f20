#include "linnet/layers/names.h"

#include <map>
#include <mutex>

namespace linnet {

std::string to_snake_case(std::string_view class_name) {
  auto upper = [&](std::size_t i) { return i < class_name.size() && class_name[i] >= 'A' && class_name[i] <= 'Z'; };
  auto lower = [&](std::size_t i) { return i < class_name.size() && class_name[i] >= 'a' && class_name[i] <= 'z'; };
  std::string text;
  for (std::size_t i = 0; i < class_name.size(); ++i) {
    // A word starts before "Xx", and at a capital after a small letter; digits belong to the word before them.
    const bool starts_word = upper(i) && i > 0 && (lower(i + 1) || lower(i - 1));
    if (starts_word) text += '_';
    text += upper(i) ? static_cast<char>(class_name[i] - 'A' + 'a') : class_name[i];
  }
  return text;
}

namespace {
std::mutex name_mutex;
std::map<std::string, int> name_counts;
}  // namespace

std::string unique_name(std::string_view class_name) {
  const std::lock_guard lock(name_mutex);
  const std::string base = to_snake_case(class_name);
  const int earlier = name_counts[base]++;
  return earlier == 0 ? base : base + "_" + std::to_string(earlier);
}

void clear_session() {
  const std::lock_guard lock(name_mutex);
  name_counts.clear();
}

}  // namespace linnet
