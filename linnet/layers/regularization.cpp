#include "linnet/layers/regularization.h"

#include "linnet/layers/fields.h"
#include "linnet/regularizers/regularizers.h"

namespace linnet {

template <class Visitor>
void fields(Visitor& visit, ActivityRegularizationOptions& o) {
  visit("l1", o.l1);
  visit("l2", o.l2);
}

ActivityRegularization::ActivityRegularization(ActivityRegularizationOptions options)
    : LayerOf("ActivityRegularization", layer_options(options)), options_(std::move(options)) {
  state().built = true;
}

Tensor ActivityRegularization::call(const Tensor& x, Mode) {
  add_activity_loss(L1L2({.l1 = options_.l1, .l2 = options_.l2}), x);
  return x;
}

Config ActivityRegularization::config() const { return with_fields(base_config(), options_); }
AnyLayer ActivityRegularization::from_config(const Config& config) {
  return ActivityRegularization(read_options<ActivityRegularizationOptions>(config, "ActivityRegularization"));
}

}  // namespace linnet
