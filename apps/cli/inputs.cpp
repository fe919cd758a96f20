#include "cli/inputs.h"

#include <algorithm>
#include <charconv>
#include <filesystem>

#include "cli/arguments.h"
#include "cli/digit.h"
#include "linnet/data/datasets.h"
#include "linnet/data/image.h"
#include "linnet/ops/elementwise.h"
#include "linnet/ops/shape.h"

namespace linnet::cli {

namespace {

namespace fs = std::filesystem;

bool is_file(const std::string& path) {
  std::error_code ignored;
  return fs::exists(path, ignored) && !fs::is_directory(path, ignored);
}

bool ends_like(const std::string& path, std::initializer_list<const char*> endings) {
  std::string lower = path;
  std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) { return std::tolower(c); });
  return std::any_of(endings.begin(), endings.end(), [&](const std::string& ending) {
    return lower.size() > ending.size() && lower.compare(lower.size() - ending.size(), ending.size(), ending) == 0;
  });
}

bool is_table_file(const std::string& path) { return ends_like(path, {".csv", ".csv.gz", ".tsv"}); }
bool is_picture_file(const std::string& path) { return ends_like(path, {".png", ".jpg", ".jpeg"}); }

Sample sample_of_file(const std::string& path, const Predictor& predictor, const InputOptions& options) {
  Sample sample{.name = path};
  try {
    take_picture(sample, read_image(path, {.color_mode = ""}), predictor, options);
  } catch (const Error& error) {
    sample.error = error.what();
  }
  return sample;
}

std::vector<Sample> samples_of_folder(const std::string& path, const Predictor& predictor,
                                      const InputOptions& options) {
  std::vector<std::string> files;
  for (const fs::directory_entry& entry : fs::directory_iterator(path))
    if (is_picture_file(entry.path().string())) files.push_back(entry.path().string());
  std::sort(files.begin(), files.end());
  if (files.empty())
    return {
        {.name = path,
         .error = words({"there is no picture (.png, .jpg) in this folder", "这个文件夹里没有图片（.png、.jpg）"})}};
  std::vector<Sample> samples;
  for (const std::string& file : files) samples.push_back(sample_of_file(file, predictor, options));
  return samples;
}

struct DatasetChoice {
  std::string name, part, list;  // mnist, test, 0-9
};

// NAME:LIST or NAME:PART:LIST; an empty list where there is none.
DatasetChoice parse_choice(const std::string& input) {
  const std::size_t first = input.find(':'), last = input.rfind(':');
  DatasetChoice choice{.name = input.substr(0, first), .part = "test", .list = ""};
  if (first == std::string::npos) return choice;
  choice.list = input.substr(last + 1);
  if (first != last) choice.part = input.substr(first + 1, last - first - 1);
  if (choice.part != "train" && choice.part != "test")
    throw UsageError(words({"{}: expected train or test between the colons, received {}",
                            "{}：两个冒号之间应为 train 或 test，收到的是 {}"},
                           input, choice.part));
  return choice;
}

std::vector<Sample> samples_of_images(const DatasetChoice& choice, const Predictor& predictor,
                                      const InputOptions& options) {
  const auto [train, test] = datasets::load(choice.name, options.folder);
  const Dataset& data = choice.part == "train" ? train : test;
  std::vector<Sample> samples;
  for (std::int64_t at : positions_in(choice.list, data.size())) {
    Sample sample{.name = fmt::format("{}:{}:{}", choice.name, choice.part, at), .x = data.x[0][at]};
    sample.picture = sample.x;
    sample.truth = data.class_names.at(static_cast<std::size_t>(data.y[0][at].item<std::int64_t>()));
    if (!predictor.rescales()) sample.x = sample.x.to(float32) / 255.0;
    samples.push_back(std::move(sample));
  }
  return samples;
}

std::string unknown_input(const std::string& input) {
  const std::string name = input.substr(0, input.find(':'));
  return words(
      {"there is no such file, folder or data set{}; expected a picture (.png, .jpg), a table (.csv), or samples "
       "of a data set such as mnist:0-9",
       "没有这个文件、文件夹或数据集{}；可以是图片（.png、.jpg）、表格（.csv），或数据集中的样本，例如 mnist:0-9"},
      suggestion(name, datasets::names()));
}

}  // namespace

bool is_position_list(const std::string& text) {
  return !text.empty() && text.find_first_not_of("0123456789,-") == std::string::npos;
}

std::vector<std::int64_t> positions_in(const std::string& list, std::int64_t count) {
  std::vector<std::int64_t> positions;
  for (std::size_t begin = 0; begin <= list.size();) {
    const std::size_t end = std::min(list.find(',', begin), list.size());
    const std::string part = list.substr(begin, end - begin);
    begin = end + 1;
    std::int64_t first = -1, last = -1;
    const char* stop = part.data() + part.size();
    auto result = std::from_chars(part.data(), stop, first);
    last = first;
    if (result.ec == std::errc() && result.ptr != stop && *result.ptr == '-')
      result = std::from_chars(result.ptr + 1, stop, last);
    if (result.ec != std::errc() || result.ptr != stop || first < 0 || first > last)
      throw UsageError(words(
          {"expected positions such as 17 or 0-9,20, received \"{}\"", "位置应写成 17 或 0-9,20 这样，收到的是 \"{}\""},
          part));
    if (last >= count)
      fail(words({"there are {} samples, 0 to {}; received {}", "共有 {} 个样本，编号 0 到 {}；收到的是 {}"}, count,
                 count - 1, last));
    for (std::int64_t at = first; at <= last; ++at) positions.push_back(at);
  }
  return positions;
}

std::vector<Sample> samples_of(const std::string& input, const Predictor& predictor, const InputOptions& options) {
  std::error_code ignored;
  if (is_file(input)) {
    if (is_table_file(input)) return samples_of_table(input, input, "", predictor);
    return {sample_of_file(input, predictor, options)};
  }
  if (fs::is_directory(input, ignored)) return samples_of_folder(input, predictor, options);
  const std::size_t colon = input.rfind(':');
  if (colon != std::string::npos && is_file(input.substr(0, colon)))
    return samples_of_table(input.substr(0, colon), input.substr(0, colon), input.substr(colon + 1), predictor);

  const auto known = datasets::available(options.folder);
  const std::string name = input.substr(0, input.find(':'));
  const auto found = std::find_if(known.begin(), known.end(), [&](const auto& each) { return each.name == name; });
  if (found == known.end()) return {{.name = input, .error = unknown_input(input)}};
  const DatasetChoice choice = parse_choice(input);
  if (!found->target.empty())
    return samples_of_table(datasets::table_path(name, options.folder), name, choice.list, predictor);
  if (choice.list.empty())
    throw UsageError(
        words({"{}: which samples? {}:17 is one, {}:0-9 are ten", "{}：要哪些样本？{}:17 是一个，{}:0-9 是十个"}, input,
              name, name));
  return samples_of_images(choice, predictor, options);
}

}  // namespace linnet::cli
