// What training measured, as files for programs: history.csv and history.json.
#pragma once

#include <string>

#include "linnet/base/config.h"
#include "linnet/models/history.h"

#pragma GCC visibility push(default)
namespace linnet {

/// {"epoch": [1, 2, …], "loss": […], "val_loss": […], …}: epochs counted from 1, null where nothing was measured (no
/// validation in that epoch) or the number is not finite.
Config history_config(const History& history);
/// A line an epoch: epoch, the names in alphabetical order as in CSVLogger, but epochs counted from 1, and empty where
/// nothing was measured. Numbers read back as they were; NaN is "nan".
std::string history_csv(const History& history);

}  // namespace linnet
#pragma GCC visibility pop
