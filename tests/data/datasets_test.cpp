#include "linnet/data/datasets.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "linnet/data/idx.h"
#include "tests/support/temporary_folder.h"

namespace linnet {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

void write_tiny_set(const std::string& folder, int label) {
  std::filesystem::create_directories(folder);
  for (const std::string part : {"train", "t10k"}) {
    write_idx(folder + "/" + part + "-images-idx3-ubyte", zeros({2, 3, 3}, uint8));
    write_idx(folder + "/" + part + "-labels-idx1-ubyte.gz", full({2}, label, uint8));
  }
}

class LinnetData {  // the environment variable, for a scope
 public:
  explicit LinnetData(const std::string& folder) { setenv("LINNET_DATA", folder.c_str(), 1); }
  ~LinnetData() { unsetenv("LINNET_DATA"); }
  LinnetData(const LinnetData&) = delete;
  LinnetData& operator=(const LinnetData&) = delete;
};

TEST(Datasets, MnistIsTheRealOne) {
  const auto [train, test] = datasets::mnist();
  EXPECT_EQ(train.x[0].shape(), Shape({60000, 28, 28}));
  EXPECT_EQ(test.x[0].shape(), Shape({10000, 28, 28}));
  EXPECT_EQ(train.x[0].dtype(), uint8);
  EXPECT_EQ(train.class_names.size(), 10u);
  EXPECT_EQ(train.name, "mnist (train)");
  EXPECT_EQ(test.name, "mnist (test)");
  const auto labels = train.y[0].to_vector<int>();
  EXPECT_EQ(std::vector<int>(labels.begin(), labels.begin() + 6), (std::vector<int>{5, 0, 4, 1, 9, 2}));
  std::vector<int> count(10);  // of each digit, as published
  for (int label : test.y[0].to_vector<int>()) ++count[static_cast<std::size_t>(label)];
  EXPECT_EQ(count, (std::vector<int>{980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009}));
}

TEST(Datasets, AreFoundInAFolderPackedOrNot) {
  const TemporaryFolder folder;
  write_tiny_set(folder / "fashion_mnist", 3);
  for (const std::string& chosen : {folder.path(), folder / "fashion_mnist", folder / "fashion_mnist/"}) {
    const auto [train, test] = datasets::fashion_mnist(chosen);
    EXPECT_EQ(train.size(), 2);
    EXPECT_EQ(test.y[0].to_vector<int>(), (std::vector<int>{3, 3}));
    EXPECT_EQ(train.class_names[9], "Ankle boot");
  }
}

TEST(Datasets, LinnetDataComesFirst) {
  const TemporaryFolder folder;
  write_tiny_set(folder / "mnist", 7);
  const LinnetData variable(folder.path());
  EXPECT_EQ(datasets::mnist().train.y[0].to_vector<int>(), (std::vector<int>{7, 7}));
  EXPECT_EQ(datasets::load("MNIST").train.size(), 2);
}

TEST(Datasets, AFolderNamedAfterAnotherSetIsNotThisOne) {
  const TemporaryFolder folder;
  write_tiny_set(folder / "mnist", 7);
  EXPECT_THROW(datasets::fashion_mnist(folder / "mnist"), FileError);
  EXPECT_EQ(datasets::mnist(folder / "mnist").train.size(), 2);
}

TEST(Datasets, AMissingOneSaysWhereAndHow) {
  const TemporaryFolder folder;
  EXPECT_THAT(message_of<FileError>([&] { datasets::fashion_mnist(folder.path()); }),
              AllOf(HasSubstr("[fashion_mnist] the data set was not found"), HasSubstr(folder / "fashion-mnist"),
                    HasSubstr("apt install dataset-fashion-mnist"), HasSubstr("LINNET_DATA")));
  EXPECT_THAT(message_of<FileError>([&] { datasets::mnist(folder.path()); }), HasSubstr("data/mnist"));
  write_tiny_set(folder / "mnist", 0);
  std::filesystem::remove(folder / "mnist/t10k-labels-idx1-ubyte.gz");
  EXPECT_THAT(message_of<FileError>([&] { datasets::mnist(folder.path()); }),
              HasSubstr("t10k-labels-idx1-ubyte(.gz) is missing"));
}

TEST(Datasets, ChecksThatImagesAndLabelsBelongTogether) {
  const TemporaryFolder folder;
  write_tiny_set(folder / "mnist", 0);
  std::filesystem::remove(folder / "mnist/train-labels-idx1-ubyte.gz");
  write_idx(folder / "mnist/train-labels-idx1-ubyte", zeros({3}, uint8));
  EXPECT_THAT(message_of<FileError>([&] { datasets::mnist(folder.path()); }), HasSubstr("2 images and 3 labels"));
  write_idx(folder / "mnist/train-labels-idx1-ubyte", zeros({2}, float32));
  EXPECT_THAT(message_of<FileError>([&] { datasets::mnist(folder.path()); }), HasSubstr("uint8 labels"));
}

TEST(Datasets, SuggestTheNearestName) {
  EXPECT_EQ(datasets::names(),
            (std::vector<std::string>{"mnist", "fashion_mnist", "iris", "wine", "breast_cancer", "diabetes"}));
  const auto message = [](const char* name) { return message_of<InvalidArgument>([&] { datasets::load(name); }); };
  EXPECT_THAT(message("mnits"), HasSubstr("received \"mnits\"; did you mean \"mnist\"?"));
  EXPECT_THAT(message("fashion"), HasSubstr("\"mnist\", \"fashion_mnist\""));
  EXPECT_THAT(message("fasion-mnist"), HasSubstr("did you mean \"fashion_mnist\"?"));
  EXPECT_THAT(message("imagenet"), Not(HasSubstr("did you mean")));
}

}  // namespace
}  // namespace linnet
