// The silent mistakes of beginners, caught: errors where it must be wrong, one warning where it may be.
#pragma once

#include "linnet/models/model.h"

namespace linnet {

/// Before training: unscaled inputs, labels that the outputs cannot tell apart, a loss that expects logits after a
/// softmax and the reverse. Warnings, except for labels out of range.
void check_before_fit(const Model& model, const Dataset& data);
/// On the first batch: predictions that cannot be probabilities under a loss that expects them (an error).
void check_first_predictions(const Model& model, const Tensors& y_pred);
/// validation_split cuts off the last samples: warns when their classes are not those of the rest (sorted labels).
void check_validation_split(const Dataset& train, const Dataset& validation);
/// Throws: which batch, and where the first value that is not finite appeared - an input, a weight or a layer's output.
[[noreturn]] void fail_non_finite(Model& model, const Batch& batch, const Tensors& y_pred, double loss);

}  // namespace linnet
