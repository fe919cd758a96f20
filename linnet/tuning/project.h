// Project: the folder of a search, which several processes may share. Internal.
//
//   <directory>/<project_name>/oracle.json            what is searched, how, and with which seed
//                              lock                   held for moments: while a trial is taken or ended
//                              trial_07/trial.json    its values, its state, its score
//                              trial_07/running       held by the process that runs it, for as long as it does
//                              trial_07/checkpoint.safetensors   the weights of its best epoch
//
// The system lets go of a lock when its owner ends, however it ends. So whoever finds a RUNNING trial that nobody holds
// knows that its process is gone.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "linnet/tuning/trial.h"

namespace linnet::detail {

/// An flock(2), held while it lives.
class FileLock {
 public:
  FileLock() = default;
  /// Waits for it. Throws FileError when the file cannot be made.
  static FileLock wait(const std::string& path);
  /// Empty when somebody holds it.
  static std::optional<FileLock> attempt(const std::string& path);
  FileLock(FileLock&& other) noexcept : file_(other.file_) { other.file_ = -1; }
  FileLock& operator=(FileLock&& other) noexcept;
  ~FileLock();

 private:
  explicit FileLock(int file) : file_(file) {}
  int file_ = -1;
};

class Project {
 public:
  /// Makes the folder if need be. Throws FileError when it cannot.
  explicit Project(std::string folder);

  const std::string& folder() const { return folder_; }
  std::string trial_folder(const std::string& trial_id) const;
  std::string checkpoint(const std::string& trial_id) const;
  /// For a short while only: between reading trials and writing one.
  FileLock lock() const { return FileLock::wait(folder_ + "/lock"); }
  /// All trials, by number. Those that have ended are read once.
  std::vector<Trial> trials();
  /// trial.json, complete or as it was. Its folder is made.
  void write(const Trial& trial);
  std::optional<FileLock> hold(const std::string& trial_id) const;
  /// oracle.json; nothing when there is none.
  std::optional<Config> settings() const;
  void write_settings(const Config& settings) const;

  /// Removes what a search has written, and nothing else.
  static void remove(const std::string& folder);

 private:
  std::string folder_;
  std::map<std::string, Trial> ended_;  // by trial_id
};

}  // namespace linnet::detail
