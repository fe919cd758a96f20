// Samples as pictures: which are some, and their bytes.
#include "linnet/reports/pictures.h"

#include <gmock/gmock.h>

#include "linnet/ops/shape.h"
#include "linnet/reports/sections.h"

namespace linnet {
namespace {

using detail::is_picture_shape;
using detail::Pictures;
using ::testing::ElementsAre;

TEST(Pictures, HaveHeightWidthAndOneThreeOrFourChannels) {
  for (const Shape& shape : {Shape{9, 28, 28}, Shape{9, 4, 4, 1}, Shape{9, 32, 40, 3}, Shape{9, 8, 8, 4}})
    EXPECT_TRUE(is_picture_shape(shape)) << concat(shape);
  for (const Shape& shape : {Shape{9, 784}, Shape{9, 3, 28}, Shape{9, 28, 3}, Shape{9, 8, 8, 2}, Shape{9, 4, 8, 8, 1}})
    EXPECT_FALSE(is_picture_shape(shape)) << concat(shape);
}

TEST(Pictures, AreBytesOfTheirNumbers) {
  const auto first_pixels = [](const Tensor& four) {
    const std::vector<std::uint8_t> bytes = Pictures(reshape(repeat(four, 4, 0), {1, 4, 4})).pixels(0);
    return std::vector<int>{bytes[0], bytes[4], bytes[8], bytes[12]};
  };
  EXPECT_THAT(first_pixels(tensor({0, 1, 7, 255}).to(int32)), ElementsAre(0, 1, 7, 255));   // as they are
  EXPECT_THAT(first_pixels(tensor({0.0, 0.2, 0.4, 0.6})), ElementsAre(0, 51, 102, 153));    // 1 is white
  EXPECT_THAT(first_pixels(tensor({-1.0, -0.5, 0.0, 1.0})), ElementsAre(0, 64, 128, 255));  // 1, the most, is white
  EXPECT_THAT(first_pixels(tensor({5.0, 5.0, 5.0, 5.0})), ElementsAre(0, 0, 0, 0));
  EXPECT_FALSE(Pictures(zeros({3, 784})).any());
}

TEST(Base64, IsThatOfTheStandard) {
  const auto encoded = [](std::string_view text) { return detail::base64({text.begin(), text.end()}); };
  // the vectors of RFC 4648, section 10
  EXPECT_EQ(encoded(""), "");
  EXPECT_EQ(encoded("f"), "Zg==");
  EXPECT_EQ(encoded("fo"), "Zm8=");
  EXPECT_EQ(encoded("foo"), "Zm9v");
  EXPECT_EQ(encoded("foobar"), "Zm9vYmFy");
}

}  // namespace
}  // namespace linnet
