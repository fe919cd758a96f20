// How Keras names the members of a list in its archives. Internal.
#pragma once

#include <map>
#include <string>

#include "linnet/base/check.h"
#include "linnet/base/config.h"
#include "linnet/layers/names.h"

namespace linnet {

/// The names that Keras gives to the members of a list: "dense", "dense_1", …
class MemberNames {
 public:
  std::string next(const Config& object) { return next(object.at("class_name").as_string()); }
  std::string next(const std::string& class_name) {
    const std::string name = to_snake_case(class_name);
    const int earlier = used_[name]++;
    return earlier == 0 ? name : concat(name, "_", earlier);
  }

 private:
  std::map<std::string, int> used_;
};

}  // namespace linnet
