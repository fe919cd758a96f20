// A metric of one's own by its class name: how a saved model finds it again.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "linnet/metrics/metric.h"

#pragma GCC visibility push(default)
namespace linnet {

using MetricFactory = std::function<std::shared_ptr<Metric>(const Config&)>;
/// Makes a metric known by name: to load_model, which calls the factory with the config() that was saved, and wherever
/// names stand for objects. Throws for a name that the library has; a name of one's own is replaced.
///   register_metric("HitRate", [](const Config&) { return std::make_shared<metrics::Accuracy>(); });
///   Metric::get("HitRate")->class_name();  // -> "Accuracy"
void register_metric(const std::string& class_name, MetricFactory factory);
/// T has `static T from_config(const Config&)`: register_metric<HitRate>("HitRate").
template <std::derived_from<Metric> T>
void register_metric(const std::string& class_name) {
  register_metric(class_name, [](const Config& config) { return std::make_shared<T>(T::from_config(config)); });
}

}  // namespace linnet
#pragma GCC visibility pop
