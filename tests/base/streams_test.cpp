// Shapes and dtypes in streams.
#include "linnet/base/streams.h"

#include <gtest/gtest.h>

#include <sstream>

namespace linnet {
namespace {

TEST(Streams, PrintShapesAndDtypes) {
  std::ostringstream text;
  text << Shape{2, 3} << " " << float32 << " " << to_string(bfloat16);
  EXPECT_EQ(text.str(), "(2, 3) float32 bfloat16");
}

}  // namespace
}  // namespace linnet
