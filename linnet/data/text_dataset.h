// Data sets of texts in folders, one folder per class.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "linnet/tensor/tensor.h"

#pragma GCC visibility push(default)
namespace linnet {

struct TextDatasetOptions {
  /// "inferred" from the folders, or "none": all texts in `directory`, without targets.
  std::string labels = "inferred";
  /// "int": int32 (n,); "categorical": float32 one-hot (n, classes); "binary": float32 0 or 1 (n, 1) for two classes.
  std::string label_mode = "int";
  /// The folders to use, in the order of the labels; default: all, sorted by name.
  std::vector<std::string> class_names = {};
  std::optional<std::int64_t> max_length = {};  // bytes of a text that are kept, from its beginning
  bool shuffle = true;
  std::optional<std::uint64_t> seed = {};
  /// The last part of the shuffled texts that belongs to the validation set, between 0 and 1; then `subset` says which
  /// part is wanted: "training" or "validation".
  double validation_split = 0;
  std::string subset = {};
  bool follow_links = false;
};

/// What text_dataset_from_directory() reads.
struct TextDataset {
  std::vector<std::string> texts;        ///< one for each file, as it stands there
  Tensor y;                              ///< a label for each text; empty with labels "none"
  std::vector<std::string> class_names;  ///< in the order of the labels
};

/// The texts (.txt) of directory/<class>/ and the folders below, y by label_mode, class_names. Throws FileError naming
/// the file that cannot be read, and InvalidArgument when there are no classes or texts. Keras:
/// keras.utils.text_dataset_from_directory.
///   std::filesystem::create_directories("reviews/good");
///   write_file_atomically("reviews/good/1.txt", "a fine film");
///   TextDataset reviews = text_dataset_from_directory("reviews");
///   TextVectorization words;
///   words.adapt(reviews.texts);
///   words(reviews.texts);  // -> [1, 3]
TextDataset text_dataset_from_directory(const std::string& directory, const TextDatasetOptions& options = {});

}  // namespace linnet
#pragma GCC visibility pop
