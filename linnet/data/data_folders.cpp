#include "linnet/data/data_folders.h"

#include <dlfcn.h>

namespace linnet {

namespace fs = std::filesystem;

namespace {

void add_above(std::vector<fs::path>& folders, const fs::path& file) {
  std::error_code ignored;
  for (fs::path folder = file.parent_path(); !folder.empty() && folder != folder.root_path();
       folder = folder.parent_path())
    if (const fs::path data = folder / "share/linnet/data"; fs::is_directory(data, ignored)) folders.push_back(data);
}

// The shared library's file; nothing where the library is part of the program, which the loader knows as it was called:
// that may be a mere name.
fs::path library_file() {
  std::error_code ignored;
  Dl_info info = {};
  if (dladdr(reinterpret_cast<const void*>(&installed_data_folders), &info) == 0 || info.dli_fname == nullptr)
    return {};
  const fs::path file = info.dli_fname;
  return file.is_absolute() ? fs::canonical(file, ignored) : fs::path();
}

}  // namespace

std::vector<fs::path> installed_data_folders() {
  std::error_code ignored;
  std::vector<fs::path> folders;
  add_above(folders, fs::read_symlink("/proc/self/exe", ignored));
  add_above(folders, library_file());
  folders.emplace_back(LINNET_DATA_FOLDER);
  return folders;
}

}  // namespace linnet
