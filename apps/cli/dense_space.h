// The dense networks that `linnet tune` tries.
#pragma once

#include <string>
#include <vector>

#include "cli/network.h"
#include "linnet/tuning/hyper_parameters.h"

namespace linnet::cli {

/// The network that the hyper-parameters stand for: asks for layers, units_1 …, activation, dropout, optimizer,
/// learning_rate and batch_size. The rest is as in `base`.
NetworkOptions network_of(HyperParameters& hp, NetworkOptions base);
/// The other way round: a network as values of these hyper-parameters, which their ranges may not have.
Config values_of(const NetworkOptions& network);
/// Those of them that are spread evenly by their logarithm.
std::vector<std::string> logarithmic_names();

/// "256,64" and the like: what a table of trials shows.
std::string hidden_text(const NetworkOptions& network);
/// The options of `linnet train` for it, without --epochs.
std::vector<std::string> train_options_of(const NetworkOptions& network);

}  // namespace linnet::cli
