#include "linnet/layers/strings.h"

#include <iterator>

#include "linnet/base/check.h"

namespace linnet {

Strings::Strings(std::vector<std::string> values, const Shape& shape) : values_(std::move(values)), shape_(shape) {
  check(shape.size() == size(), "[Strings] expected ", shape.size(), " values for shape ", shape, ", received ",
        size());
}

Strings::Strings(std::initializer_list<std::vector<std::string>> rows) {
  const std::size_t columns = rows.size() == 0 ? 0 : rows.begin()->size();
  for (const auto& row : rows) {
    check(row.size() == columns, "[Strings] expected rows of ", columns, " texts, as the first, received one of ",
          row.size());
    values_.insert(values_.end(), row.begin(), row.end());
  }
  shape_ = {static_cast<std::int64_t>(rows.size()), static_cast<std::int64_t>(columns)};
}

std::vector<std::vector<std::string>> Strings::rows() const {
  const std::int64_t columns = shape_.rank() < 2 ? 1 : shape_.back();
  std::vector<std::vector<std::string>> rows(
      static_cast<std::size_t>(columns == 0 ? shape_.slice(0, shape_.rank() - 1).size() : size() / columns));
  auto value = values_.begin();
  for (auto& row : rows) {
    row.assign(value, value + columns);
    std::advance(value, columns);
  }
  return rows;
}

}  // namespace linnet
