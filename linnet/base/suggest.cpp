#include "linnet/base/suggest.h"

#include <algorithm>
#include <numeric>

namespace linnet {

namespace {

// The fewest letters to insert, remove or exchange to get from a to b (Wagner and Fischer, 1974; one row at a time).
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t exchanged = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({exchanged, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row[b.size()];
}

}  // namespace

std::string did_you_mean(std::string_view given, const std::vector<std::string>& known) {
  std::size_t nearest = given.size() / 3 + 2;  // farther away is no typing mistake
  std::string hint;
  for (const std::string& name : known)
    if (const std::size_t distance = edit_distance(given, name); distance < nearest) {
      nearest = distance;
      hint = "; did you mean \"" + name + "\"?";
    }
  return hint;
}

}  // namespace linnet
