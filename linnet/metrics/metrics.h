// Every metric.
#pragma once

#include "linnet/metrics/confusion.h"
#include "linnet/metrics/means.h"
