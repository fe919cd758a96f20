// What is written is read again; tests/python/keras_files_test.py reads it with h5py.
#include "linnet/saving/hdf5_writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "linnet/ops/shape.h"
#include "linnet/saving/hdf5.h"

namespace linnet {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::ThrowsMessage;

Hdf5File written(const Hdf5Node& root) { return Hdf5File::parse(hdf5_bytes(root)); }

Tensor array_at(const Hdf5File& file, const std::string& path) { return file.tensor(*file.root().find(path)); }

TEST(Hdf5Writer, KeepsArraysOfEveryNumber) {
  Hdf5Node root;
  const std::vector<DType> dtypes{float32, float64, bfloat16, int32, int64, uint8};
  for (const DType dtype : dtypes)
    root.at(concat("numbers/", name(dtype))).array = tensor({{1, 2, 3}, {4, 5, 250}}).to(dtype);
  const Hdf5File file = written(root);
  for (const DType dtype : dtypes) {
    const Tensor read = array_at(file, concat("numbers/", name(dtype)));
    EXPECT_EQ(read.dtype(), dtype);
    EXPECT_EQ(read.shape(), Shape({2, 3}));
    EXPECT_THAT(read.to_vector<double>(), ElementsAre(1, 2, 3, 4, 5, 250)) << name(dtype);
  }
}

TEST(Hdf5Writer, KeepsScalarsEmptyAndTransposedArrays) {
  Hdf5Node root;
  root.at("scalar").array = scalar(-2.5);
  root.at("none").array = zeros({0, 3});
  root.at("turned").array = transpose(tensor({{1, 2, 3}, {4, 5, 6}}));
  const Hdf5File file = written(root);
  EXPECT_EQ(array_at(file, "scalar").shape(), Shape());
  EXPECT_THAT(array_at(file, "scalar").to_vector<double>(), ElementsAre(-2.5));
  EXPECT_EQ(array_at(file, "none").shape(), Shape({0, 3}));
  EXPECT_THAT(array_at(file, "turned").to_vector<double>(), ElementsAre(1, 4, 2, 5, 3, 6));
}

TEST(Hdf5Writer, KeepsTextsOfAnyLength) {
  Hdf5Node root;
  const std::string large(200000, 'x');
  root.at("group").texts = {{"name", "层"}, {"nothing", ""}, {"large", large}};
  root.at("group").lists = {{"names", {"a", "", "层", "a"}}, {"none", {}}};
  const Hdf5Object group = *written(root).root().find("group");
  EXPECT_THAT(group.attributes.at("name"), ElementsAre("层"));
  EXPECT_THAT(group.attributes.at("nothing"), ElementsAre(""));
  EXPECT_THAT(group.attributes.at("large"), ElementsAre(large));
  EXPECT_THAT(group.attributes.at("names"), ElementsAre("a", "", "层", "a"));
  EXPECT_THAT(group.attributes.at("none"), IsEmpty());
}

TEST(Hdf5Writer, KeepsGroupsOfAnySize) {
  for (const int members : {0, 1, 8, 9, 255, 256, 257, 3000}) {
    Hdf5Node root;
    root.children["empty"];
    Hdf5Node& group = root.children["group"];
    for (int i = 0; i < members; ++i) group.children[std::to_string(i)].array = scalar(i);
    const Hdf5File file = written(root);
    EXPECT_THAT(file.root().find("empty")->children, IsEmpty());
    const Hdf5Object* read = file.root().find("group");
    ASSERT_EQ(read->children.size(), static_cast<std::size_t>(members));
    for (const auto& [name, child] : read->children)
      EXPECT_EQ(file.tensor(child).to_vector<double>()[0], std::stod(name));
  }
}

TEST(Hdf5Writer, WritesTheSameBytesForTheSameTree) {
  Hdf5Node root;
  root.at("a/b/c").array = ones({3});
  root.at("a").texts["name"] = "a";
  EXPECT_EQ(hdf5_bytes(root), hdf5_bytes(Hdf5Node(root)));
}

TEST(Hdf5Writer, RefusesWhatTheFormatDoesNotHave) {
  Hdf5Node truth;
  truth.at("flags").array = tensor({1, 0}).to(boolean);
  EXPECT_THAT([&] { hdf5_bytes(truth); }, ThrowsMessage<InvalidArgument>(HasSubstr("expected numbers")));
  for (const char* name : {"", ".", "a/b"}) {
    Hdf5Node root;
    root.children[name];
    EXPECT_THAT([&] { hdf5_bytes(root); }, ThrowsMessage<InvalidArgument>(HasSubstr("expected a name without \"/\"")));
  }
  Hdf5Node many;
  many.lists["names"] = std::vector<std::string>(5000, "x");
  EXPECT_THAT([&] { hdf5_bytes(many); }, ThrowsMessage<InvalidArgument>(HasSubstr("expected lists of texts that fit")));
}

}  // namespace
}  // namespace linnet
