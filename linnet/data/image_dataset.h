// Data sets of pictures in folders, one folder per class.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "linnet/base/read_limits.h"
#include "linnet/data/dataset.h"

#pragma GCC visibility push(default)
namespace linnet {

struct ImageDatasetOptions {
  /// "inferred" from the folders, or "none": all pictures in `directory`, without targets.
  std::string labels = "inferred";
  /// "int": int32 (n,); "categorical": float32 one-hot (n, classes); "binary": float32 0 or 1 (n, 1) for two classes.
  std::string label_mode = "int";
  /// The folders to use, in the order of the labels; default: all, sorted by name.
  std::vector<std::string> class_names = {};
  std::string color_mode = "rgb";  // "rgb", "grayscale", "rgba"
  std::array<std::int64_t, 2> image_size = {256, 256};
  bool shuffle = true;
  std::optional<std::uint64_t> seed = {};
  /// The last part of the shuffled pictures that belongs to the validation set, between 0 and 1; then `subset` says
  /// which part is wanted: "training" or "validation".
  double validation_split = 0;
  std::string subset = {};
  std::string interpolation = "bilinear";  // see resize()
  bool follow_links = false;
  /// Cuts the edges that do not fit the aspect ratio of image_size instead of distorting the picture.
  bool crop_to_aspect_ratio = false;
  /// uint8 rounds resized pixels and takes a quarter of the memory; float32 holds the numbers that Keras gives.
  DType dtype = uint8;
  /// The data set is held in memory; a larger one is refused before anything is read.
  std::int64_t max_bytes = std::int64_t{4} << 30;
  ReadLimits limits = {};  // of each picture
};

/// The pictures (.png, .jpg, .jpeg) of directory/<class>/ and the folders below, resized, as one data set in memory:
/// x (n, height, width, channels) in 0–255, y by label_mode, class_names. Not batched: fit and batches() do that.
/// Throws FileError naming the picture that cannot be read, and InvalidArgument when there are no classes or pictures.
/// Keras: keras.utils.image_dataset_from_directory.
///   for (const char* kind : {"flowers/rose", "flowers/tulip"}) {
///     std::filesystem::create_directories(kind);
///     write_png(std::string(kind) + "/1.png", zeros({100, 80, 3}));
///   }
///   Dataset flowers = image_dataset_from_directory("flowers", {.image_size = {64, 64}, .seed = 1});
///   flowers.x[0];         // -> [2, 64, 64, 3]
///   flowers.class_names;  // -> {"rose", "tulip"}
Dataset image_dataset_from_directory(const std::string& directory, const ImageDatasetOptions& options = {});
/// Keras's subset = "both": training and validation pictures in one reading. Needs validation_split.
TrainTest image_datasets_from_directory(const std::string& directory, const ImageDatasetOptions& options = {});

}  // namespace linnet
#pragma GCC visibility pop
