// Shapes and dtypes in streams: std::cout << x.shape(). Apart from shape.h and dtype.h, which every file reads.
#pragma once

#include <iosfwd>
#include <string>

#include "linnet/base/dtype.h"
#include "linnet/base/shape.h"

#pragma GCC visibility push(default)
namespace linnet {

/// Its name: "float32".
std::string to_string(DType dtype);
/// to_string(dtype).
std::ostream& operator<<(std::ostream& out, DType dtype);
/// to_string(shape): (2, 3).
std::ostream& operator<<(std::ostream& out, const Shape& shape);

}  // namespace linnet
#pragma GCC visibility pop
