#include "linnet/layers/dropout.h"

#include "linnet/layers/fields.h"
#include "linnet/ops/nn.h"

namespace linnet {

template <class Visitor>
void fields(Visitor& visit, DropoutOptions& o) {
  visit("seed", o.seed);
  visit("noise_shape", o.noise_shape);
}

Dropout::Dropout(double rate, DropoutOptions options)
    : LayerOf("Dropout", layer_options(options)), rate_(rate), options_(std::move(options)) {
  check(rate >= 0 && rate <= 1, "[Dropout \"", name(), "\"] expected 0 <= rate <= 1, received ", rate);
  generator_ = add_seed_generator(options_.seed);
  state().built = true;
}

Tensor Dropout::call(const Tensor& x, Mode mode) {
  if (mode == Mode::inference || rate_ == 0) return x;
  Shape noise = options_.noise_shape ? x.shape() : Shape();
  if (options_.noise_shape) {
    check(static_cast<int>(options_.noise_shape->size()) == x.rank(), "[Dropout \"", name(),
          "\"] expected a noise_shape of ", x.rank(), " sizes, received ", options_.noise_shape->size());
    for (int axis = 0; axis < x.rank(); ++axis)
      noise[axis] = (*options_.noise_shape)[static_cast<std::size_t>(axis)].value_or(x.shape()[axis]);
  }
  return dropout(x, rate_, *generator_, noise);
}

Config Dropout::config() const {
  Config config = base_config();
  config.set("rate", rate_);
  return with_fields(std::move(config), options_);
}

AnyLayer Dropout::from_config(const Config& config) {
  Config rest = config;
  rest.erase("rate");
  return Dropout(config.at("rate").as_double(), read_options<DropoutOptions>(rest, "Dropout"));
}

}  // namespace linnet
