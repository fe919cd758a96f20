// ClassTable: the classes of one kind (initializers, losses, …) by name, and objects from their configs.
#pragma once

#include <algorithm>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "linnet/base/check.h"
#include "linnet/base/config.h"
#include "linnet/base/fields.h"

namespace linnet {

namespace detail {
/// "GlorotUniform" and "glorot_uniform" are one name: letters and digits in lower case.
std::string plain_name(std::string_view name);
/// The config of a serialized object {"class_name", "config", …}; Keras's other entries (module, registered_name,
/// build_config) say nothing new. A name alone has an empty config.
struct SerializedObject {
  std::string class_name;
  Config config;
};
SerializedObject read_object(const Value& value, std::string_view who);
/// `[loss] unknown name "foo"; the names are: a, b, c`.
[[noreturn]] void fail_unknown(std::string_view who, std::string_view name, const std::vector<std::string>& names);
}  // namespace detail

/// A class derived from Base: its name, how to make an object from a config, and further names ("mse").
template <class Base>
struct ClassEntry {
  using Create = std::function<std::shared_ptr<Base>(const Config& config)>;
  ClassEntry(std::string name, Create function, std::vector<std::string> more_names = {})
      : class_name(std::move(name)), create(std::move(function)), aliases(std::move(more_names)) {}

  std::string class_name;
  Create create;
  std::vector<std::string> aliases;
};

/// The classes derived from Base: the library's, and those that a program adds. Names match without regard to case and
/// underscores, so that a table of class names also knows Keras's snake_case ones.
template <class Base>
class ClassTable {
 public:
  using Entry = ClassEntry<Base>;

  ClassTable(std::string who, std::vector<Entry> entries) : who_(std::move(who)), entries_(std::move(entries)) {}

  std::shared_ptr<Base> create(std::string_view name, const Config& config = {}) const {
    if (const auto create_one = find(name)) return create_one(config);
    detail::fail_unknown(who_, name, names());
  }
  /// A class of the program's own, in place of an earlier one of that name. Throws for a name of the library's.
  void add(const std::string& class_name, typename Entry::Create create_one) {
    const std::lock_guard lock(mutex_);
    const std::string wanted = detail::plain_name(class_name);
    for (std::size_t i = 0; i < entries_.size(); ++i) {
      if (!is_named(entries_[i], wanted)) continue;
      check(i >= own_, "[", who_, "] expected a class name that the library does not have, received \"", class_name,
            "\"");
      entries_[i].create = std::move(create_one);
      return;
    }
    entries_.emplace_back(class_name, std::move(create_one));
  }
  std::shared_ptr<Base> from_config(const Value& value) const {
    const detail::SerializedObject object = detail::read_object(value, who_);
    return create(object.class_name, object.config);
  }
  std::vector<std::string> names() const {
    const std::lock_guard lock(mutex_);
    std::vector<std::string> names;
    for (const Entry& entry : entries_)
      if (!entry.class_name.starts_with('_')) names.push_back(entry.class_name);  // others nobody writes
    return names;
  }

 private:
  static bool is_named(const Entry& entry, const std::string& wanted) {
    auto is_it = [&](const std::string& name) { return detail::plain_name(name) == wanted; };
    return is_it(entry.class_name) || std::any_of(entry.aliases.begin(), entry.aliases.end(), is_it);
  }
  typename Entry::Create find(std::string_view name) const {
    const std::lock_guard lock(mutex_);
    const std::string wanted = detail::plain_name(name);
    for (const Entry& entry : entries_)
      if (is_named(entry, wanted)) return entry.create;
    return nullptr;
  }

  std::string who_;
  std::vector<Entry> entries_;
  std::size_t own_ = entries_.size();  // from here on they are the program's
  mutable std::mutex mutex_;
};

/// Throws `[who] does not support the option …` for a key of the config that is not one of `keys`.
inline void check_keys(const Config& config, std::string_view who, const std::vector<std::string_view>& keys) {
  check_all_seen(ConfigReader{config, keys}, who, {});
}

/// A table entry for a class that is constructed from T::Options with a `fields` list.
template <class Base, class T>
ClassEntry<Base> class_entry(const char* class_name, std::vector<std::string> aliases = {}) {
  auto create = [](const Config& config) -> std::shared_ptr<Base> {
    typename T::Options options;
    read_config(config, options, T::class_name_of, {"dtype"});
    return std::make_shared<T>(std::move(options));
  };
  return {class_name, create, std::move(aliases)};
}

/// A table entry for a class T whose static class_name_of is its name.
template <class Base, class T>
ClassEntry<Base> class_entry() {
  return class_entry<Base, T>(T::class_name_of);
}

}  // namespace linnet
