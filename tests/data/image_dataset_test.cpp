#include "linnet/data/image_dataset.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "linnet/data/image.h"
#include "tests/data/pictures.h"
#include "tests/support/temporary_folder.h"

namespace linnet {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// cat/1.png … with all pixels 10, 11, …; dog/ with 20, 21, …
class ImageDataset : public testing::Test {
 protected:
  ImageDataset() {
    for (const int label : {1, 2})
      for (int i = 0; i < 5; ++i) add(label == 1 ? "cat" : "dog", concat(i, ".png"), 10 * label + i);
  }
  void add(const std::string& label, const std::string& name, int level) {
    const fs::path path = fs::path(folder / label) / name;
    fs::create_directories(path.parent_path());
    write_png(path.string(), full({4, 6, 3}, level, uint8));
  }
  static std::vector<int> levels(const Dataset& data) {
    std::vector<int> all;
    for (std::int64_t i = 0; i < data.size(); ++i) all.push_back(data.x[0][i][0][0][0].item<int>());
    return all;
  }
  std::string error_of(const ImageDatasetOptions& options) {
    return message_of<Error>([&] { image_dataset_from_directory(folder.path(), options); });
  }
  TemporaryFolder folder;
};

TEST_F(ImageDataset, TakesClassesFromFolders) {
  add("dog", "more/6.PNG", 25);
  write_text(folder / "cat/notes.txt", "not a picture");
  write_text(folder / "dog/small.jpg", jpeg_of(full({4, 6, 3}, 99, uint8), {}));
  const Dataset data = image_dataset_from_directory(folder.path(), {.image_size = {4, 6}, .shuffle = false});
  EXPECT_THAT(data.class_names, ElementsAre("cat", "dog"));
  EXPECT_EQ(data.x[0].shape(), Shape({12, 4, 6, 3}));
  EXPECT_EQ(data.x[0].dtype(), uint8);
  EXPECT_EQ(data.y[0].dtype(), int32);
  EXPECT_THAT(data.y[0].to_vector<int>(), ElementsAre(0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1));
  EXPECT_THAT(levels(data), ElementsAre(10, 11, 12, 13, 14, 20, 21, 22, 23, 24, 25, 99));
}

TEST_F(ImageDataset, ResizesConvertsAndLabels) {
  const Dataset one_hot = image_dataset_from_directory(folder.path(), {.label_mode = "categorical",
                                                                       .color_mode = "grayscale",
                                                                       .image_size = {8, 8},
                                                                       .shuffle = false,
                                                                       .dtype = float32});
  EXPECT_EQ(one_hot.x[0].shape(), Shape({10, 8, 8, 1}));
  EXPECT_EQ(one_hot.x[0].dtype(), float32);
  EXPECT_EQ(one_hot.y[0].shape(), Shape({10, 2}));
  EXPECT_THAT(levels(one_hot), ElementsAre(10, 11, 12, 13, 14, 20, 21, 22, 23, 24));
  const Dataset binary = image_dataset_from_directory(
      folder.path(), {.label_mode = "binary", .class_names = {"dog", "cat"}, .image_size = {2, 2}, .shuffle = false});
  EXPECT_EQ(binary.y[0].shape(), Shape({10, 1}));
  EXPECT_EQ(binary.y[0].dtype(), float32);
  EXPECT_THAT(levels(binary), ElementsAre(20, 21, 22, 23, 24, 10, 11, 12, 13, 14));
  const Dataset plain = image_dataset_from_directory(folder.path(), {.labels = "none", .image_size = {2, 2}});
  EXPECT_THAT(plain.y, IsEmpty());
  EXPECT_EQ(plain.size(), 10);
}

TEST_F(ImageDataset, CropsWhereAsked) {
  Tensor wide = zeros({4, 12, 3}, uint8);
  for (std::int64_t y = 0; y < 4; ++y)
    for (std::int64_t x = 4; x < 8; ++x) wide[y][x].fill_(200);
  write_png(folder / "cat/wide.png", wide);
  const ImageDatasetOptions options = {.class_names = {"cat"}, .image_size = {4, 4}, .shuffle = false};
  ImageDatasetOptions crop = options;
  crop.crop_to_aspect_ratio = true;
  EXPECT_THAT(image_dataset_from_directory(folder.path(), crop).x[0][5].to_vector<int>(), Each(200));
  EXPECT_EQ(image_dataset_from_directory(folder.path(), options).x[0][5][0][0][0].item<int>(), 0);
}

TEST_F(ImageDataset, SplitsWithoutCommonPictures) {
  const ImageDatasetOptions options = {.image_size = {4, 6}, .seed = 3, .validation_split = 0.3};
  const auto [training, validation] = image_datasets_from_directory(folder.path(), options);
  EXPECT_EQ(training.size(), 7);
  EXPECT_EQ(validation.size(), 3);
  auto all = levels(training);
  const auto held_out = levels(validation);
  all.insert(all.end(), held_out.begin(), held_out.end());
  std::sort(all.begin(), all.end());
  EXPECT_THAT(all, ElementsAre(10, 11, 12, 13, 14, 20, 21, 22, 23, 24));
  ImageDatasetOptions subset = options;
  subset.subset = "validation";
  EXPECT_EQ(levels(image_dataset_from_directory(folder.path(), subset)), held_out);
  subset.subset = "training";
  EXPECT_EQ(levels(image_dataset_from_directory(folder.path(), subset)), levels(training));
  for (std::int64_t i = 0; i < 3; ++i)
    EXPECT_EQ(validation.y[0][i].item<int>(), held_out[static_cast<std::size_t>(i)] / 20);
}

TEST_F(ImageDataset, SaysWhatIsWrong) {
  EXPECT_THAT(error_of({.label_mode = "one_hot"}), HasSubstr("received \"one_hot\""));
  EXPECT_THAT(error_of({.color_mode = "gray"}), HasSubstr("received \"gray\""));
  EXPECT_THAT(error_of({.validation_split = 0.2}), HasSubstr("subset \"training\" or \"validation\""));
  EXPECT_THAT(error_of({.subset = "training"}), HasSubstr("validation_split"));
  EXPECT_THAT(error_of({.validation_split = 0.01, .subset = "training"}), HasSubstr("pictures in both parts"));
  EXPECT_THAT(error_of({.class_names = {"cow"}}), HasSubstr("no folder \"cow\""));
  EXPECT_THAT(error_of({.image_size = {100, 100}, .max_bytes = 1000}),
              AllOf(HasSubstr("10 pictures of 100 x 100 need 300.0 kB"), HasSubstr("max_bytes (1.0 kB)")));
  write_text(folder / "cat/broken.png", "\x89PNG\r\n\x1a\n");
  EXPECT_THAT(error_of({}), AllOf(HasSubstr("cat/broken.png"), HasSubstr("damaged PNG")));
  fs::remove(folder / "cat/broken.png");
  write_text(folder / "dog/old.gif", "GIF89a");
  EXPECT_THAT(error_of({}), AllOf(HasSubstr("dog/old.gif"), HasSubstr("convert it to PNG")));
  const TemporaryFolder empty;
  EXPECT_THAT(message_of<Error>([&] { image_dataset_from_directory(empty.path()); }),
              HasSubstr("a folder for each class"));
  fs::create_directory(empty / "a");
  EXPECT_THAT(message_of<Error>([&] { image_dataset_from_directory(empty.path()); }), HasSubstr("found none"));
  EXPECT_THAT(message_of<Error>([&] { image_dataset_from_directory(empty / "none"); }), HasSubstr("cannot read"));
}

TEST_F(ImageDataset, FollowsLinksWhereAsked) {
  const TemporaryFolder elsewhere;
  fs::create_directory(elsewhere / "pictures");
  write_png(elsewhere / "pictures/1.png", full({4, 6, 3}, 77, uint8));
  fs::create_directory_symlink(elsewhere / "pictures", folder / "cat/linked");
  EXPECT_EQ(image_dataset_from_directory(folder.path(), {.image_size = {2, 2}}).size(), 10);
  EXPECT_EQ(image_dataset_from_directory(folder.path(), {.image_size = {2, 2}, .follow_links = true}).size(), 11);
}

}  // namespace
}  // namespace linnet
