// What losses check and convert before they compute.
#pragma once

#include <string_view>
#include <utility>

#include "linnet/tensor/tensor.h"

namespace linnet {

/// Keras's epsilon, in logarithms and quotients.
inline constexpr double loss_epsilon = 1e-7;

/// The kinds of classification that Keras tells apart by shape (trainers/compile_utils.py).
enum class TargetKind { binary, sparse, categorical };
/// What "accuracy" and "crossentropy" mean: binary where the last axis of y_pred is 1; sparse where y_true has a lower
/// rank or a last axis of 1; else categorical.
TargetKind target_kind(const Shape& y_true, const Shape& y_pred);
/// Keras's rule for two tensors whose ranks differ by one where the longer ends in an axis of size 1: it is removed, or
/// added to the shorter if that has rank 1.
std::pair<Tensor, Tensor> match_ranks(const Tensor& a, const Tensor& b);
/// Throws `[who] expected a sample_weight …` unless `weight`, after match_ranks, is one number or has the rank of
/// `values` and along each axis its size or 1.
void check_weight(const Tensor& values, const Tensor& weight, std::string_view who);
/// y_true in y_pred's dtype, both of one shape after match_ranks. Throws `[who] expected y_true of shape …` otherwise.
std::pair<Tensor, Tensor> match_targets(const Tensor& y_true, const Tensor& y_pred, std::string_view who);
/// Integer class numbers [...] (int64, or int32 as given) for predictions [..., classes]; a last axis of size 1 is
/// dropped. Throws for a shape that does not fit, naming both, and for a label outside [0, classes), naming its
/// position and the range. `ignored`: a label that is allowed besides.
Tensor check_labels(const Tensor& y_true, const Shape& y_pred, std::string_view who, const std::int64_t* ignored = {});
/// The same after the class axis of `y_pred` has been moved to the end.
Tensor move_to_end(const Tensor& x, int axis);

}  // namespace linnet
