#include "cli/dense_space.h"

#include "cli/language.h"
#include "linnet/base/check.h"

namespace linnet::cli {

namespace {

constexpr int most_layers = 3;

std::string units_name(int layer) { return fmt::format("units_{}", layer); }

}  // namespace

NetworkOptions network_of(HyperParameters& hp, NetworkOptions base) {
  const std::int64_t layers = hp.Int("layers", 1, most_layers);
  base.hidden.emplace();
  for (int layer = 1; layer <= most_layers; ++layer) {
    List with_it;
    for (int count = layer; count <= most_layers; ++count) with_it.emplace_back(count);
    const auto scope = hp.conditional_scope("layers", with_it);
    const std::int64_t units = hp.Int(units_name(layer), 64, 512, {.step = 2, .sampling = "log"});
    if (layer <= layers) base.hidden->push_back(units);
  }
  base.activation = hp.Choice("activation", {"relu", "gelu", "silu", "tanh"});
  base.dropout = hp.Float("dropout", 0, 0.4, {.step = 0.1});
  base.optimizer = hp.Choice("optimizer", {"adam", "adamw", "rmsprop"});
  base.learning_rate = hp.Float("learning_rate", 3e-4, 1e-2, {.sampling = "log", .default_value = 1e-3});
  base.batch_size = hp.Choice("batch_size", {64, 128, 256});
  return base;
}

Config values_of(const NetworkOptions& network) {
  Config values{{"layers", network.hidden->size()}};
  int layer = 0;
  for (std::int64_t units : *network.hidden) values.set(units_name(++layer), units);
  values.set("activation", network.activation);
  values.set("dropout", *network.dropout);
  values.set("optimizer", network.optimizer);
  values.set("learning_rate", *network.learning_rate);
  values.set("batch_size", *network.batch_size);
  return values;
}

std::vector<std::string> logarithmic_names() {
  std::vector<std::string> names = {"learning_rate", "batch_size"};
  for (int layer = 1; layer <= most_layers; ++layer) names.push_back(units_name(layer));
  return names;
}

std::string hidden_text(const NetworkOptions& network) { return fmt::format("{}", fmt::join(*network.hidden, ",")); }

std::vector<std::string> train_options_of(const NetworkOptions& network) {
  return {"--hidden",        hidden_text(network),
          "--activation",    network.activation,
          "--dropout",       fmt::format("{}", *network.dropout),
          "--optimizer",     network.optimizer,
          "--batch-size",    std::to_string(*network.batch_size),
          "--learning-rate", fmt::format("{}", *network.learning_rate)};
}

}  // namespace linnet::cli
