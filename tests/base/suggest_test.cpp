#include "linnet/base/suggest.h"

#include <gtest/gtest.h>

namespace linnet {
namespace {

TEST(DidYouMean, FindsTheNearestName) {
  const std::vector<std::string> names = {"adam", "adamw", "rmsprop", "sgd"};
  EXPECT_EQ(did_you_mean("adma", names), "; did you mean \"adam\"?");
  EXPECT_EQ(did_you_mean("rmspop", names), "; did you mean \"rmsprop\"?");
  EXPECT_EQ(did_you_mean("lion", names), "");
  EXPECT_EQ(did_you_mean("", names), "");
  EXPECT_EQ(did_you_mean("adam", {}), "");
}

}  // namespace
}  // namespace linnet
