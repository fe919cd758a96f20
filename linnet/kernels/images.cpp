// As kernels.cpp: the one place that chooses between the fast kernels and the reference.
#include "linnet/kernels/images.h"

#include "linnet/base/profile_scope.h"
#include "linnet/kernels/cpu/images.h"
#include "linnet/kernels/reference/images.h"

namespace linnet::kernels {
namespace {
struct KernelScope : detail::ProfileScope {
  explicit KernelScope(const char* name) : ProfileScope(detail::ProfileKind::kernel, name, {}) {}
};
}  // namespace

void sparse_rows(const SparseRows& matrix, const View& src, const MutableView& dst) {
  const KernelScope scope("sparse_rows");
  if (!cpu::sparse_rows(matrix, src, dst)) reference::sparse_rows(matrix, src, dst);
}
void sample(const View& src, const View& places, Interpolation interpolation, FillMode fill_mode, double fill_value,
            const MutableView& dst) {
  const KernelScope scope("sample");
  if (!cpu::sample(src, places, interpolation, fill_mode, fill_value, dst))
    reference::sample(src, places, interpolation, fill_mode, fill_value, dst);
}
void sample_backward(const View& diff_dst, const View& places, Interpolation interpolation, FillMode fill_mode,
                     const MutableView& diff_src) {
  const KernelScope scope("sample_backward");
  reference::sample_backward(diff_dst, places, interpolation, fill_mode, diff_src);
}
}  // namespace linnet::kernels
