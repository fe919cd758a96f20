#include "linnet/models/checkpoint_files.h"

#include <algorithm>
#include <cstring>
#include <filesystem>

#include "linnet/base/check.h"
#include "linnet/base/warning.h"
#include "linnet/models/checkpoint_name.h"
#include "linnet/models/model_checkpoint.h"
#include "linnet/models/saving.h"

namespace linnet {

namespace {

namespace fs = std::filesystem;

struct Candidate {
  std::string path;
  fs::file_time_type time;
};

bool newer(const Candidate& a, const Candidate& b) {
  return a.time != b.time ? a.time > b.time : strverscmp(a.path.c_str(), b.path.c_str()) > 0;
}

}  // namespace

std::vector<std::string> checkpoints_newest_first(const std::string& folder_or_filepath) {
  std::error_code error;
  const bool is_folder = fs::is_directory(folder_or_filepath, error);
  const fs::path given = folder_or_filepath;
  const fs::path folder = is_folder ? given : given.has_parent_path() ? given.parent_path() : fs::path(".");
  const std::string pattern = is_folder ? "{any}.safetensors" : given.filename().string();
  std::vector<Candidate> found;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    std::error_code gone;
    const fs::file_time_type time = entry->last_write_time(gone);
    if (!gone && entry->is_regular_file(gone) && matches_pattern(entry->path().filename().string(), pattern))
      found.push_back({entry->path().string(), time});
  }
  std::sort(found.begin(), found.end(), newer);
  std::vector<std::string> paths;
  for (Candidate& candidate : found) paths.push_back(std::move(candidate.path));
  return paths;
}

std::string newest_intact_model_beside(const std::string& path) {
  constexpr std::size_t most = 10;  // a folder may hold many large files, and a message is to be made
  const fs::path folder = fs::path(path).parent_path();
  std::size_t tried = 0;
  for (const std::string& other : checkpoints_newest_first(folder.empty() ? "." : folder.string())) {
    std::error_code error;
    if (fs::equivalent(other, path, error) || error || ++tried > most) continue;
    try {
      if (holds_model(read_safetensors(other))) return other;
    } catch (const FileError&) {  // the next one
    }
  }
  return {};
}

std::shared_ptr<Model> load_latest_checkpoint(const std::string& folder_or_filepath) {
  std::string damaged;
  for (const std::string& path : checkpoints_newest_first(folder_or_filepath)) {
    try {
      const TensorFile file = read_safetensors(path);
      if (!holds_model(file)) continue;
      std::shared_ptr<Model> model = model_from_file(file, path);
      if (!damaged.empty())
        warn(concat("[load_latest_checkpoint] loaded \"", path, "\"; what is newer could not be read:", damaged));
      return model;
    } catch (const FileError& error) {
      damaged += concat("\n  ", error.what());
    }
  }
  fail<FileError>("[load_latest_checkpoint] expected a model that ModelCheckpoint or save() wrote in \"",
                  folder_or_filepath, "\", found ", damaged.empty() ? "none" : "damaged ones only:", damaged);
}

}  // namespace linnet
