// Where the files of the data sets are.
#pragma once

#include <array>
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
/// One of the four files of a set in MNIST's format: train-images-idx3-ubyte.
struct IdxFile {
  const char *part, *kind;
};
inline constexpr std::array<IdxFile, 4> idx_files = {{{"train-images", "idx3-ubyte"},
                                                      {"train-labels", "idx1-ubyte"},
                                                      {"t10k-images", "idx3-ubyte"},
                                                      {"t10k-labels", "idx1-ubyte"}}};
/// Where that file is, packed or not; empty if it is not there.
std::filesystem::path find_idx(const std::filesystem::path& folder, const IdxFile& file);

}  // namespace linnet::datasets::detail
