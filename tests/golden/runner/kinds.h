// One function a kind of case: it builds what the case describes with Linnet's public interface and compares. It throws
// Unsupported for what is missing; any other exception means that the case has failed.
#pragma once

#include "case.h"

namespace golden {

void run_activation(Case& c);
void run_initializer(Case& c);
void run_regularizer(Case& c);
void run_constraint(Case& c);
void run_loss(Case& c);
void run_metric(Case& c);
void run_optimizer(Case& c);
void run_schedule(Case& c);
void run_layer(Case& c);
void run_model(Case& c);
void run_fit(Case& c);
void run_text(Case& c);
void run_defaults(Case& c);
void run_file(Case& c);

}  // namespace golden
