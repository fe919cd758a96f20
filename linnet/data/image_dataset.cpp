#include "linnet/data/image_dataset.h"

#include <algorithm>
#include <cmath>

#include "linnet/data/class_folders.h"
#include "linnet/data/file_reader.h"
#include "linnet/data/image.h"
#include "linnet/ops/shape.h"
#include "linnet/tensor/record.h"

namespace linnet {

namespace {

FolderOptions folders_of(const ImageDatasetOptions& options) {
  FolderOptions common = folder_options(options);
  common.who = "image_dataset_from_directory";
  common.what = "pictures";
  common.endings = {".png", ".jpg", ".jpeg"};
  common.refused = {".bmp", ".gif", ".webp", ".tif", ".tiff"};
  common.hint = "PNG and JPEG pictures";
  return common;
}

void check_options(const ImageDatasetOptions& options) {
  constexpr const char* who = "[image_dataset_from_directory] expected ";
  check(options.color_mode == "rgb" || options.color_mode == "grayscale" || options.color_mode == "rgba", who,
        "color_mode \"rgb\", \"grayscale\" or \"rgba\", received \"", options.color_mode, "\"");
  check(options.image_size[0] > 0 && options.image_size[1] > 0, who, "image_size above 0, received (",
        options.image_size[0], ", ", options.image_size[1], ")");
  check(options.dtype == uint8 || options.dtype == float32, who, "dtype uint8 or float32, received ", options.dtype);
}

// The middle of a picture with the aspect ratio that is wanted. Keras: keras.utils.image_utils.smart_resize.
Tensor cropped(const Tensor& image, const std::array<std::int64_t, 2>& size) {
  const auto height = image.shape()[0], width = image.shape()[1];
  const auto wanted_height =
      std::clamp(static_cast<std::int64_t>(static_cast<double>(width * size[0]) / static_cast<double>(size[1])),
                 std::int64_t{1}, height);
  const auto wanted_width =
      std::clamp(static_cast<std::int64_t>(static_cast<double>(height * size[1]) / static_cast<double>(size[0])),
                 std::int64_t{1}, width);
  const std::int64_t top = (height - wanted_height) / 2, left = (width - wanted_width) / 2;
  return slice(slice(image, 0, top, top + wanted_height), 1, left, left + wanted_width);
}

Tensor read_one(const std::string& path, const ImageDatasetOptions& options) {
  Tensor image = read_image(path, {.color_mode = options.color_mode, .limits = options.limits});
  if (options.crop_to_aspect_ratio) image = cropped(image, options.image_size);
  if (image.shape()[0] != options.image_size[0] || image.shape()[1] != options.image_size[1])
    image = resize(image.to(options.dtype), options.image_size[0], options.image_size[1], options.interpolation);
  return image;
}

Dataset read_pictures(const LabelledFiles& all, const std::vector<std::int64_t>& order, const std::string& name,
                      const ImageDatasetOptions& options) {
  const auto count = static_cast<std::int64_t>(order.size());
  const std::int64_t channels = options.color_mode == "rgb" ? 3 : options.color_mode == "rgba" ? 4 : 1;
  const Shape shape{count, options.image_size[0], options.image_size[1], channels};
  const double bytes = static_cast<double>(count) * static_cast<double>(shape[1]) * static_cast<double>(shape[2]) *
                       static_cast<double>(channels) * static_cast<double>(size_of(options.dtype));
  check(bytes <= static_cast<double>(options.max_bytes), "[image_dataset_from_directory] ", count, " pictures of ",
        shape[1], " x ", shape[2], " need ", detail::bytes_text(static_cast<std::uint64_t>(bytes)),
        " of memory, more than max_bytes (", detail::bytes_text(static_cast<std::uint64_t>(options.max_bytes)),
        "); choose a smaller image_size, or raise max_bytes");
  Tensor x(shape, options.dtype);
  for (std::int64_t i = 0; i < count; ++i)
    x[i].copy_(read_one(all.files[static_cast<std::size_t>(order[static_cast<std::size_t>(i)])].path, options));
  Dataset data(x, labels_of(all, order, folders_of(options)));
  data.class_names = all.class_names;
  data.name = name;
  return data;
}

}  // namespace

Dataset image_dataset_from_directory(const std::string& directory, const ImageDatasetOptions& options) {
  const FolderOptions folders = folders_of(options);
  check_options(options);
  check_subset(folders, "image_datasets_from_directory");
  const LabelledFiles files = find_labelled_files(directory, folders);
  return read_pictures(files, chosen_part(files, folders), directory, options);
}

TrainTest image_datasets_from_directory(const std::string& directory, const ImageDatasetOptions& options) {
  check(options.validation_split > 0, "[image_datasets_from_directory] expected validation_split above 0, received ",
        options.validation_split);
  check_options(options);
  const LabelledFiles files = find_labelled_files(directory, folders_of(options));
  return {read_pictures(files, files.training, directory + " (training)", options),
          read_pictures(files, files.validation, directory + " (validation)", options)};
}

}  // namespace linnet
