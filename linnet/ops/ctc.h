// Connectionist temporal classification: the probability that a sequence of outputs, one a time step, spells a label.
#pragma once

#include "linnet/tensor/tensor.h"

#pragma GCC visibility push(default)
namespace linnet {

/// -log p(label), one a sequence: [batch]. `log_probabilities` [batch, time, classes], of class 0, the blank, and the
/// symbols; `labels` [batch, length], integers, filled up with 0 at their end. p sums over all ways to spread the
/// symbols over the time steps, each symbol for one step or more, with blanks between, at least one between two equal
/// symbols. Infinite, with gradient 0, where the label needs more time than there is.
///
/// The gradient of log_probabilities[b, t, k] is minus the probability that k stands at t, given that the label is
/// spelled. Throws for shapes that do not fit, labels out of range, and a 0 in front of a symbol. Graves et al., 2006.
///   ctc_loss(tensor({{1, 0}}, int32), log_softmax(zeros({1, 2, 3})));  // -> {1.0986}
Tensor ctc_loss(const Tensor& labels, const Tensor& log_probabilities);

}  // namespace linnet
#pragma GCC visibility pop
