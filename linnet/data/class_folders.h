// Files in folders, one folder for each class: what data sets of pictures and of texts have in common. Internal.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "linnet/tensor/tensor.h"

namespace linnet {

/// The options that both have, and what their errors say.
struct FolderOptions {
  std::string who;                   // "image_dataset_from_directory"
  std::string what;                  // "pictures"
  std::vector<std::string> endings;  // of the files that count, in small letters: ".png"
  std::vector<std::string> refused;  // of those whose silent absence would surprise
  std::string hint;                  // what to do with these
  std::string labels, label_mode;
  std::vector<std::string> class_names;
  bool shuffle = true;
  std::optional<std::uint64_t> seed;
  double validation_split = 0;
  std::string subset;
  bool follow_links = false;
};

/// From ImageDatasetOptions or TextDatasetOptions; who, what and endings are left to say.
template <class Options>
FolderOptions folder_options(const Options& o) {
  FolderOptions common;
  common.labels = o.labels;
  common.label_mode = o.label_mode;
  common.class_names = o.class_names;
  common.shuffle = o.shuffle;
  common.seed = o.seed;
  common.validation_split = o.validation_split;
  common.subset = o.subset;
  common.follow_links = o.follow_links;
  return common;
}

struct LabelledFile {
  std::string path;
  std::int32_t label;
};

/// All files, and which of them, in which order, are for training and for validation.
struct LabelledFiles {
  std::vector<LabelledFile> files;
  std::vector<std::string> class_names;
  std::vector<std::int64_t> training, validation;
};

/// Throws InvalidArgument for options that cannot be and where there are no classes or files, and FileError for folders
/// that cannot be read.
LabelledFiles find_labelled_files(const std::string& directory, const FolderOptions& options);
/// The part that `subset` names, or all. Throws unless it fits validation_split; `both` is the function for both.
const std::vector<std::int64_t>& chosen_part(const LabelledFiles& files, const FolderOptions& options);
void check_subset(const FolderOptions& options, const char* both);
/// By label_mode; empty with labels "none".
Tensor labels_of(const LabelledFiles& files, const std::vector<std::int64_t>& part, const FolderOptions& options);

}  // namespace linnet
