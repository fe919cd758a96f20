// Data sets of texts in folders.
#include "linnet/data/text_dataset.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "linnet/base/check.h"
#include "tests/support/temporary_folder.h"

namespace linnet {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

class TextFolders : public ::testing::Test {
 protected:
  void SetUp() override {
    write("good/1.txt", "a fine film");
    write("good/more/2.TXT", "你好");
    write("bad/1.txt", "dull");
    write("bad/notes.md", "not a text of the set");
  }
  void write(const std::string& name, const std::string& text) {
    const std::filesystem::path path = folder_ / name;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path) << text;
  }

  TemporaryFolder folder_;
};

TEST_F(TextFolders, AreRead) {
  const TextDataset data = text_dataset_from_directory(folder_ / "", {.shuffle = false});
  EXPECT_THAT(data.texts, ElementsAre("dull", "a fine film", "你好"));
  EXPECT_THAT(data.y.to_vector<int>(), ElementsAre(0, 1, 1));
  EXPECT_THAT(data.class_names, ElementsAre("bad", "good"));
}

TEST_F(TextFolders, Labels) {
  TextDatasetOptions options{
      .label_mode = "categorical", .class_names = {"good", "bad"}, .max_length = 6, .shuffle = false};
  const TextDataset data = text_dataset_from_directory(folder_ / "", options);
  EXPECT_THAT(data.texts, ElementsAre("a fine", "你好", "dull"));
  EXPECT_THAT(data.y.to_vector<double>(), ElementsAre(1, 0, 1, 0, 0, 1));
  EXPECT_FALSE(text_dataset_from_directory(folder_ / "", {.labels = "none"}).y.defined());
}

TEST_F(TextFolders, InTwoParts) {
  TextDatasetOptions options{.seed = 1, .validation_split = 0.4, .subset = "training"};
  std::vector<std::string> all = text_dataset_from_directory(folder_ / "", options).texts;
  EXPECT_EQ(all.size(), 2U);
  options.subset = "validation";
  for (const std::string& text : text_dataset_from_directory(folder_ / "", options).texts) all.push_back(text);
  EXPECT_THAT(all, ::testing::UnorderedElementsAre("dull", "a fine film", "你好"));
}

TEST_F(TextFolders, ErrorsSayWhatIsExpected) {
  EXPECT_THAT([&] { text_dataset_from_directory(folder_ / "", {.label_mode = "text"}); },
              ThrowsMessage<InvalidArgument>(HasSubstr("[text_dataset_from_directory] expected label_mode")));
  EXPECT_THAT([&] { text_dataset_from_directory(folder_ / "good/more", {}); },
              ThrowsMessage<InvalidArgument>(HasSubstr("expected a folder for each class")));
  EXPECT_THAT([&] { text_dataset_from_directory(folder_ / "", {.validation_split = 0.2}); },
              ThrowsMessage<InvalidArgument>(HasSubstr("together with validation_split above 0")));
  EXPECT_THAT([&] { text_dataset_from_directory(folder_ / "nowhere"); },
              ThrowsMessage<FileError>(HasSubstr("[text_dataset_from_directory] cannot read")));
}

}  // namespace
}  // namespace linnet
