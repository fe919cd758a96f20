// Columns of a terminal.
#include "linnet/base/display_width.h"

#include <gtest/gtest.h>

namespace linnet::detail {
namespace {

TEST(DisplayWidth, CountsColumns) {
  EXPECT_EQ(display_width(""), 0u);
  EXPECT_EQ(display_width("dense (Dense)"), 13u);
  EXPECT_EQ(display_width("全连接 a"), 8u);
  EXPECT_EQ(display_width("━━…"), 3u);
  EXPECT_EQ(display_width("\xff\xe5"), 2u) << "wrong bytes";
}

TEST(DisplayWidth, CutsBetweenCharacters) {
  EXPECT_EQ(first_columns("全连接", 5), "全连");
  EXPECT_EQ(first_columns("abc", 5), "abc");
  EXPECT_EQ(first_columns("全", 1), "");
}

}  // namespace
}  // namespace linnet::detail
