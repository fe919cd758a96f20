// Every metric.
#pragma once

#include "linnet/metrics/confusion.h"
#include "linnet/metrics/confusion_matrix.h"
#include "linnet/metrics/curves.h"
#include "linnet/metrics/f_score.h"
#include "linnet/metrics/means.h"
#include "linnet/metrics/r2_score.h"
