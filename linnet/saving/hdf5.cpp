#include "linnet/saving/hdf5.h"

#include <algorithm>
#include <utility>

#include "linnet/base/whole_file.h"
#include "linnet/saving/hdf5_data.h"
#include "linnet/saving/hdf5_objects.h"
#include "linnet/saving/hdf5_record.h"

namespace linnet {

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
  return parse(detail::read_whole_file("read_hdf5", path), path, limits);
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
