#include "linnet/models/callbacks.h"

#include <algorithm>

#include "linnet/base/fields.h"
#include "network.h"

namespace golden {

namespace {

/// Reads the options that are there.
class OptionReader {
 public:
  OptionReader(const Config& config, const std::string& class_name) : fields_(config, class_name) {}
  template <class T>
  OptionReader& operator()(const char* key, T& option) {
    if (fields_.has(key)) from_value(fields_.at(key), option);
    return *this;
  }
  void done() const { fields_.done(); }

 private:
  Fields fields_;
};

AnyCallback early_stopping(const Config& config) {
  EarlyStoppingOptions o;
  OptionReader read(config, "EarlyStopping");
  read("monitor", o.monitor)("min_delta", o.min_delta)("patience", o.patience)("verbose", o.verbose)("mode", o.mode);
  read("baseline", o.baseline)("restore_best_weights", o.restore_best_weights)("start_from_epoch", o.start_from_epoch);
  read.done();
  return EarlyStopping(o);
}

AnyCallback reduce_lr_on_plateau(const Config& config) {
  ReduceLROnPlateauOptions o;
  OptionReader read(config, "ReduceLROnPlateau");
  read("monitor", o.monitor)("factor", o.factor)("patience", o.patience)("verbose", o.verbose)("mode", o.mode);
  read("min_delta", o.min_delta)("cooldown", o.cooldown)("min_lr", o.min_lr);
  read.done();
  return ReduceLROnPlateau(o);
}

AnyCallback learning_rate_scheduler(const Config& config) {
  std::vector<double> rates;
  int verbose = 0;
  OptionReader read(config, "LearningRateScheduler");
  read("lr_by_epoch", rates)("verbose", verbose).done();
  return LearningRateScheduler([rates](int epoch, double) { return rates.at(static_cast<std::size_t>(epoch)); },
                               verbose);
}

}  // namespace

std::vector<AnyCallback> callbacks_from(const Value& list) {
  std::vector<AnyCallback> callbacks;
  for (const Value& each : list.as_list()) {
    const std::string class_name = each.as_config().at("class_name").as_string();
    const Config& config = each.as_config().at("config").as_config();
    if (class_name == "EarlyStopping")
      callbacks.push_back(early_stopping(config));
    else if (class_name == "ReduceLROnPlateau")
      callbacks.push_back(reduce_lr_on_plateau(config));
    else if (class_name == "LearningRateScheduler")
      callbacks.push_back(learning_rate_scheduler(config));
    else if (class_name == "TerminateOnNaN")
      callbacks.push_back(TerminateOnNaN());
    else
      throw Unsupported("the callback \"" + class_name + "\"");
  }
  return callbacks;
}

}  // namespace golden
