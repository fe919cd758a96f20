#include "linnet/saving/hdf5.h"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <utility>

#include "linnet/saving/hdf5_data.h"
#include "linnet/saving/hdf5_objects.h"
#include "linnet/saving/hdf5_record.h"

namespace linnet {

namespace {

std::string whole_file(const std::string& path) {
  struct stat status = {};
  if (stat(path.c_str(), &status) != 0)
    fail<FileError>("[read_hdf5] \"", path, "\": it cannot be opened (", std::strerror(errno), ")");
  if (!S_ISREG(status.st_mode)) fail<FileError>("[read_hdf5] \"", path, "\": expected a file, and it is none");
  std::ifstream file(path, std::ios::binary);
  std::string bytes(static_cast<std::size_t>(status.st_size), '\0');
  if (!file.read(bytes.data(), status.st_size)) fail<FileError>("[read_hdf5] \"", path, "\": it cannot be read");
  return bytes;
}

}  // namespace

const Hdf5Object* Hdf5Object::find(std::string_view path) const {
  const Hdf5Object* object = this;
  while (!path.empty()) {
    const std::size_t end = std::min(path.find('/'), path.size());
    const auto child = object->children.find(std::string(path.substr(0, end)));
    if (child == object->children.end()) return nullptr;
    object = &child->second;
    path.remove_prefix(std::min(end + 1, path.size()));
  }
  return object;
}

Hdf5File Hdf5File::read(const std::string& path, const ReadLimits& limits) {
  return parse(whole_file(path), path, limits);
}

Hdf5File Hdf5File::parse(std::string bytes, const std::string& name, const ReadLimits& limits) {
  Hdf5File file;
  file.name_ = name;
  file.bytes_ = std::move(bytes);
  file.root_ = detail::hdf5::read_objects(detail::hdf5::Source(file.bytes_, file.name_), limits);
  return file;
}

Tensor Hdf5File::tensor(const Hdf5Object& object) const {
  check(object.array.has_value(), "[Hdf5File] expected an array of \"", name_, "\", received a group");
  return detail::hdf5::read_elements(detail::hdf5::Source(bytes_, name_), *object.array);
}

}  // namespace linnet
