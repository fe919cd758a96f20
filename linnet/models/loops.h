// What the loops of fit, evaluate and predict have in common. Internal.
#pragma once

#include <algorithm>
#include <optional>
#include <vector>

#include "linnet/models/feed.h"
#include "linnet/models/training.h"

namespace linnet {

template <class Hook>
void each(const std::vector<AnyCallback>& callbacks, Hook hook) {
  for (const AnyCallback& callback : callbacks) hook(*callback);
}

inline bool anybody_needs_logs(const std::vector<AnyCallback>& callbacks) {
  return std::any_of(callbacks.begin(), callbacks.end(), [](const AnyCallback& c) { return c->needs_batch_logs(); });
}

/// The given callbacks and the progress bar, in the order in which they are called.
std::vector<AnyCallback> all_callbacks(Model& model, const std::vector<AnyCallback>& given,
                                       const LoopParameters& parameters);
/// How many batches an epoch has; -1 if only the end of the data will tell.
std::int64_t steps_of(const Feed& feed, std::optional<std::int64_t> wanted);
/// Throws unless an option that counts batches or samples, if it is given, is at least 1.
void check_count(const char* who, const char* option, std::optional<std::int64_t> count);
void check_loop_options(const char* who, std::int64_t batch_size, int verbose);
/// Throws unless each sample, or each sample of each target, has a weight, where there are weights.
void check_weights(const Dataset& data, const char* who);
/// Throws unless there are samples, and as many targets and weights.
void check_samples(const Dataset& data, const char* who, const char* what);
/// The first batch of a source: it tells the shapes. Throws when there is none.
Dataset first_batch(SourceFeed& feed, const char* who);

}  // namespace linnet
