#include "cli/run_folder.h"

#include <algorithm>
#include <array>

#include "cli/terminal.h"
#include "linnet/base/check.h"
#include "linnet/base/whole_file.h"
#include "linnet/saving/json.h"
#include "linnet/saving/safetensors.h"

namespace linnet::cli {

namespace {

namespace fs = std::filesystem;

constexpr const char* command_file = "command.json";

bool holds_a_run(const fs::path& folder) {
  static constexpr std::array<const char*, 6> files = {command_file,   "model.safetensors", "history.csv",
                                                       "history.json", "report.html",       "report.json"};
  std::error_code ignored;
  return std::any_of(files.begin(), files.end(), [&](const char* file) { return fs::exists(folder / file, ignored); });
}

bool is_language(const std::string& word) { return word == "--lang" || word.rfind("--lang=", 0) == 0; }

bool names_language(const std::vector<std::string>& line) { return std::any_of(line.begin(), line.end(), is_language); }

std::vector<std::string> without_language(const std::vector<std::string>& line) {
  std::vector<std::string> rest;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (!is_language(line[i])) rest.push_back(line[i]);
    if (line[i] == "--lang") ++i;
  }
  return rest;
}

}  // namespace

std::string name_of_data(const std::string& data) {
  fs::path path = data;
  if (!path.has_filename()) path = path.parent_path();
  const std::string name = path.extension() == ".gz" ? path.stem().stem().string() : path.stem().string();
  return name.empty() || name == "." || name == ".." ? "run" : name;
}

fs::path claim_run_folder(const RunFolderOptions& options, const std::string& data,
                          const std::vector<std::string>& command_line) {
  if (!options.resume.empty()) return options.resume;
  const char* option = options.out.empty() ? "--name" : "--out";
  const fs::path wanted = !options.out.empty()
                              ? fs::path(options.out)
                              : fs::path("runs") / (options.name.empty() ? name_of_data(data) : options.name);
  fs::path folder = wanted;
  while (folder.has_parent_path() && !folder.has_filename()) folder = folder.parent_path();  // out/ is out
  const fs::path first = folder;
  for (int number = 2; holds_a_run(folder) && !options.overwrite; ++number)
    folder = fs::path(first).concat("-" + std::to_string(number));
  if (folder != first)
    say({"{} holds an earlier run, which stays; this one goes to {} (--overwrite replaces).\n",
         "{} 中已有以前的训练结果，予以保留；这次写到 {}（--overwrite 可以覆盖）。\n"},
        first.string(), folder.string());
  std::error_code error;
  fs::create_directories(folder, error);
  if (error || !fs::is_directory(folder))
    fail<FileError>(words({"{} {}: cannot make this folder ({}); choose another with --out DIR",
                           "{} {}：无法创建这个文件夹（{}）；请用 --out "
                           "另选一个"},
                          option, folder.string(), error ? error.message() : "it is a file"));
  const List line(command_line.begin(), command_line.end());
  write_file_atomically((folder / command_file).string(), to_json(Config{{"command", line}}, 2) + "\n");
  return folder;
}

void give_back_run_folder(const fs::path& folder) {
  std::error_code ignored;
  const auto files = std::distance(fs::directory_iterator(folder, ignored), {});
  if (files != 1) return;  // a backup or a report: the command is needed to go on from it, or to know what failed
  fs::remove(folder / command_file, ignored);
  fs::remove(folder, ignored);
}

std::vector<std::string> with_resumed_options(const std::vector<std::string>& given) {
  for (std::size_t i = 0; i < given.size() && given[i] != "--"; ++i) {
    const bool joined = given[i].rfind("--resume=", 0) == 0;
    if (!joined && (given[i] != "--resume" || i + 1 == given.size())) continue;
    const std::string folder = joined ? given[i].substr(9) : given[i + 1];
    std::vector<std::string> line = command_of_run(folder);
    std::error_code ignored;
    if (!fs::is_directory(fs::path(folder) / "backup", ignored))
      fail<FileError>(
          words({"--resume {}: there is nothing to go on from: the run was finished, or was made without --checkpoint",
                 "--resume {}：没有可以接着训练的内容：训练已经完成，或者当时没有加 --checkpoint"},
                folder));
    if (names_language(given)) line = without_language(line);
    line.insert(line.end(), given.begin() + 1, given.end());
    return line;
  }
  return given;
}

std::vector<std::string> command_of_run(const std::string& folder) {
  const std::optional<std::string> text = detail::read_file_if_any("train", (fs::path(folder) / command_file).string());
  if (!text)
    fail<FileError>(words({"--resume {}: no run began in this folder (there is no {})",
                           "--resume {}：这个文件夹里没有开始过训练（缺少 {}）"},
                          folder, command_file));
  std::vector<std::string> line;
  const Value contents = parse_json(*text);
  for (const Value& word : contents.as_config().at("command").as_list()) line.push_back(word.as_string());
  return line;
}

}  // namespace linnet::cli
