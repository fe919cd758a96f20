// One step of a recurrence for one sample: what lies between the products.
#pragma once

#include <cstdint>

#include "linnet/kernels/kernels.h"

namespace linnet::kernels::cpu {

/// One sample's numbers in one step; `u` units. What a kind of cell does not have is null.
struct StepRow {
  std::int64_t u;
  float* gates;           // activated in the forward pass, gradients after the backward one
  const float* products;  // h₋₁ · U; backward: unused
  const float* before;    // the state of the step before: h, or c of an LSTM
  float* cells;           // c
  float* inner;           // GRU: b₂, then its gradient
  float* hidden;          // h
  float* state;           // h once more, where the next product reads it; backward: the gradient of b for it
  const float* diff_hidden;
  const float* diff_state;  // backward: da · Uᵀ of the step after
  float* direct;            // backward: what h's gradient of the step after sends past the product; then this step's
  float* diff_cell;         // backward: dc
  Activation activation;
};

/// Forward: gates, states and output from the sums in `gates` and from the products (of a GRU with the recurrent bias).
void simple_rnn_row(const StepRow& row);
void lstm_row(const StepRow& row);
void gru_row(const StepRow& row);
/// Backward: the gradients of the sums, and of the products in `state`, from those of h and c.
void simple_rnn_backward_row(const StepRow& row);
void lstm_backward_row(const StepRow& row);
void gru_backward_row(const StepRow& row);
/// Backward through a step that is hidden: what arrives goes on to the step before.
void pass_back_row(const StepRow& row);

}  // namespace linnet::kernels::cpu
