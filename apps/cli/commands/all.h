// What each command can be asked for: one file per command.
#pragma once

#include "cli/arguments.h"

namespace linnet::cli {

void declare_train(Arguments& arguments);
void declare_tune(Arguments& arguments);
void declare_evaluate(Arguments& arguments);
void declare_predict(Arguments& arguments);
void declare_summary(Arguments& arguments);
void declare_convert(Arguments& arguments);
void declare_datasets(Arguments& arguments);
void declare_version(Arguments& arguments);

}  // namespace linnet::cli
