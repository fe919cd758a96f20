#include "linnet/data/datasets.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdlib>
#include <filesystem>
#include <utility>

#include "linnet/base/suggest.h"
#include "linnet/data/idx.h"

namespace linnet::datasets {

namespace {

namespace fs = std::filesystem;

struct Source {
  std::string name;
  std::vector<std::string> folders;  // what its folder may be called
  std::vector<fs::path> installed;
  std::vector<std::string> class_names;
  std::string how_to_get;
};

const std::vector<Source>& sources() {
  static const std::vector<Source> all = {
      {"mnist",
       {"mnist"},
       {"/usr/local/share/linnet/mnist", "/usr/share/linnet/mnist"},
       {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"},
       "They come with Linnet's source in data/mnist. Or put the four files (train-images-idx3-ubyte.gz, "
       "train-labels-idx1-ubyte.gz, t10k-images-idx3-ubyte.gz, t10k-labels-idx1-ubyte.gz) into a folder and set the "
       "environment variable LINNET_DATA to it."},
      {"fashion_mnist",
       {"fashion_mnist", "fashion-mnist"},
       {"/usr/local/share/datasets/fashion-mnist", "/usr/share/datasets/fashion-mnist"},
       {"T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"},
       "Debian and Ubuntu have it: sudo apt install dataset-fashion-mnist. Elsewhere: put the four files of "
       "https://github.com/zalandoresearch/fashion-mnist (folder data/fashion) into a folder fashion_mnist and set the "
       "environment variable LINNET_DATA to the folder around it."},
  };
  return all;
}

bool is_one_of(const std::string& name, const std::vector<std::string>& all) {
  return std::find(all.begin(), all.end(), name) != all.end();
}

// The file of that name, as it is packed or unpacked; empty if there is none.
fs::path find_file(const fs::path& folder, const std::string& part, const std::string& kind) {
  std::error_code ignored;
  for (const char* joint : {"-", "."})
    for (const char* ending : {"", ".gz"}) {
      fs::path path = folder / concat(part, joint, kind, ending);
      if (fs::is_regular_file(path, ignored)) return path;
    }
  return {};
}

constexpr std::array<std::array<const char*, 2>, 4> parts = {{{"train-images", "idx3-ubyte"},
                                                              {"train-labels", "idx1-ubyte"},
                                                              {"t10k-images", "idx3-ubyte"},
                                                              {"t10k-labels", "idx1-ubyte"}}};

bool has_any(const fs::path& folder) {
  return std::any_of(parts.begin(), parts.end(),
                     [&](const auto& part) { return !find_file(folder, part[0], part[1]).empty(); });
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
    return other.name != source.name && is_one_of(called, other.folders);
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
  for (const fs::path& folder : source.installed) add(places, folder);
#ifdef LINNET_SOURCE_DATA
  for (const std::string& name : source.folders) add(places, fs::path(LINNET_SOURCE_DATA) / name);
#endif
  return places;
}

[[noreturn]] void missing(const Source& source, const std::vector<Place>& places) {
  std::string text;
  for (const Place& place : places)
    if (!place.text.empty()) text += "\n  " + place.text;
  fail<FileError>("[", source.name, "] the data set was not found.\nLooked in:", text, "\n", source.how_to_get);
}

Dataset read_part(const Source& source, const fs::path& folder, std::size_t first, const char* part) {
  std::array<Tensor, 2> pair;
  for (std::size_t i = 0; i < 2; ++i) {
    const auto& [name, kind] = parts[first + i];
    const fs::path path = find_file(folder, name, kind);
    if (path.empty())
      fail<FileError>("[", source.name, "] expected all four files in ", folder.string(), ", but ", name, "-", kind,
                      "(.gz) is missing. ", source.how_to_get);
    pair[i] = read_idx(path);
    const int rank = i == 0 ? 3 : 1;
    if (pair[i].rank() != rank || pair[i].dtype() != uint8)
      fail<FileError>("[", source.name, "] expected uint8 ", i == 0 ? "images (n, height, width)" : "labels (n,)",
                      ", received ", pair[i].dtype(), " of shape ", pair[i].shape(), " in ", path.string());
  }
  if (pair[0].shape()[0] != pair[1].shape()[0])
    fail<FileError>("[", source.name, "] expected a label for each image, received ", pair[0].shape()[0],
                    " images and ", pair[1].shape()[0], " labels in ", folder.string());
  Dataset data(pair[0], pair[1]);
  data.name = source.name + " (" + part + ")";
  data.class_names = source.class_names;
  return data;
}

TrainTest read(const Source& source, const std::string& chosen) {
  const std::vector<Place> places = places_to_look(source, chosen);
  const auto found =
      std::find_if(places.begin(), places.end(), [](const Place& place) { return has_any(place.folder); });
  if (found == places.end()) missing(source, places);
  return {read_part(source, found->folder, 0, "train"), read_part(source, found->folder, 2, "test")};
}

std::string normalized(std::string_view name) {
  std::string text(name);
  for (char& c : text) c = c == '-' || c == ' ' ? '_' : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

}  // namespace

TrainTest mnist(const std::string& folder) { return read(sources()[0], folder); }
TrainTest fashion_mnist(const std::string& folder) { return read(sources()[1], folder); }

TrainTest load(std::string_view name, const std::string& folder) {
  const std::string wanted = normalized(name);
  for (const Source& source : sources())
    if (source.name == wanted) return read(source, folder);
  std::string known;
  for (const std::string& each : names()) known += (known.empty() ? "\"" : ", \"") + each + "\"";
  fail("[datasets] expected one of ", known, ", received \"", name, "\"", did_you_mean(wanted, names()));
}

std::vector<std::string> names() {
  std::vector<std::string> all;
  for (const Source& source : sources()) all.push_back(source.name);
  return all;
}

}  // namespace linnet::datasets
