#include "linnet/metrics/metric.h"

#include <cmath>

#include "kinds.h"

namespace golden {

namespace {
void update(Case& c, Metric& metric, const Config& config, const std::string& what) {
  const Fields fields(config, "an update");
  Tensors inputs = c.listed(fields.at("inputs"));
  const Tensor weight = fields.has("sample_weight") ? c.tensor(fields.at("sample_weight")) : Tensor();
  if (inputs.size() == 1) inputs.emplace_back();  // Mean and Sum take one tensor of values
  metric.update_state(inputs.at(0), inputs.at(1), weight);
  c.compare(what, metric.result(), c.tensor(fields.at("output")));
  fields.done();
}

/// Keras counts automatic names up over a process ("auc_2"); each case stands alone here.
std::string without_counter(const std::string& name, const std::string& first) {
  const std::size_t end = name.find_last_not_of("0123456789");
  const bool counted = end != std::string::npos && name[end] == '_' && end + 1 < name.size();
  return counted && name.substr(0, end) == first ? first : name;
}

bool is_nan(const Tensor& x) {
  for (double value : x.to_vector<double>())
    if (!std::isnan(value)) return false;
  return true;
}
}  // namespace

void run_metric(Case& c) {
  c.ignore({"inputs", "weights", "training", "outputs"});  // outputs repeats what the updates name
  const auto metric = Metric::from_config(object_config(c.text("class"), c.at("config").as_config()));
  const std::string name = without_counter(c.text("name"), metric->name());
  c.compare_text("name", metric->name(), name);
  int count = 0;
  for (const Value& each : c.at("updates").as_list())
    update(c, *metric, each.as_config(), "result " + std::to_string(count++));
  metric->reset_state();
  if (c.has("result_after_reset"))
    c.compare("result after reset", metric->result(), c.tensor(c.at("result_after_reset")));
  else
    c.expect(is_nan(metric->result()), "result after reset is a number, expected none");
}

}  // namespace golden
