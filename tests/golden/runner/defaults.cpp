#include <cmath>

#include "kinds.h"
#include "linnet/constraints/constraint.h"
#include "linnet/initializers/initializer.h"
#include "linnet/layers/registry.h"
#include "linnet/losses/loss.h"
#include "linnet/metrics/metric.h"
#include "linnet/optimizers/optimizer.h"
#include "linnet/regularizers/regularizer.h"

namespace golden {

namespace {

Config config_of(const std::string& module, const Config& object) {
  if (module == "layers") return layer_from_config(object)->config();
  if (module == "losses") return Loss::from_config(object)->config();
  if (module == "metrics") return Metric::from_config(object)->config();
  if (module == "optimizers") return Optimizer::from_config(object)->config();
  if (module == "schedules") return LearningRateSchedule::from_config(object)->config();
  if (module == "initializers") return Initializer::from_config(object)->config();
  if (module == "regularizers") return Regularizer::from_config(object)->config();
  if (module == "constraints") return Constraint::from_config(object)->config();
  throw Unsupported("the module \"" + module + "\"");
}

const Value null;

void compare_value(Case& c, const std::string& where, const Value& got, const Value& want);

/// What one side does not mention is null. Where Python finds a class (module, registered_name) is not compared.
void compare_config(Case& c, const std::string& where, const Config& got, const Config& want) {
  auto is_place = [&](const std::string& key) {
    return want.contains("class_name") && (key == "module" || key == "registered_name");
  };
  auto value_of = [](const Config& config, const std::string& key) {
    const Value* value = config.find(key);
    return value == nullptr ? &null : value;
  };
  for (const auto& [key, value] : want.entries())
    if (!is_place(key)) compare_value(c, where + key, *value_of(got, key), value);
  for (const auto& [key, value] : got.entries())
    if (!is_place(key) && !want.contains(key)) compare_value(c, where + key, value, null);
}

/// A dtype policy that is only a dtype may be written as its name.
const Value& plain_dtype(const Value& value) {
  if (!value.is_config()) return value;
  const Value* class_name = value.as_config().find("class_name");
  const bool policy = class_name != nullptr && *class_name == Value("DTypePolicy");
  return policy ? value.as_config().at("config").as_config().at("name") : value;
}

void compare_value(Case& c, const std::string& where, const Value& got_value, const Value& want_value) {
  const Value &got = plain_dtype(got_value), &want = plain_dtype(want_value);
  bool equal = got == want;
  if (got.is_config() && want.is_config()) return compare_config(c, where + ".", got.as_config(), want.as_config());
  if (got.is_list() && want.is_list() && got.as_list().size() == want.as_list().size()) {
    for (std::size_t i = 0; i < want.as_list().size(); ++i)
      compare_value(c, where + "[" + std::to_string(i) + "]", got.as_list()[i], want.as_list()[i]);
    return;
  }
  if (got.is_number() && want.is_number())  // some of Keras's defaults went through a float32
    equal = std::abs(got.as_double() - want.as_double()) <= 1e-6 * std::abs(want.as_double());
  c.expect(equal, where + " is " + to_string(got) + ", expected " + to_string(want));
}

/// A seed that nobody gave and that is in Keras's config has been drawn: ours is another number.
Config with_drawn_seed(const Config& want, const Config& arguments, const Config& got) {
  const Value *seed = want.find("seed"), *own = got.find("seed");
  if (seed == nullptr || !seed->is_int() || arguments.contains("seed") || own == nullptr || !own->is_int()) return want;
  Config config = want;
  config.set("seed", *own);
  return config;
}

}  // namespace

void run_defaults(Case& c) {
  c.ignore({"inputs", "weights", "outputs", "training"});
  Config arguments = c.at("arguments").as_config();
  for (const char* key :
       {"layer", "backward_layer", "cell", "cells", "inner_optimizer"}) {  // an object around another one
    const Value* inner = c.at("config").as_config().find(key);
    if (inner != nullptr && !arguments.contains(key)) arguments.set(key, *inner);
  }
  const Config got = config_of(c.text("module"), object_config(c.text("class"), arguments));
  compare_config(c, "", got, with_drawn_seed(c.at("config").as_config(), arguments, got));
}

}  // namespace golden
