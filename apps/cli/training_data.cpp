#include "cli/training_data.h"

#include <algorithm>
#include <cmath>
#include <filesystem>

#include "cli/arguments.h"
#include "cli/terminal.h"
#include "linnet/data/batches.h"
#include "linnet/data/datasets.h"
#include "linnet/data/image.h"
#include "linnet/data/image_dataset.h"

namespace linnet::cli {

namespace {

namespace fs = std::filesystem;

bool is_folder(const std::string& path) {
  std::error_code ignored;
  return fs::is_directory(path, ignored);
}

bool looks_like_a_file(const std::string& text) {
  std::error_code ignored;
  return fs::is_regular_file(text, ignored) || text.find_first_of("./") != std::string::npos;
}

Dataset rows(const Dataset& all, const std::vector<std::int64_t>& order, std::int64_t first, std::int64_t last) {
  Dataset part = all;
  Batch batch = gather_batch(all, order, first, last);
  part.x = std::move(batch.x);
  part.y = std::move(batch.y);
  return part;
}

void refuse(bool given, const char* option, const Text& why) {
  if (given) throw UsageError(fmt::format("{}: {}", option, pick(why)));
}

void refuse_table_options(const DataOptions& options) {
  const Text why = {"is for tables (FILE.csv)", "只用于表格（FILE.csv）"};
  refuse(!options.target.empty(), "--target", why);
  refuse(!options.task.empty(), "--task", why);
  refuse(!options.drop.empty(), "--drop", why);
  refuse(options.missing != "fail", "--missing", why);
}

TrainingData load_named_images(const DataOptions& options) {
  refuse_table_options(options);
  refuse(options.image_size.has_value(), "--image-size", {"is for folders of pictures", "只用于图片文件夹"});
  refuse(options.test_split.has_value(), "--test-split",
         {"this data set has test images of its own", "这个数据集自带测试图像"});
  auto [train, test] = datasets::load(options.source, options.folder);
  TrainingData result{.train = train, .validation = test, .test = test, .description = {.data = options.source}};
  result.description.classes = train.class_names;
  result.description.placement = test.name.rfind("fashion", 0) == 0 ? "fashion_mnist" : "mnist";
  if (const double part = options.validation_split.value_or(0); part > 0) {  // as fit does it: the last ones
    const auto first = static_cast<std::int64_t>(std::floor(static_cast<double>(train.size()) * (1 - part)));
    result.train = train.slice(0, first);
    result.validation = train.slice(first, train.size());
  }
  return result;
}

// Grey, if the first pictures of each class are.
std::string colours_of(const std::string& folder) {
  std::error_code ignored;
  for (const fs::directory_entry& group : fs::directory_iterator(folder, ignored)) {
    if (!group.is_directory(ignored)) continue;
    int looked_at = 0;
    for (const fs::directory_entry& file : fs::directory_iterator(group.path(), ignored)) {
      std::string ending = file.path().extension().string();
      std::transform(ending.begin(), ending.end(), ending.begin(), [](unsigned char c) { return std::tolower(c); });
      if (ending != ".png" && ending != ".jpg" && ending != ".jpeg") continue;
      if (read_image(file.path().string(), {.color_mode = ""}).shape()[2] >= 3) return "rgb";
      if (++looked_at == 3) break;
    }
  }
  return "grayscale";
}

}  // namespace

std::int64_t test_size(std::int64_t n, const DataOptions& options) {
  return std::llround(options.test_split.value_or(0.2) * static_cast<double>(n));
}

std::int64_t training_size(std::int64_t n, const DataOptions& options) {
  const std::int64_t rest = n - test_size(n, options);
  return rest - std::llround(options.validation_split.value_or(0.2) * static_cast<double>(rest));
}

std::vector<std::int64_t> sample_order(const Dataset& all) {
  std::vector<std::int64_t> order = epoch_order(all.size(), true, 0, 0);
  if (all.class_names.empty()) return order;
  const auto labels = all.y[0].to_vector<std::int64_t>();
  std::vector<double> size(all.class_names.size()), seen(size.size()), place(order.size());
  for (std::int64_t label : labels) ++size[static_cast<std::size_t>(label)];
  for (std::int64_t sample : order) {
    const auto label = static_cast<std::size_t>(labels[static_cast<std::size_t>(sample)]);
    place[static_cast<std::size_t>(sample)] = (++seen[label] - 0.5) / size[label];
  }
  std::stable_sort(order.begin(), order.end(), [&](std::int64_t a, std::int64_t b) {
    return place[static_cast<std::size_t>(a)] < place[static_cast<std::size_t>(b)];
  });
  return order;
}

void split_samples(TrainingData& result, const Dataset& all, const std::vector<std::int64_t>& order,
                   const DataOptions& options) {
  const std::int64_t n = all.size(), test = test_size(n, options), train = training_size(n, options);
  const std::int64_t validation = n - test - train;
  if (train < 1 || validation < 1 || test < 1)
    throw UsageError(words(
        {"{} samples are too few: {} to train, {} to validate and {} to test; there must be at least 1 of each "
         "(--validation-split and --test-split choose)",
         "只有 {} 个样本，太少了：训练 {} 个、验证 {} 个、测试 {} 个，每份至少要有 1 个（由 --validation-split 和 "
         "--test-split 决定）"},
        n, train, validation, test));
  result.train = rows(all, order, 0, train);
  result.validation = rows(all, order, train, train + validation);
  result.test = rows(all, order, train + validation, n);
  say({"{} samples: {} to train, {} to validate, {} to test.\n", "共 {} 个样本：{} 个训练，{} 个验证，{} 个测试。\n"},
      n, train, validation, test);
}

TrainingData load_picture_folder(const DataOptions& options) {
  refuse_table_options(options);
  const std::string colours = colours_of(options.source);
  const std::int64_t size = options.image_size.value_or(64);
  const Dataset all = image_dataset_from_directory(
      options.source, {.color_mode = colours, .image_size = {size, size}, .shuffle = false});
  TrainingData result{.description = {.data = options.source, .classes = all.class_names}};
  say({"{} pictures in {} classes, made {} x {} ({}).\n", "{} 张图片，{} 个类别，缩放为 {} x {}（{}）。\n"}, all.size(),
      all.class_names.size(), size, size, colours == "rgb" ? pick({"colour", "彩色"}) : pick({"grey", "灰度"}));
  split_samples(result, all, sample_order(all), options);
  return result;
}

bool is_table_name(const std::string& name) {
  const auto all = datasets::available();
  return std::any_of(all.begin(), all.end(),
                     [&](const datasets::Description& each) { return each.name == name && !each.target.empty(); });
}

TrainingData load_training_data(const DataOptions& options) {
  const std::vector<std::string> names = datasets::names();
  const bool is_name = std::find(names.begin(), names.end(), options.source) != names.end();
  if (!is_name && is_folder(options.source)) return load_picture_folder(options);
  refuse(options.image_size.has_value(), "--image-size", {"is for folders of pictures", "只用于图片文件夹"});
  if (is_name && is_table_name(options.source))
    return load_table(options, datasets::table_path(options.source, options.folder));
  if (!is_name && looks_like_a_file(options.source)) return load_table(options, options.source);
  if (!is_name)
    throw UsageError(words({"there is no file, folder or data set \"{}\"{}; the data sets are {}",
                            "没有文件、文件夹或数据集 \"{}\"{}；数据集有 {}"},
                           options.source, suggestion(options.source, names),
                           fmt::format("{}", fmt::join(names, ", "))));
  return load_named_images(options);
}

}  // namespace linnet::cli
