// A small disk, to be filled: a tmpfs. Only root can mount one.
#pragma once

#include <sys/mount.h>

#include <filesystem>
#include <string>

namespace linnet {

///   const SmallDisk disk(folder / "disk", "size=64k");   ASSERT_TRUE(disk.mounted());
class SmallDisk {
 public:
  SmallDisk(const std::string& folder, const std::string& options) : folder_(folder) {
    std::filesystem::create_directory(folder);
    mounted_ = mount("tmpfs", folder.c_str(), "tmpfs", 0, options.c_str()) == 0;
  }
  ~SmallDisk() {
    if (mounted_) umount(folder_.c_str());
  }
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;
  bool mounted() const { return mounted_; }

 private:
  std::string folder_;
  bool mounted_;
};

}  // namespace linnet
