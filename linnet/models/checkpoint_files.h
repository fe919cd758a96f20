// Which checkpoints there are, and which of them are intact. Internal.
#pragma once

#include <string>
#include <vector>

namespace linnet {

/// The .safetensors files of a folder, or those whose names match a filepath with {…} in its last part; the newest
/// first. Files written within one tick of the clock are ordered by the numbers in their names.
std::vector<std::string> checkpoints_newest_first(const std::string& folder_or_filepath);

/// The newest whole model in the folder of `path`, other than `path`; empty if there is none.
std::string newest_intact_model_beside(const std::string& path);

}  // namespace linnet
