#include "cli/digit.h"

#include <gmock/gmock.h>

#include <cmath>

#include "cli/least_squares.h"
#include "cli/pictures.h"
#include "cli/terminal.h"
#include "linnet/data/datasets.h"
#include "linnet/data/image.h"
#include "linnet/ops/elementwise.h"
#include "linnet/ops/matmul.h"
#include "linnet/ops/reduce.h"
#include "linnet/ops/shape.h"

using namespace linnet;
using namespace linnet::cli;

namespace {

double mean_difference(const Tensor& a, const Tensor& b) {
  return mean(abs(a.to(float32) - b.to(float32))).item<float>();
}

TEST(Digit, LeavesWhatMnistMadeAsItIs) {
  const Dataset test = datasets::mnist(LINNET_SOURCE_DIR "/data/mnist").test;
  double difference = 0;
  for (std::int64_t i = 0; i < 100; ++i)
    difference += mean_difference(prepare_digit(reshape(test.x[0][i], {28, 28, 1})).image, test.x[0][i]) / 100;
  EXPECT_LT(difference, 2);  // of 255 grey levels
}

TEST(Digit, FindsADarkDigitInALargePicture) {
  const Tensor digit = datasets::mnist(LINNET_SOURCE_DIR "/data/mnist").test.x[0][0];
  const Tensor large = resize(reshape(digit, {28, 28, 1}), 280, 280, "bicubic");
  const Prepared prepared = prepare_digit((large.to(float32) * -1.0 + 255.0).to(uint8));
  EXPECT_TRUE(prepared.inverted);
  EXPECT_EQ(prepared.image.shape(), Shape({28, 28}));
  EXPECT_LT(mean_difference(prepared.image, digit), 6);
  EXPECT_GT(prepared.box[2], 100);
  EXPECT_LT(prepared.box[2], 220);
}

TEST(Digit, MakesThinLinesVisible) {
  std::vector<std::uint8_t> pixels(400 * 400, 255);
  for (std::size_t y = 50; y < 350; ++y) pixels[y * 400 + 200] = 0;
  const Prepared prepared = prepare_digit(from_vector(pixels, {400, 400, 1}));
  EXPECT_TRUE(prepared.thickened);
  EXPECT_GT(max(prepared.image.to(float32)).item<float>(), 200);
}

TEST(Digit, RefusesAPictureOfOneColour) {
  EXPECT_THROW(prepare_digit(zeros({50, 50, 3}, uint8)), Error);
  EXPECT_THROW(prepare_digit(zeros({50, 50}, uint8)), Error);
  EXPECT_THROW(prepare_digit(zeros({1, 1, 4}, uint8)), Error);
}

TEST(LeastSquares, FindsThePlaneItWasMadeFrom) {
  const Tensor x = random_normal({50, 3}), w = tensor({{2}, {-1}, {0.5}});
  const Dataset data(x, matmul(x, w) + 7.0);
  const Fit fit = linear_least_squares(data, data);
  EXPECT_LT(fit.rmse, 1e-5);
  EXPECT_NEAR(fit.r2.value(), 1, 1e-9);
  EXPECT_FALSE(measure_fit(ones({4, 1}), ones({4, 1})).r2) << "no variance";
}

TEST(Terminal, CountsColumnsAndBreaksLines) {
  EXPECT_EQ(display_width("ab中文\x1b[1mc\x1b[0m"), 7U);
  EXPECT_EQ(fitted("abcdef", 4), "abc…");
  EXPECT_EQ(fitted("中文字", 5), "中文…");
  EXPECT_EQ(wrapped("one two three", 9, 2), "one two\n  three");
}

TEST(Bars, NeverSayThatANetworkIsSure) {
  EXPECT_EQ(percent(1), "99.9 %");
  const auto lines = probability_bars({0.25, 0.75}, {"no", "yes"}, 40);
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_THAT(lines[1], ::testing::HasSubstr("75.0 %"));
}

}  // namespace
