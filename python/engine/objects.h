// What all classes that are made from Keras's configs have in common: one line binds them.
#pragma once

#include <map>
#include <memory>
#include <mutex>

#include "values.h"
#include "written.h"

namespace linnet::python {

/// Objects that a config names instead of describing them: what is written in Python is an option itself, not another
/// object with the same config.
template <class Base>
class Named {
 public:
  static constexpr const char* class_name = "_Object";
  /// Of an object that lives at least until the config has been read.
  static Config name(const std::shared_ptr<Base>& object) {
    const std::lock_guard lock(mutex());
    std::erase_if(objects(), [](const auto& each) { return each.second.expired(); });
    objects()[object.get()] = object;
    return object_config(class_name,
                         {{"identity", static_cast<std::int64_t>(reinterpret_cast<std::intptr_t>(object.get()))}});
  }
  static std::shared_ptr<Base> take(const Config& config) {
    const std::lock_guard lock(mutex());
    const auto it = objects().find(reinterpret_cast<const void*>(config.at("identity").as_int()));
    const auto object = it == objects().end() ? nullptr : it->second.lock();
    check(object != nullptr, "[load] the object that this config names is not there");
    return object;
  }

 private:
  static std::mutex& mutex() {
    static std::mutex instance;
    return instance;
  }
  static std::map<const void*, std::weak_ptr<Base>>& objects() {
    static std::map<const void*, std::weak_ptr<Base>> instance;
    return instance;
  }
};

/// Class `name` of the engine with class_name, get_config(), python_object, None unless it is written in Python, and
/// the static from_config(name or {"class_name", "config"}); class members are the caller's.
template <class Base, class... Extra>
py::class_<Base, std::shared_ptr<Base>> bind_class(py::module_& m, const char* name, const Extra&... extra) {
  return py::class_<Base, std::shared_ptr<Base>>(m, name, extra...)
      .def_property_readonly("class_name", &Base::class_name)
      .def("get_config", &Base::config)
      .def_property_readonly("python_object",
                             [](const Base& self) {
                               const auto* written = dynamic_cast<const WrittenInPython*>(&self);
                               return written == nullptr ? py::object(py::none()) : written->object().get();
                             })
      .def("named", &Named<Base>::name, "A config that stands for this very object.")
      .def_static(
          "from_config", [](const Value& value) { return Base::from_config(value); }, py::arg("value"));
}

}  // namespace linnet::python
