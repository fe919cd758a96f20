// Where the files of the data sets are.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace linnet::datasets::detail {

struct Source {
  std::string name;
  std::string what, size, target, licence;  // for people, see Description
  std::vector<std::string> folders;         // what its folder may be called
  std::string file;                         // of a table; empty: the four files of MNIST's format
  std::vector<std::string> installed;       // folders of a system
  std::vector<std::string> class_names;
  std::string how_to_get;
};

const std::vector<Source>& sources();
/// The one of that name, whatever its case and with - or _; throws listing the names.
const Source& source_named(std::string_view name);

/// The folder that holds the data set: `chosen`, or one of the places where it usually is; empty if there is none.
std::filesystem::path find_folder(const Source& source, const std::string& chosen);
/// Throws FileError saying where it was looked for and how to get it.
[[noreturn]] void missing(const Source& source, const std::string& chosen);
/// MNIST's format: the file of a part and kind ("train-images", "idx3-ubyte"), packed or not; empty if there is none.
std::filesystem::path find_idx(const std::filesystem::path& folder, const std::string& part, const std::string& kind);

}  // namespace linnet::datasets::detail
