#include "linnet/data/image.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "linnet/ops/shape.h"
#include "tests/data/pictures.h"
#include "tests/support/temporary_folder.h"

namespace linnet {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

Tensor bytes(const std::vector<std::uint8_t>& values, const Shape& shape) { return from_vector(values, shape); }

class Image : public testing::Test {
 protected:
  Tensor read(const std::string& text, const ReadImageOptions& options = {.color_mode = ""}) {
    write_text(path, text);
    return read_image(path, options);
  }
  std::string error_of(const std::string& text, const ReadImageOptions& options = {}) {
    const std::string error = message_of<FileError>([&] { read(text, options); });
    EXPECT_THAT(error, HasSubstr(path));
    return error;
  }
  TemporaryFolder folder;
  std::string path = folder / "picture";
};

TEST_F(Image, RoundTripsPngOfEveryKind) {
  for (std::int64_t channels = 1; channels <= 4; ++channels) {
    const Tensor before = test_picture(6, 5, channels);
    const Tensor after = read(encode_png(before));
    EXPECT_EQ(after.shape(), Shape({6, 5, channels}));
    EXPECT_EQ(after.to_vector<int>(), before.to_vector<int>());
  }
  const Tensor grey = test_picture(3, 4, 1);
  EXPECT_EQ(encode_png(reshape(grey, {3, 4})), encode_png(grey));
  EXPECT_EQ(encode_png(grey.to(float32)), encode_png(grey));
  const Tensor turned = permute(test_picture(3, 4, 3), {1, 0, 2});  // not contiguous
  EXPECT_EQ(read(encode_png(turned)).to_vector<int>(), turned.to_vector<int>());
  write_png(path, grey);
  EXPECT_EQ(read_text(path), encode_png(grey));
  EXPECT_EQ(read_image_size(path), (std::array<std::int64_t, 2>{3, 4}));
}

TEST_F(Image, SaysWhatItCannotEncode) {
  const auto error = [](const Tensor& x) { return message_of<InvalidArgument>([&] { encode_png(x); }); };
  EXPECT_THAT(error(zeros({2, 2, 5}, uint8)), HasSubstr("received shape (2, 2, 5)"));
  EXPECT_THAT(error(zeros({4}, uint8)), HasSubstr("expected a picture"));
  EXPECT_THAT(error(zeros({0, 2}, uint8)), HasSubstr("(0, 2)"));
  EXPECT_THAT(error(zeros({2, 2}, int64)), HasSubstr("received int64"));
  EXPECT_THAT(error(full({2, 2}, -0.5)), HasSubstr("from 0 to 255, received -0.5"));
  EXPECT_THAT(error(full({2, 2}, std::nan(""))), HasSubstr("from 0 to 255"));
  EXPECT_THAT(error({}), HasSubstr("an empty tensor"));
}

TEST_F(Image, UnderstandsFewAndManyBits) {
  const Tensor bits = bytes({0, 1, 1, 0}, {2, 2, 1});
  EXPECT_THAT(read(png_of(bits, {.bits = 1, .color_type = 0})).to_vector<int>(), ElementsAre(0, 255, 255, 0));
  EXPECT_THAT(read(png_of(bits, {.bits = 4, .color_type = 0})).to_vector<int>(), ElementsAre(0, 17, 17, 0));
  const Tensor wide =
      from_vector(std::vector<std::int32_t>{0, 65535, 256, 32896}, {2, 2, 1});  // rounded to value / 257
  EXPECT_THAT(read(png_of(wide, {.bits = 16, .color_type = 0})).to_vector<int>(), ElementsAre(0, 255, 1, 128));
}

TEST_F(Image, UnderstandsPalettesTransparencyAndInterlacing) {
  const Tensor places = bytes({0, 1, 2, 3}, {2, 2, 1});
  const Tensor palette = read(png_of(places, {.bits = 2, .color_type = 3, .transparent = true}));
  EXPECT_EQ(palette.shape(), Shape({2, 2, 4}));
  EXPECT_THAT(palette.to_vector<int>(), ElementsAre(0, 255, 0, 0, 1, 254, 0, 128, 2, 253, 1, 255, 3, 252, 1, 255));
  const Tensor grey = bytes({0, 9}, {1, 2, 1});
  EXPECT_THAT(read(png_of(grey, {.color_type = 0, .transparent = true})).to_vector<int>(), ElementsAre(0, 0, 9, 255));
  const Tensor large = test_picture(33, 29, 3);
  EXPECT_EQ(read(png_of(large, {.color_type = 2, .interlaced = true})).to_vector<int>(), large.to_vector<int>());
}

TEST_F(Image, ConvertsColours) {
  const std::string rgba = encode_png(bytes({200, 100, 50, 255, 0, 0, 0, 0, 255, 0, 0, 128}, {1, 3, 4}));
  EXPECT_THAT(read(rgba, {}).to_vector<int>(), ElementsAre(200, 100, 50, 255, 255, 255, 255, 127, 127));
  EXPECT_THAT(read(rgba, {.background = {0, 0, 0}}).to_vector<int>(), ElementsAre(200, 100, 50, 0, 0, 0, 128, 0, 0));
  EXPECT_THAT(read(rgba, {.color_mode = "grayscale"}).to_vector<int>(), ElementsAre(124, 255, 165));
  const std::string grey = encode_png(bytes({7, 250}, {1, 2, 1}));
  EXPECT_THAT(read(grey, {}).to_vector<int>(), ElementsAre(7, 7, 7, 250, 250, 250));
  EXPECT_THAT(read(grey, {.color_mode = "rgba"}).to_vector<int>(), ElementsAre(7, 7, 7, 255, 250, 250, 250, 255));
  EXPECT_THAT(message_of<InvalidArgument>([&] { read(grey, {.color_mode = "gray"}); }), HasSubstr("\"grayscale\""));
}

double largest_difference(const Tensor& a, const Tensor& b) {
  const auto x = a.to_vector<double>(), y = b.to_vector<double>();
  double largest = x.size() == y.size() ? 0 : 1e9;
  for (std::size_t i = 0; i < std::min(x.size(), y.size()); ++i) largest = std::max(largest, std::abs(x[i] - y[i]));
  return largest;
}

TEST_F(Image, ReadsJpeg) {
  const Tensor flat = full({10, 12, 3}, 200, uint8);
  EXPECT_LE(largest_difference(read(jpeg_of(flat, {})), flat), 2);
  EXPECT_LE(largest_difference(read(jpeg_of(flat, {.progressive = true})), flat), 2);
  const Tensor grey = full({10, 12, 1}, 30, uint8);
  EXPECT_LE(largest_difference(read(jpeg_of(grey, {.components = 1})), grey), 2);
  // No ink is white: Adobe's files (libjpeg marks them so) hold what is left of the paper.
  const Tensor paper = full({8, 8, 4}, 255, uint8);
  EXPECT_LE(largest_difference(read(jpeg_of(paper, {.components = 4})), full({8, 8, 3}, 255, uint8)), 1);
  const Tensor ink = bytes({255, 128, 255, 255}, {1, 1, 4});
  const auto magenta = read(jpeg_of(ink, {.components = 4, .quality = 100})).to_vector<int>();
  EXPECT_NEAR(magenta[1], 128, 2);
  EXPECT_NEAR(magenta[0], 255, 2);
}

TEST_F(Image, TurnsPhotographs) {
  // A quarter is bright: where it is afterwards shows how the picture was turned.
  Tensor upright = zeros({16, 32, 1}, uint8);
  slice(slice(upright, 0, 0, 8), 1, 0, 16).copy_(scalar(255));
  const auto brightest = [](const Tensor& picture) {  // corner: 0 1 / 2 3
    const std::int64_t h = picture.shape()[0], w = picture.shape()[1];
    for (int corner = 0; corner < 4; ++corner)
      if (picture[corner / 2 * (h - 1)][corner % 2 * (w - 1)].item() > 128) return corner;
    return -1;
  };
  const int corners[] = {0, 0, 1, 3, 2, 0, 1, 3, 2};
  for (int orientation = 1; orientation <= 8; ++orientation) {
    const std::string file = jpeg_of(upright, {.components = 1, .orientation = orientation});
    const Tensor turned = read(file);
    EXPECT_EQ(turned.shape(), orientation < 5 ? Shape({16, 32, 1}) : Shape({32, 16, 1}));
    EXPECT_EQ(brightest(turned), corners[orientation]) << orientation;
    EXPECT_EQ(read_image_size(path)[0], turned.shape()[0]);
    EXPECT_EQ(read(file, {.color_mode = "", .apply_orientation = false}).shape(), Shape({16, 32, 1}));
  }
}

TEST_F(Image, RefusesByName) {
  EXPECT_THAT(error_of(""), HasSubstr("an empty file"));
  EXPECT_THAT(error_of("hello"), HasSubstr("expected a PNG or JPEG picture"));
  EXPECT_THAT(error_of("GIF89a.."), HasSubstr("save it as PNG"));
  const std::string png = encode_png(test_picture(9, 9, 3)), jpeg = jpeg_of(test_picture(40, 40, 3), {});
  EXPECT_THAT(error_of(png.substr(0, png.size() / 2)), HasSubstr("damaged PNG data (it ends too early)"));
  EXPECT_THAT(error_of(png.substr(0, png.size() - 1)), HasSubstr("damaged PNG data"));
  EXPECT_THAT(error_of(jpeg.substr(0, jpeg.size() / 2)), HasSubstr("damaged JPEG data (it ends too early)"));
  std::string flipped = png;
  flipped[50] = static_cast<char>(flipped[50] ^ 4);
  EXPECT_THAT(error_of(flipped), HasSubstr("damaged PNG data"));
  EXPECT_THAT(message_of<FileError>([&] { read_image(folder / "none.png"); }), HasSubstr("No such file"));
}

TEST_F(Image, LimitsThePixels) {
  const std::string png = encode_png(zeros({1000, 1000, 3}, uint8)), jpeg = jpeg_of(zeros({1000, 1000, 3}, uint8), {});
  for (const std::string& file : {png, jpeg}) {
    EXPECT_THAT(
        error_of(file, {.limits = {.extra_bytes = 1 << 20}}),
        AllOf(HasSubstr("a picture of 1000 x 1000 pixels needs more than"), HasSubstr("ReadLimits::extra_bytes")));
    EXPECT_EQ(read(file).shape(), Shape({1000, 1000, 3}));
  }
  // Progressive pictures are kept as coefficients too: 3 bytes a pixel are allowed, 6 to 9 are needed.
  const std::string progressive = jpeg_of(zeros({1000, 1000, 3}, uint8), {.progressive = true});
  EXPECT_THAT(error_of(progressive, {.limits = {.extra_bytes = 3'500'000}}), HasSubstr("needs more than"));
}

TEST_F(Image, ResizesAsKerasDoes) {
  // keras.ops.image.resize, half-pixel centres
  const Tensor x = reshape(arange(0, 16), {4, 4, 1});
  EXPECT_THAT(resize(x, 2, 2).to_vector<float>(), ElementsAre(2.5f, 4.5f, 10.5f, 12.5f));
  EXPECT_THAT(resize(x, 2, 2, "nearest").to_vector<float>(), ElementsAre(5, 7, 13, 15));
  EXPECT_THAT(resize(x, 2, 2, "area").to_vector<float>(), ElementsAre(2.5f, 4.5f, 10.5f, 12.5f));
  const Tensor line = reshape(tensor({0, 10}), {1, 2, 1});
  EXPECT_THAT(resize(line, 1, 4).to_vector<float>(), ElementsAre(0, 2.5f, 7.5f, 10));
  EXPECT_THAT(resize(line, 1, 4, "nearest").to_vector<float>(), ElementsAre(0, 0, 10, 10));
  const Tensor six = reshape(tensor({0, 0, 0, 12, 12, 12}), {1, 6, 1});
  EXPECT_THAT(resize(six, 1, 4, "area").to_vector<float>(), ElementsAre(0, 0, 12, 12));
  EXPECT_THAT(resize(reshape(arange(0, 6), {1, 6, 1}), 1, 4, "area").to_vector<float>(),
              testing::Pointwise(testing::FloatNear(1e-6f), {1 / 3.0f, 5 / 3.0f, 10 / 3.0f, 14 / 3.0f}));
  // Averaging looks at all pixels; without it, at the four nearest.
  const Tensor dot = reshape(tensor({0, 0, 0, 80, 0, 0, 0, 0}), {1, 8, 1});
  EXPECT_THAT(resize(dot, 1, 1).to_vector<float>(), ElementsAre(40));
  EXPECT_NEAR(resize(dot, 1, 1, "area").item(), 10, 1e-6);
  EXPECT_GT(resize(dot, 1, 1, "bilinear", true).item(), 10);
  EXPECT_LT(resize(dot, 1, 1, "bilinear", true).item(), 20);
}

TEST_F(Image, ResizingKeepsDtypesBatchesAndConstants) {
  for (const char* method : {"nearest", "bilinear", "bicubic", "lanczos3", "area"})
    for (const bool antialias : {false, true}) {
      const Tensor small = resize(full({2, 9, 7, 3}, 200, uint8), 5, 11, method, antialias);
      EXPECT_EQ(small.shape(), Shape({2, 5, 11, 3}));
      EXPECT_EQ(small.dtype(), uint8);
      EXPECT_EQ(largest_difference(small, full({2, 5, 11, 3}, 200, uint8)), 0) << method;
      EXPECT_EQ(resize(zeros({3, 3, 1}, float64), 2, 2, method, antialias).dtype(), float64);
      const Tensor same = test_picture(6, 5, 3);
      EXPECT_EQ(largest_difference(resize(same, 6, 5, method, antialias), same), 0);
    }
  EXPECT_THAT(message_of<InvalidArgument>([] {
                resize(zeros({2, 2, 1}), 2, 2, "bilnear");
              }),
              HasSubstr("\"bilinear\""));
  EXPECT_THAT(message_of<InvalidArgument>([] { resize(zeros({2, 2}), 2, 2); }), HasSubstr("received shape (2, 2)"));
  EXPECT_THAT(message_of<InvalidArgument>([] { resize(zeros({2, 2, 1}), 0, 2); }), HasSubstr("received 0 and 2"));
  EXPECT_EQ(read(encode_png(test_picture(8, 8, 3)), {.target_size = {{4, 3}}}).shape(), Shape({4, 3, 3}));
}

}  // namespace
}  // namespace linnet
