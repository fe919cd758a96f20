// Hyper-parameter search: #include <linnet/tuning/tuning.h>. Not part of linnet.h, which would compile more slowly.
#pragma once

#include "linnet/tuning/hyper_model.h"
#include "linnet/tuning/hyper_parameters.h"
#include "linnet/tuning/objective.h"
#include "linnet/tuning/oracle.h"
#include "linnet/tuning/searches.h"
#include "linnet/tuning/trial.h"
#include "linnet/tuning/tuner.h"
