// The fast kernels for images; see cpu.h.
#pragma once

#include "linnet/kernels/images.h"

namespace linnet::kernels::cpu {

bool sparse_rows(const SparseRows& matrix, const View& src, const MutableView& dst);
bool sample(const View& src, const View& places, Interpolation interpolation, FillMode fill_mode, double fill_value,
            const MutableView& dst);

}  // namespace linnet::kernels::cpu
