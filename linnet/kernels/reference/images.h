// The reference kernels for images; see reference.h.
#pragma once

#include "linnet/kernels/images.h"

namespace linnet::kernels::reference {

void sparse_rows(const SparseRows& matrix, const View& src, const MutableView& dst);
void sample(const View& src, const View& places, Interpolation interpolation, FillMode fill_mode, double fill_value,
            const MutableView& dst);
void sample_backward(const View& diff_dst, const View& places, Interpolation interpolation, FillMode fill_mode,
                     const MutableView& diff_src);

}  // namespace linnet::kernels::reference
