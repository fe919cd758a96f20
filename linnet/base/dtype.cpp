#include "linnet/base/dtype.h"

#include <array>

#include "linnet/base/check.h"

namespace linnet {
namespace {
constexpr std::array<std::string_view, 7> names{"float32", "float64", "bfloat16", "int32", "int64", "uint8", "bool"};
}

std::string_view name(DType dtype) { return names[static_cast<std::size_t>(dtype)]; }

DType dtype_from_name(std::string_view wanted) {
  for (std::size_t i = 0; i < names.size(); ++i)
    if (names[i] == wanted) return static_cast<DType>(i);
  fail("[dtype] expected float32, float64, bfloat16, int32, int64, uint8 or bool, received \"", wanted, "\"");
}

DType promote(DType a, DType b) {
  // Each dtype gives way to those on its right.
  constexpr std::array<DType, 7> order{boolean, uint8, int32, int64, bfloat16, float32, float64};
  for (auto it = order.rbegin(); it != order.rend(); ++it)
    if (a == *it || b == *it) return *it;
  return a;
}

}  // namespace linnet
