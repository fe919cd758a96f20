#include "linnet/data/image_dataset.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <filesystem>

#include "linnet/base/random.h"
#include "linnet/data/batches.h"
#include "linnet/data/file_reader.h"
#include "linnet/data/image.h"
#include "linnet/ops/gather.h"
#include "linnet/ops/shape.h"
#include "linnet/tensor/record.h"

namespace linnet {

namespace {

namespace fs = std::filesystem;

struct Picture {
  std::string path;
  std::int32_t label;
};

struct Pictures {
  std::vector<Picture> files;
  std::vector<std::string> class_names;
};

bool is_one_of(const std::string& text, std::initializer_list<const char*> all) {
  return std::any_of(all.begin(), all.end(), [&](const char* each) { return text == each; });
}

std::string ending_of(const fs::path& path) {
  std::string ending = path.extension().string();
  for (char& c : ending) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return ending;
}

// Pictures in `folder` and the folders below, sorted by path. Other files are left alone, except pictures of kinds that
// cannot be read: leaving them out silently would be a smaller data set than the user thinks.
void add_pictures(std::vector<Picture>& files, const fs::path& folder, std::int32_t label, bool follow_links) {
  const auto links = follow_links ? fs::directory_options::follow_directory_symlink : fs::directory_options::none;
  std::vector<std::string> paths;
  std::error_code error;
  for (fs::recursive_directory_iterator entry(folder, links, error), end; !error && entry != end;
       entry.increment(error)) {
    std::error_code ignored;
    if (!entry->is_regular_file(ignored)) continue;
    const std::string ending = ending_of(entry->path());
    if (is_one_of(ending, {".png", ".jpg", ".jpeg"})) paths.push_back(entry->path().string());
    if (is_one_of(ending, {".bmp", ".gif", ".webp", ".tif", ".tiff"}))
      fail<FileError>("[image_dataset_from_directory] expected PNG and JPEG pictures, received \"",
                      entry->path().string(), "\"; convert it to PNG or move it away");
  }
  if (error) fail<FileError>("[image_dataset_from_directory] cannot read \"", folder.string(), "\": ", error.message());
  std::sort(paths.begin(), paths.end());
  for (std::string& path : paths) files.push_back({std::move(path), label});
}

std::vector<std::string> folders_in(const fs::path& directory) {
  std::vector<std::string> names;
  std::error_code error;
  for (fs::directory_iterator entry(directory, error), end; !error && entry != end; entry.increment(error)) {
    std::error_code ignored;
    const std::string name = entry->path().filename().string();
    if (entry->is_directory(ignored) && !name.starts_with('.')) names.push_back(name);
  }
  if (error)
    fail<FileError>("[image_dataset_from_directory] cannot read \"", directory.string(), "\": ", error.message());
  std::sort(names.begin(), names.end());
  return names;
}

Pictures find_pictures(const std::string& directory, const ImageDatasetOptions& options) {
  Pictures found;
  if (options.labels == "none") {
    folders_in(directory);  // says so when there is no such folder
    add_pictures(found.files, directory, 0, options.follow_links);
  } else {
    const std::vector<std::string> folders = folders_in(directory);
    found.class_names = options.class_names.empty() ? folders : options.class_names;
    for (std::size_t i = 0; i < found.class_names.size(); ++i) {
      const std::string& name = found.class_names[i];
      check(std::find(folders.begin(), folders.end(), name) != folders.end(),
            "[image_dataset_from_directory] class_names: there is no folder \"", name, "\" in \"", directory, "\"");
      add_pictures(found.files, fs::path(directory) / name, static_cast<std::int32_t>(i), options.follow_links);
    }
    check(!found.class_names.empty(), "[image_dataset_from_directory] expected a folder for each class in \"",
          directory, "\", found none; labels = \"none\" reads pictures without classes");
  }
  check(!found.files.empty(), "[image_dataset_from_directory] expected pictures (.png, .jpg, .jpeg) in \"", directory,
        "\", found none");
  return found;
}

void check_options(const ImageDatasetOptions& options) {
  constexpr const char* who = "[image_dataset_from_directory] expected ";
  check(options.labels == "inferred" || options.labels == "none", who, "labels \"inferred\" or \"none\", received \"",
        options.labels, "\"");
  check(is_one_of(options.label_mode, {"int", "categorical", "binary"}), who,
        "label_mode \"int\", \"categorical\" or \"binary\", received \"", options.label_mode, "\"");
  check(is_one_of(options.color_mode, {"rgb", "grayscale", "rgba"}), who,
        "color_mode \"rgb\", \"grayscale\" or \"rgba\", received \"", options.color_mode, "\"");
  check(options.image_size[0] > 0 && options.image_size[1] > 0, who, "image_size above 0, received (",
        options.image_size[0], ", ", options.image_size[1], ")");
  check(options.dtype == uint8 || options.dtype == float32, who, "dtype uint8 or float32, received ", options.dtype);
  check(options.validation_split >= 0 && options.validation_split < 1, who,
        "validation_split from 0 to below 1, received ", options.validation_split);
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

Tensor targets(const std::vector<std::int32_t>& labels, std::int64_t classes, const ImageDatasetOptions& options) {
  const Tensor y = from_vector(labels);
  if (options.label_mode == "categorical") return one_hot(y, classes);
  return options.label_mode == "binary" ? reshape(y.to(float32), {y.size(), 1}) : y;
}

Dataset read_pictures(const Pictures& all, const std::vector<std::int64_t>& order, const std::string& name,
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
  std::vector<std::int32_t> labels;
  for (std::int64_t i = 0; i < count; ++i) {
    const Picture& picture = all.files[static_cast<std::size_t>(order[static_cast<std::size_t>(i)])];
    x[i].copy_(read_one(picture.path, options));
    labels.push_back(picture.label);
  }
  Dataset data(x, options.labels == "none"
                      ? Tensor()
                      : targets(labels, static_cast<std::int64_t>(all.class_names.size()), options));
  data.class_names = all.class_names;
  data.name = name;
  return data;
}

struct Parts {
  Pictures all;
  std::vector<std::int64_t> training, validation;
};

Parts find_parts(const std::string& directory, const ImageDatasetOptions& options) {
  check_options(options);
  Parts parts{find_pictures(directory, options), {}, {}};
  check(options.label_mode != "binary" || options.labels == "none" || parts.all.class_names.size() == 2,
        "[image_dataset_from_directory] label_mode \"binary\" is for two classes, received ",
        parts.all.class_names.size());
  const auto n = static_cast<std::int64_t>(parts.all.files.size());
  parts.training = epoch_order(n, options.shuffle, options.seed.value_or(random_seed()), 0);
  const auto held_out = static_cast<std::int64_t>(options.validation_split * static_cast<double>(n));
  check(options.validation_split == 0 || (held_out > 0 && held_out < n),
        "[image_dataset_from_directory] expected pictures in both parts, received ", n, " of which ", held_out,
        " are for validation");
  parts.validation.assign(parts.training.end() - held_out, parts.training.end());
  parts.training.resize(static_cast<std::size_t>(n - held_out));
  return parts;
}

}  // namespace

Dataset image_dataset_from_directory(const std::string& directory, const ImageDatasetOptions& options) {
  const bool split = options.validation_split > 0;
  check(is_one_of(options.subset, {"", "training", "validation"}) && split == !options.subset.empty(),
        "[image_dataset_from_directory] expected subset \"training\" or \"validation\" together with validation_split "
        "above 0, received subset \"",
        options.subset, "\" and validation_split = ", options.validation_split,
        "; image_datasets_from_directory gives both parts");
  const Parts parts = find_parts(directory, options);
  return read_pictures(parts.all, options.subset == "validation" ? parts.validation : parts.training, directory,
                       options);
}

TrainTest image_datasets_from_directory(const std::string& directory, const ImageDatasetOptions& options) {
  check(options.validation_split > 0, "[image_datasets_from_directory] expected validation_split above 0, received ",
        options.validation_split);
  const Parts parts = find_parts(directory, options);
  return {read_pictures(parts.all, parts.training, directory + " (training)", options),
          read_pictures(parts.all, parts.validation, directory + " (validation)", options)};
}

}  // namespace linnet
