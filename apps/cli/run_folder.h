// The folder of a training run: runs/<name>/, with what it made.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "cli/training_data.h"

namespace linnet::cli {

struct RunFolderOptions {
  std::string name = {};    // --name; empty: after the data
  std::string out = {};     // --out: this folder, instead of runs/<name>
  std::string resume = {};  // --resume: this folder, in which a run was cut short
  bool overwrite = false;   // an earlier run's files may be replaced
};

/// The name that a folder gets from its data: "houses" for /data/houses.csv, "flowers" for pictures/flowers/.
std::string name_of_data(const std::string& data);
/// Takes a folder for this run and writes command.json into it. A folder that holds a run stays as it is, unless
/// overwrite is on: the next free of NAME-2, NAME-3, … is taken and said. Throws FileError naming the option when
/// there can be no such folder.
std::filesystem::path claim_run_folder(const RunFolderOptions& options, const std::string& data,
                                       const std::vector<std::string>& command_line);
/// Gives a folder back in which nothing came about.
void give_back_run_folder(const std::filesystem::path& folder);
/// `given` as it is meant: a command line with --resume DIR is that of the run in DIR, changed by what else it says.
std::vector<std::string> with_resumed_options(const std::vector<std::string>& given);
/// The words of the command line that began the run in `folder`. Throws FileError naming --resume when there is none.
std::vector<std::string> command_of_run(const std::string& folder);

}  // namespace linnet::cli
