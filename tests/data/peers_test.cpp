// Linnet's files beside those of NumPy and Pillow (Debian: python3-numpy, python3-pil).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>

#include "linnet/data/image.h"
#include "linnet/data/npy.h"
#include "linnet/ops/shape.h"
#include "tests/data/pictures.h"
#include "tests/support/temporary_folder.h"

namespace linnet {
namespace {

using testing::HasSubstr;

int run_peers(const std::string& command, const std::string& folder) {
  // Debian's packages belong to Debian's Python, which need not be the first one on the path.
  const std::string python = std::filesystem::exists("/usr/bin/python3") ? "/usr/bin/python3 " : "python3 ";
  return std::system((python + LINNET_SOURCE_DIR "/tests/data/peers.py " + command + " \"" + folder + "\"").c_str());
}

// The numbers of peers.py.
std::vector<double> numbers(double below) {
  std::vector<double> all;
  for (int i = 0; i < 24; ++i) all.push_back(i * 3 % 7 + below);
  return all;
}

class Peers : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    made = new TemporaryFolder;
    ASSERT_EQ(run_peers("make", made->path()), 0) << "these tests need python3-numpy and python3-pil";
  }
  static void TearDownTestSuite() { delete made; }
  static std::string file(const std::string& name) { return *made / name; }

  static TemporaryFolder* made;
};
TemporaryFolder* Peers::made = nullptr;

TEST_F(Peers, ReadsNumPysArrays) {
  const std::vector<std::pair<std::string, DType>> kinds = {
      {"bool", boolean}, {"uint8", uint8},     {"int8", int32},      {"int16", int32},
      {"uint16", int32}, {"int32", int32},     {"uint32", int64},    {"int64", int64},
      {"uint64", int64}, {"float16", float32}, {"float32", float32}, {"float64", float64}};
  for (const auto& [name, dtype] : kinds)
    for (const char* variant : {"", "-fortran", "-swapped"}) {
      const Tensor x = read_npy(file(name + variant + ".npy"));
      EXPECT_EQ(x.dtype(), dtype) << name;
      EXPECT_EQ(x.shape(), Shape({2, 3, 4})) << name;
      std::vector<double> expected = numbers(name[0] == 'u' || name[0] == 'b' ? 0 : -3);
      if (name == "bool")
        for (double& each : expected) each = each != 0;
      EXPECT_EQ(x.to_vector<double>(), expected) << name << variant;
    }
  for (const char* name : {"version1.npy", "version2.npy", "version3.npy"})
    EXPECT_EQ(read_npy(file(name)).to_vector<double>(), numbers(-3));
  EXPECT_THAT(message_of<FileError>([] { read_npy(file("objects.npy")); }), HasSubstr("Python objects"));
  EXPECT_THAT(message_of<FileError>([] { read_npy(file("complex.npy")); }), HasSubstr("type \"<c8\""));
  for (const char* name : {"stored.npz", "deflated.npz"}) {
    const NamedTensors all = read_npz(file(name));
    EXPECT_EQ(all.size(), 3u);
    EXPECT_EQ(find_tensor(all, "x").to_vector<double>(), numbers(-3));
    EXPECT_EQ(find_tensor(all, "y").dtype(), int64);
    EXPECT_EQ(find_tensor(all, "empty").shape(), Shape({0, 3}));
  }
}

double largest_difference(const Tensor& a, const Tensor& b) {
  const auto x = a.to_vector<double>(), y = b.to_vector<double>();
  double largest = a.shape() == b.shape() ? 0 : 1e9;
  for (std::size_t i = 0; i < std::min(x.size(), y.size()); ++i) largest = std::max(largest, std::abs(x[i] - y[i]));
  return largest;
}

TEST_F(Peers, DecodesPicturesAsPillowDoes) {
  for (const std::string name : {"rgb.png", "grey.png", "bits.png", "palette.png", "colour.jpg", "progressive.jpg",
                                 "full.jpg", "grey.jpg", "cmyk.jpg"})
    for (const std::string mode : {"rgb", "grayscale"}) {
      std::string stem = name;
      stem[stem.find('.')] = '_';
      const Tensor expected = read_npy(file(stem + "-" + mode + ".npy"));
      const Tensor picture = read_image(file(name), {.color_mode = mode});
      // Print colours: Pillow multiplies with another rounding.
      EXPECT_LE(largest_difference(picture, expected), name == "cmyk.jpg" ? 1 : 0) << name << " " << mode;
    }
}

TEST_F(Peers, ResizesAsPillowDoes) {
  // Pillow rounds between the two directions, so the last bit may differ.
  for (const std::string method : {"nearest", "bilinear", "bicubic", "lanczos3"}) {
    const Tensor small = read_image(file("rgb.png"), {.target_size = {{23, 17}}, .interpolation = method});
    EXPECT_LE(largest_difference(small, read_npy(file("resized-" + method + ".npy"))), method == "nearest" ? 0 : 1)
        << method;
  }
}

TEST_F(Peers, WritesWhatTheyRead) {
  const TemporaryFolder folder;
  const Tensor all = reshape(from_vector(numbers(-3)), {2, 3, 4});
  for (DType dtype : {boolean, uint8, int32, int64, float32, float64}) {
    // NumPy wraps negative numbers around as uint8; these are its values
    Tensor x = dtype == uint8 ? all.to(int32) : all;
    if (dtype == uint8) {
      auto values = x.mutable_data<std::int32_t>();
      for (std::int32_t& value : values) value = (value + 256) % 256;
    }
    write_npy(folder / concat(dtype, ".npy"), x.to(dtype));
  }
  const NamedTensors arrays = {{"x", arange(0, 6)}, {"空", zeros({0, 2})}};
  write_npz(folder / "stored.npz", arrays);
  write_npz(folder / "deflated.npz", arrays, {.compressed = true});
  for (std::int64_t channels = 1; channels <= 4; ++channels)
    write_png(folder / concat(channels, ".png"), test_picture(40, 30, channels));
  EXPECT_EQ(run_peers("check", folder.path()), 0);
}

}  // namespace
}  // namespace linnet
