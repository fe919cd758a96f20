#include "linnet/ops/pooling.h"

#include "linnet/ops/common.h"
#include "linnet/ops/window_plan.h"

namespace linnet {

using kernels::PoolOp;

namespace {

Tensor pool(PoolOp op, const char* who, const Tensor& x, const Shape& pool_size, WindowOptions options) {
  const Tensor real = ops::as_floating(who, x);
  if (options.strides.empty()) options.strides = pool_size;
  check(options.padding != Padding::causal, "[", who, "] expected valid or same padding, received causal");
  const ops::WindowPlan plan(who, x.shape(), pool_size, options);
  Shape shape = plan.counts;
  shape.insert(0, x.shape()[0]);
  shape.push_back(x.shape().back());
  const Tensor y(shape, real.dtype());
  kernels::pool(op, view(real), pool_size, plan.windows, mutable_view(y));
  const bool reads = op == PoolOp::maximum;
  return record(who, y, {real},
                [op, reads, x = save(reads ? real : Tensor()), y = save(reads ? y : Tensor()), shape = x.shape(),
                 pool_size, windows = plan.windows](const Tensor& dy) -> Grads {
                  Tensor dx(shape, dy.dtype());
                  kernels::pool_backward(op, reads ? view(*x) : kernels::View(), reads ? view(*y) : kernels::View(),
                                         view(dy), pool_size, windows, mutable_view(dx));
                  return {dx};
                });
}

}  // namespace

Tensor max_pool(const Tensor& x, const Shape& pool_size, const WindowOptions& options) {
  return pool(PoolOp::maximum, "max_pool", x, pool_size, options);
}
Tensor average_pool(const Tensor& x, const Shape& pool_size, const WindowOptions& options) {
  return pool(PoolOp::average, "average_pool", x, pool_size, options);
}

}  // namespace linnet
