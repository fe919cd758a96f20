#include "linnet/data/dataset_files.h"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <utility>

#include "linnet/base/check.h"
#include "linnet/base/suggest.h"
#include "linnet/data/data_folders.h"

namespace linnet::datasets::detail {

namespace fs = std::filesystem;

namespace {

Source table(const std::string& name, const std::string& what, const std::string& size, const std::string& target) {
  return {.name = name,
          .what = what,
          .size = size,
          .target = target,
          .licence = "BSD-3-Clause (scikit-learn)",
          .folders = {"tables"},
          .file = name + ".csv",
          .installed = {},
          .class_names = {},
          .how_to_get =
              "It comes with Linnet's source in data/tables. Or set the environment variable LINNET_DATA to "
              "the folder that holds " +
              name + ".csv."};
}

}  // namespace

const std::vector<Source>& sources() {
  static const std::vector<Source> all = {
      {.name = "mnist",
       .what = "handwritten digits",
       .size = "60,000 + 10,000 grey images of 28 x 28, 10 classes",
       .target = "",
       .licence = "CC BY-SA 3.0 (LeCun, Cortes, Burges)",
       .folders = {"mnist"},
       .file = "",
       .installed = {},
       .class_names = {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"},
       .how_to_get = "They come with Linnet's source in data/mnist. Or put the four files (train-images-idx3-ubyte.gz, "
                     "train-labels-idx1-ubyte.gz, t10k-images-idx3-ubyte.gz, t10k-labels-idx1-ubyte.gz) into a folder "
                     "and set the "
                     "environment variable LINNET_DATA to it."},
      {.name = "fashion_mnist",
       .what = "pieces of clothing",
       .size = "60,000 + 10,000 grey images of 28 x 28, 10 classes",
       .target = "",
       .licence = "MIT (Zalando)",
       .folders = {"fashion_mnist", "fashion-mnist"},
       .file = "",
       .installed = {"/usr/local/share/datasets/fashion-mnist", "/usr/share/datasets/fashion-mnist"},
       .class_names = {"T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag",
                       "Ankle boot"},
       .how_to_get =
           "Debian and Ubuntu have it: sudo apt install dataset-fashion-mnist. Elsewhere: put the four files of "
           "https://github.com/zalandoresearch/fashion-mnist (folder data/fashion) into a folder fashion_mnist and set "
           "the "
           "environment variable LINNET_DATA to the folder around it."},
      table("iris", "lengths and widths of iris flowers", "150 rows, 4 numbers, 3 species", "species"),
      table("wine", "chemical analyses of wines", "178 rows, 13 numbers, 3 cultivars", "cultivar"),
      table("breast_cancer", "cell nuclei of breast tumours", "569 rows, 30 numbers, malignant or benign", "diagnosis"),
      table("diabetes", "progression of diabetes after a year", "442 rows, 10 numbers, a number to predict", "target"),
  };
  return all;
}

const Source& source_named(std::string_view name) {
  std::string wanted(name);
  for (char& c : wanted)
    c = c == '-' || c == ' ' ? '_' : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  std::string list;
  std::vector<std::string> known;
  for (const Source& source : sources()) {
    if (source.name == wanted) return source;
    list += (list.empty() ? "\"" : ", \"") + source.name + "\"";
    known.push_back(source.name);
  }
  fail("[datasets] expected one of ", list, ", received \"", name, "\"", did_you_mean(wanted, known));
}

fs::path find_idx(const fs::path& folder, const IdxFile& file) {
  std::error_code ignored;
  for (const char* joint : {"-", "."})
    for (const char* ending : {"", ".gz"}) {
      fs::path path = folder / concat(file.part, joint, file.kind, ending);
      if (fs::is_regular_file(path, ignored)) return path;
    }
  return {};
}

namespace {

bool is_there(const Source& source, const fs::path& folder) {
  std::error_code ignored;
  if (!source.file.empty()) return fs::is_regular_file(folder / source.file, ignored);
  return std::any_of(idx_files.begin(), idx_files.end(),
                     [&](const IdxFile& file) { return !find_idx(folder, file).empty(); });
}

// Where a data set may be, and how a message names that; one line says it for a folder and those above it.
struct Place {
  fs::path folder;
  std::string text = {};
};

// data/<name> in `start` and in every folder above it
void add_above(std::vector<Place>& places, const Source& source, fs::path start) {
  std::string text = (start / "data" / source.folders[0]).string() + " and the same in the folders above";
  while (!start.empty()) {
    for (const std::string& name : source.folders) places.push_back({start / "data" / name, std::exchange(text, {})});
    if (start == start.parent_path()) break;
    start = start.parent_path();
  }
}

void add(std::vector<Place>& places, const fs::path& folder) { places.push_back({folder, folder.string()}); }

// A folder the user names holds the files, or the folder that does.
void add_chosen(std::vector<Place>& places, const Source& source, const fs::path& folder) {
  for (const std::string& name : source.folders) add(places, folder / name);
  // The files of all sets of this kind have the same names: a folder called after another set is not this one.
  const std::string called = (folder.has_filename() ? folder : folder.parent_path()).filename();
  const bool another = std::any_of(sources().begin(), sources().end(), [&](const Source& other) {
    return other.name != source.name &&
           std::find(other.folders.begin(), other.folders.end(), called) != other.folders.end();
  });
  if (!another) add(places, folder);
}

std::vector<Place> places_to_look(const Source& source, const std::string& chosen) {
  std::vector<Place> places;
  if (!chosen.empty()) {
    add_chosen(places, source, chosen);
    return places;
  }
  if (const char* folder = std::getenv("LINNET_DATA"); folder != nullptr && *folder != '\0')
    add_chosen(places, source, folder);
  std::error_code ignored;
  add_above(places, source, fs::current_path(ignored));
  add_above(places, source, fs::read_symlink("/proc/self/exe", ignored).parent_path());
  for (const std::string& folder : source.installed) add(places, folder);
  for (const fs::path& folder : installed_data_folders())
    for (const std::string& name : source.folders) add(places, folder / name);
  return places;
}

}  // namespace

fs::path find_folder(const Source& source, const std::string& chosen) {
  for (const Place& place : places_to_look(source, chosen))
    if (is_there(source, place.folder)) return place.folder;
  return {};
}

void missing(const Source& source, const std::string& chosen) {
  std::string text;
  for (const Place& place : places_to_look(source, chosen))
    if (!place.text.empty()) text += "\n  " + place.text;
  fail<FileError>("[", source.name, "] the data set was not found.\nLooked in:", text, "\n", source.how_to_get);
}

}  // namespace linnet::datasets::detail
