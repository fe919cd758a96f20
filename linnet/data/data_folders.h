// Where installed data sets may be. Internal.
#pragma once

#include <filesystem>
#include <vector>

namespace linnet {

/// Every share/linnet/data in the folders above this program and above the library it runs with, so that an
/// installation may be moved, and last the folder that was chosen when Linnet was built.
std::vector<std::filesystem::path> installed_data_folders();

}  // namespace linnet
