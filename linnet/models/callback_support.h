// What callbacks share: monitored values, and states in JSON. Internal.
#pragma once

#include <string>

#include "linnet/models/callback.h"

namespace linnet {

/// Prints a line on the console of the progress bar.
void say(const std::string& line);

/// The monitored value; null with a warning when the logs do not have it.
const double* monitored(const Logs& logs, const std::string& monitor, const char* who);
/// Larger is better? Keras decides by the metric; names tell the same. Throws unless mode is auto, min or max.
bool larger_is_better(const std::string& mode, const std::string& monitor, const char* who);
/// Is `value` better than `reference` by more than `min_delta`?
bool improves(double value, double reference, bool larger, double min_delta);
/// What any number is better than.
double worst(bool larger);

/// A number as JSON that reads back as the same one: infinities and NaN, which JSON lacks, as text.
Value exact_value(double number);
double exact_double(const Value& value);
Config history_to_config(const History& history);
History history_from_config(const Config& config);
/// Throws unless the state is of this class: its "class_name" says so.
void check_class(const CallbackState& state, const char* class_name);

}  // namespace linnet
