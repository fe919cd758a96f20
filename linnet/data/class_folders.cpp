#include "linnet/data/class_folders.h"

#include <algorithm>
#include <cctype>
#include <filesystem>

#include "linnet/base/check.h"
#include "linnet/base/random.h"
#include "linnet/data/batches.h"
#include "linnet/ops/gather.h"
#include "linnet/ops/shape.h"

namespace linnet {
namespace {

namespace fs = std::filesystem;

bool is_one_of(const std::string& text, const std::vector<std::string>& all) {
  return std::find(all.begin(), all.end(), text) != all.end();
}

std::string ending_of(const fs::path& path) {
  std::string ending = path.extension().string();
  for (char& c : ending) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return ending;
}

// Files in `folder` and the folders below, sorted by path. Others are left alone, except those of kinds that one might
// expect to be read: leaving them out silently would be a smaller data set than the user thinks.
void add_files(std::vector<LabelledFile>& files, const fs::path& folder, std::int32_t label,
               const FolderOptions& options) {
  const auto links =
      options.follow_links ? fs::directory_options::follow_directory_symlink : fs::directory_options::none;
  std::vector<std::string> paths;
  std::error_code error;
  for (fs::recursive_directory_iterator entry(folder, links, error), end; !error && entry != end;
       entry.increment(error)) {
    std::error_code ignored;
    if (!entry->is_regular_file(ignored)) continue;
    const std::string ending = ending_of(entry->path());
    if (is_one_of(ending, options.endings)) paths.push_back(entry->path().string());
    if (is_one_of(ending, options.refused))
      fail<FileError>("[", options.who, "] expected ", options.hint, ", received \"", entry->path().string(),
                      "\"; convert it to PNG or move it away");
  }
  if (error) fail<FileError>("[", options.who, "] cannot read \"", folder.string(), "\": ", error.message());
  std::sort(paths.begin(), paths.end());
  for (std::string& path : paths) files.push_back({std::move(path), label});
}

std::vector<std::string> folders_in(const fs::path& directory, const FolderOptions& options) {
  std::vector<std::string> names;
  std::error_code error;
  for (fs::directory_iterator entry(directory, error), end; !error && entry != end; entry.increment(error)) {
    std::error_code ignored;
    const std::string name = entry->path().filename().string();
    if (entry->is_directory(ignored) && !name.starts_with('.')) names.push_back(name);
  }
  if (error) fail<FileError>("[", options.who, "] cannot read \"", directory.string(), "\": ", error.message());
  std::sort(names.begin(), names.end());
  return names;
}

void find_files(const std::string& directory, const FolderOptions& options, LabelledFiles& found) {
  const std::vector<std::string> folders = folders_in(directory, options);  // says so when there is no such folder
  if (options.labels == "none") {
    add_files(found.files, directory, 0, options);
  } else {
    found.class_names = options.class_names.empty() ? folders : options.class_names;
    for (std::size_t i = 0; i < found.class_names.size(); ++i) {
      const std::string& name = found.class_names[i];
      check(is_one_of(name, folders), "[", options.who, "] class_names: there is no folder \"", name, "\" in \"",
            directory, "\"");
      add_files(found.files, fs::path(directory) / name, static_cast<std::int32_t>(i), options);
    }
    check(!found.class_names.empty(), "[", options.who, "] expected a folder for each class in \"", directory,
          "\", found none; labels = \"none\" reads ", options.what, " without classes");
  }
  std::string endings;
  for (const std::string& ending : options.endings) endings += (endings.empty() ? "" : ", ") + ending;
  check(!found.files.empty(), "[", options.who, "] expected ", options.what, " (", endings, ") in \"", directory,
        "\", found none");
}

void check_labels(const FolderOptions& options) {
  check(options.labels == "inferred" || options.labels == "none", "[", options.who,
        "] expected labels \"inferred\" or \"none\", received \"", options.labels, "\"");
  check(is_one_of(options.label_mode, {"int", "categorical", "binary"}), "[", options.who,
        "] expected label_mode \"int\", \"categorical\" or \"binary\", received \"", options.label_mode, "\"");
  check(options.validation_split >= 0 && options.validation_split < 1, "[", options.who,
        "] expected validation_split from 0 to below 1, received ", options.validation_split);
}

}  // namespace

LabelledFiles find_labelled_files(const std::string& directory, const FolderOptions& options) {
  check_labels(options);
  LabelledFiles found;
  find_files(directory, options, found);
  check(options.label_mode != "binary" || options.labels == "none" || found.class_names.size() == 2, "[", options.who,
        "] label_mode \"binary\" is for two classes, received ", found.class_names.size());
  const auto n = static_cast<std::int64_t>(found.files.size());
  found.training = epoch_order(n, options.shuffle, options.seed.value_or(random_seed()), 0);
  const auto held_out = static_cast<std::int64_t>(options.validation_split * static_cast<double>(n));
  check(options.validation_split == 0 || (held_out > 0 && held_out < n), "[", options.who, "] expected ", options.what,
        " in both parts, received ", n, " of which ", held_out, " are for validation");
  found.validation.assign(found.training.end() - held_out, found.training.end());
  found.training.resize(static_cast<std::size_t>(n - held_out));
  return found;
}

void check_subset(const FolderOptions& options, const char* both) {
  const bool split = options.validation_split > 0;
  check(is_one_of(options.subset, {"", "training", "validation"}) && split == !options.subset.empty(), "[", options.who,
        "] expected subset \"training\" or \"validation\" together with validation_split above 0, received subset \"",
        options.subset, "\" and validation_split = ", options.validation_split, "; ", both, " gives both parts");
}

const std::vector<std::int64_t>& chosen_part(const LabelledFiles& files, const FolderOptions& options) {
  return options.subset == "validation" ? files.validation : files.training;
}

Tensor labels_of(const LabelledFiles& files, const std::vector<std::int64_t>& part, const FolderOptions& options) {
  if (options.labels == "none") return {};
  std::vector<std::int32_t> labels;
  for (std::int64_t i : part) labels.push_back(files.files[static_cast<std::size_t>(i)].label);
  const Tensor y = from_vector(labels);
  if (options.label_mode == "categorical") return one_hot(y, static_cast<std::int64_t>(files.class_names.size()));
  return options.label_mode == "binary" ? reshape(y.to(float32), {y.size(), 1}) : y;
}

}  // namespace linnet
