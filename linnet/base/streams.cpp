#include "linnet/base/streams.h"

#include <ostream>

namespace linnet {

std::string to_string(DType dtype) { return std::string(name(dtype)); }
std::ostream& operator<<(std::ostream& out, DType dtype) { return out << name(dtype); }
std::ostream& operator<<(std::ostream& out, const Shape& shape) { return out << to_string(shape); }

}  // namespace linnet
