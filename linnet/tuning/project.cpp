#include "linnet/tuning/project.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include "linnet/base/atomic_file.h"
#include "linnet/base/whole_file.h"
#include "linnet/saving/json.h"

namespace linnet::detail {

namespace {

namespace fs = std::filesystem;

constexpr const char *settings_file = "oracle.json", *trial_file = "trial.json", *trial_prefix = "trial_";

int open_lock(const std::string& path) {
  int file = -1;
  do {
    file = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  } while (file < 0 && errno == EINTR);
  if (file < 0)
    fail<FileError>("[tuner] cannot open \"", path, "\": ", std::strerror(errno), "; may this user write there?");
  return file;
}

bool take(int file, int how) {
  int result = 0;
  do {
    result = flock(file, how);
  } while (result != 0 && errno == EINTR);
  return result == 0;
}

/// What `read` makes of the object in a file of JSON; nothing when there is no file.
template <class Read>
auto read_file(const fs::path& path, Read read) -> std::optional<decltype(read(Config()))> {
  const std::optional<std::string> text = detail::read_file_if_any("tuner", path.string());
  if (!text) return {};
  try {
    return read(parse_json(*text).as_config());
  } catch (const Error& error) {
    fail<FileError>("[tuner] \"", path.string(), "\" is damaged (", error.what(),
                    "); remove it, or begin anew with overwrite");
  }
}

}  // namespace

FileLock FileLock::wait(const std::string& path) {
  FileLock lock(open_lock(path));
  if (!take(lock.file_, LOCK_EX)) fail<FileError>("[tuner] cannot lock \"", path, "\": ", std::strerror(errno));
  return lock;
}

std::optional<FileLock> FileLock::attempt(const std::string& path) {
  FileLock lock(open_lock(path));
  if (take(lock.file_, LOCK_EX | LOCK_NB)) return lock;
  if (errno == EWOULDBLOCK) return {};
  fail<FileError>("[tuner] cannot lock \"", path, "\": ", std::strerror(errno));
}

FileLock& FileLock::operator=(FileLock&& other) noexcept {
  std::swap(file_, other.file_);
  return *this;
}

FileLock::~FileLock() {
  if (file_ >= 0) close(file_);
}

Project::Project(std::string folder) : folder_(std::move(folder)) {
  std::error_code error;
  fs::create_directories(folder_, error);
  if (error || !fs::is_directory(folder_, error))
    fail<FileError>("[tuner] cannot make the folder \"", folder_, "\" (", error ? error.message() : "it is a file",
                    "); choose another directory or project_name");
}

std::string Project::trial_folder(const std::string& trial_id) const { return folder_ + "/" + trial_prefix + trial_id; }

std::string Project::checkpoint(const std::string& trial_id) const {
  return trial_folder(trial_id) + "/checkpoint.safetensors";
}

std::vector<Trial> Project::trials() {
  std::vector<Trial> found;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder_)) {
    const std::string name = entry.path().filename().string();
    if (!name.starts_with(trial_prefix)) continue;
    const std::string id = name.substr(std::strlen(trial_prefix));
    if (const auto known = ended_.find(id); known != ended_.end()) {
      found.push_back(known->second);
      continue;
    }
    std::optional<Trial> trial = read_file(entry.path() / trial_file, Trial::from_config);
    if (!trial) continue;  // killed before it was written: as if it had never been
    found.push_back(std::move(*trial));
    if (found.back().finished()) ended_[id] = found.back();
  }
  std::sort(found.begin(), found.end(), [](const Trial& a, const Trial& b) { return a.number < b.number; });
  return found;
}

void Project::write(const Trial& trial) {
  std::error_code error;
  fs::create_directories(trial_folder(trial.trial_id), error);
  write_file_atomically(trial_folder(trial.trial_id) + "/" + trial_file, to_json(trial.config(), 2) + "\n", "tuner");
}

std::optional<FileLock> Project::hold(const std::string& trial_id) const {
  std::error_code error;
  fs::create_directories(trial_folder(trial_id), error);
  return FileLock::attempt(trial_folder(trial_id) + "/running");
}

std::optional<Config> Project::settings() const {
  return read_file(fs::path(folder_) / settings_file, [](const Config& config) { return config; });
}

void Project::write_settings(const Config& settings) const {
  write_file_atomically((fs::path(folder_) / settings_file).string(), to_json(settings, 2) + "\n", "tuner");
}

void Project::remove(const std::string& folder) {
  std::error_code error;
  if (!fs::is_directory(folder, error)) return;
  std::vector<fs::path> ours;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, error)) {
    const std::string name = entry.path().filename().string();
    if (name == settings_file || (name.starts_with(trial_prefix) && entry.is_directory())) ours.push_back(entry.path());
  }
  for (const fs::path& path : ours) fs::remove_all(path, error);
}

}  // namespace linnet::detail
