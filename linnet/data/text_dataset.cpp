#include "linnet/data/text_dataset.h"

#include <algorithm>

#include "linnet/base/check.h"
#include "linnet/base/whole_file.h"
#include "linnet/data/class_folders.h"

namespace linnet {

TextDataset text_dataset_from_directory(const std::string& directory, const TextDatasetOptions& options) {
  FolderOptions folders = folder_options(options);
  folders.who = "text_dataset_from_directory";
  folders.what = "texts";
  folders.endings = {".txt"};
  check(options.max_length.value_or(1) > 0, "[text_dataset_from_directory] expected max_length above 0, received ",
        options.max_length.value_or(0));
  check_subset(folders, "a call for each");
  const LabelledFiles files = find_labelled_files(directory, folders);
  const std::vector<std::int64_t>& part = chosen_part(files, folders);
  TextDataset data{{}, labels_of(files, part, folders), files.class_names};
  for (std::int64_t i : part) {
    std::string text = detail::read_whole_file(folders.who, files.files[static_cast<std::size_t>(i)].path);
    if (options.max_length) text.resize(std::min(text.size(), static_cast<std::size_t>(*options.max_length)));
    data.texts.push_back(std::move(text));
  }
  return data;
}

}  // namespace linnet
