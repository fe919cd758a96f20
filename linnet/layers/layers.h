// All layers.
#pragma once

#include "linnet/layers/activation_layers.h"
#include "linnet/layers/axis_sizes.h"
#include "linnet/layers/convolution.h"
#include "linnet/layers/dense.h"
#include "linnet/layers/dropout.h"
#include "linnet/layers/embedding.h"
#include "linnet/layers/graph.h"
#include "linnet/layers/input.h"
#include "linnet/layers/layer.h"
#include "linnet/layers/merge.h"
#include "linnet/layers/normalization.h"
#include "linnet/layers/registry.h"
#include "linnet/layers/regularization.h"
#include "linnet/layers/rescaling.h"
#include "linnet/layers/shape_layers.h"
