#include "linnet/ops/matmul.h"

#include "linnet/ops/common.h"
#include "linnet/ops/elementwise.h"
#include "linnet/ops/shape.h"
#include "linnet/tensor/autograd.h"
#include "linnet/tensor/deferred_rows.h"
#include "linnet/tensor/unshared.h"

namespace linnet {

namespace {

// a [..., m, k] · b [..., k, n], leading axes broadcast. Equal dtypes, or a bfloat16 and the others float32.
Tensor multiply_matrices(const Tensor& a, const Tensor& b, DType dtype) {
  Shape batch = broadcast_shapes(a.shape().slice(0, a.rank() - 2), b.shape().slice(0, b.rank() - 2), "matmul");
  const auto with_matrix = [&](std::int64_t rows, std::int64_t columns) {
    Shape shape = batch;
    shape.push_back(rows);
    shape.push_back(columns);
    return shape;
  };
  const std::int64_t m = a.shape()[-2], k = a.shape()[-1], n = b.shape()[-1];
  Tensor y(with_matrix(m, n), dtype);
  kernels::matmul(broadcast_view(a, with_matrix(m, k)), broadcast_view(b, with_matrix(k, n)), {},
                  kernels::Activation::none, mutable_view(y));
  return y;
}

/// `x` [m, k] as a product with `kernel` [k, n] reads it best, where it is not gathered yet; null otherwise.
const kernels::ColumnBlocks* in_column_blocks(const Tensor& x, const Tensor& kernel, const Tensor& bias = {}) {
  detail::DeferredRows* rows = detail::deferred_rows(x);
  if (rows == nullptr || x.dtype() != float32 || kernel.dtype() != float32) return nullptr;
  if (bias.defined() && !bias.is_contiguous()) return nullptr;
  if (x.shape() != Shape{rows->count(), rows->columns()}) return nullptr;
  const std::int64_t blocks = kernels::column_blocks(x.shape()[0], x.shape()[1], kernel.shape()[1]);
  return blocks == 0 ? nullptr : rows->in_blocks(blocks);
}

/// xᵀ · dz, with x read in place.
Tensor gradient_of_kernel(const Tensor& x, const Tensor& dz, const Tensor& kernel) {
  const kernels::ColumnBlocks* blocks = dz.dtype() == float32 ? in_column_blocks(x, kernel) : nullptr;
  if (blocks == nullptr) return multiply_matrices(transpose(x), dz, kernel.dtype());
  Tensor dkernel(kernel.shape());
  kernels::matmul_transposed(*blocks, view(dz), mutable_view(dkernel));
  return dkernel;
}

}  // namespace

namespace ops {

kernels::Activation kernel_activation(FusedActivation activation) {
  switch (activation) {
    case FusedActivation::relu: return kernels::Activation::relu;
    case FusedActivation::sigmoid: return kernels::Activation::sigmoid;
    case FusedActivation::tanh: return kernels::Activation::tanh;
    case FusedActivation::none: break;
  }
  return kernels::Activation::none;
}

Tensor through_activation(FusedActivation activation, const Tensor& y, const Tensor& dy) {
  using kernels::BinaryOp;
  if (activation == FusedActivation::none) return dy;
  const BinaryOp op = activation == FusedActivation::relu      ? BinaryOp::relu_gradient
                      : activation == FusedActivation::sigmoid ? BinaryOp::sigmoid_gradient
                                                               : BinaryOp::tanh_gradient;
  const bool in_place = detail::is_unshared(dy) && dy.dtype() == y.dtype() && dy.shape() == y.shape();
  const Tensor dz = in_place ? dy : empty_like(y);
  kernels::binary(op, view(y), view(dy), mutable_view(dz));
  return dz;
}

}  // namespace ops

Tensor matmul(const Tensor& a, const Tensor& b) {
  check_input("matmul", a);
  check_input("matmul", b);
  check(a.rank() >= 1 && b.rank() >= 1, "[matmul] expected at least one axis each, received shapes ", a.shape(),
        " and ", b.shape());
  if (a.rank() == 1) return squeeze(matmul(expand_dims(a, 0), b), b.rank() == 1 ? 0 : -2);
  if (b.rank() == 1) return squeeze(matmul(a, expand_dims(b, 1)), -1);
  check(a.shape()[-1] == b.shape()[-2], "[matmul] expected (..., m, k) and (..., k, n), received ", a.shape(), " and ",
        b.shape(), "; k is ", a.shape()[-1], " and ", b.shape()[-2]);
  const DType common = promote(a.dtype(), b.dtype());
  check(is_floating(common), "[matmul] expected floating operands, received dtypes ", a.dtype(), " and ", b.dtype(),
        "; convert with to(float32)");
  if (a.dtype() != common || b.dtype() != common) return matmul(a.to(common), b.to(common));
  if (b.rank() == 2 && a.rank() > 2) {  // one large product
    Shape shape = a.shape();
    shape[-1] = b.shape()[1];
    return reshape(matmul(reshape(a, {a.size() / std::max<std::int64_t>(a.shape()[-1], 1), a.shape()[-1]}), b), shape);
  }
  return record("matmul", multiply_matrices(a, b, common), {a, b},
                [a = save(a), b = save(b), common](const Tensor& dy, Needs needs) -> Grads {
                  return {needs[0] ? multiply_matrices(dy, transpose(*b), common) : Tensor(),   // da = dy · bᵀ
                          needs[1] ? multiply_matrices(transpose(*a), dy, common) : Tensor()};  // db = aᵀ · dy
                });
}

Tensor tensordot(const Tensor& a, const Tensor& b, const std::vector<int>& a_axes, const std::vector<int>& b_axes) {
  check_input("tensordot", a);
  check_input("tensordot", b);
  check(a_axes.size() == b_axes.size(), "[tensordot] expected as many axes of a as of b, received ", a_axes.size(),
        " and ", b_axes.size());
  const ops::AxisSet of_a("tensordot", a.shape(), Axes(a_axes)), of_b("tensordot", b.shape(), Axes(b_axes));
  std::vector<int> a_order, b_order;
  Shape shape;
  std::int64_t rows = 1, inner = 1, columns = 1;
  const bool none = a_axes.empty();  // an outer product; an empty AxisSet would mean all axes
  for (int i = 0; i < a.rank(); ++i) {
    if (!none && of_a.reduced[i]) continue;
    a_order.push_back(i);
    shape.push_back(a.shape()[i]);
    rows *= a.shape()[i];
  }
  for (std::size_t i = 0; i < a_axes.size(); ++i) {
    const int p = normalize_axis(a_axes[i], a.rank(), "tensordot"),
              q = normalize_axis(b_axes[i], b.rank(), "tensordot");
    check(a.shape()[p] == b.shape()[q], "[tensordot] expected equal sizes along axis ", p, " of ", a.shape(),
          " and axis ", q, " of ", b.shape(), ", received ", a.shape()[p], " and ", b.shape()[q]);
    a_order.push_back(p);
    b_order.push_back(q);
    inner *= a.shape()[p];
  }
  for (int i = 0; i < b.rank(); ++i) {
    if (!none && of_b.reduced[i]) continue;
    b_order.push_back(i);
    shape.push_back(b.shape()[i]);
    columns *= b.shape()[i];
  }
  const Tensor left = reshape(permute(a, a_order), {rows, inner}),
               right = reshape(permute(b, b_order), {inner, columns});
  return reshape(matmul(left, right), shape);
}

Tensor linear(const Tensor& x, const Tensor& kernel, const Tensor& bias, FusedActivation activation,
              std::optional<DType> compute_dtype) {
  check_input("linear", x);
  check_input("linear", kernel);
  if (bias.defined()) check_input("linear", bias);
  check(kernel.rank() == 2 && x.rank() >= 1 && x.shape()[-1] == kernel.shape()[0],
        "[linear] expected x (..., in) and kernel (in, units), received ", x.shape(), " and ", kernel.shape());
  const std::int64_t in = kernel.shape()[0], units = kernel.shape()[1];
  check(!bias.defined() || bias.shape() == Shape{units}, "[linear] expected a bias of shape ", Shape{units},
        " for a kernel of shape ", kernel.shape(), ", received ", bias.defined() ? bias.shape() : Shape());
  DType widest = promote(x.dtype(), kernel.dtype());
  if (bias.defined()) widest = promote(widest, bias.dtype());
  const DType dtype = compute_dtype.value_or(widest);
  check(is_floating(dtype), "[linear] expected floating operands, received dtypes ", x.dtype(), " and ",
        kernel.dtype());
  auto fits = [dtype](const Tensor& weight) {
    return !weight.defined() || weight.dtype() == dtype || (dtype == bfloat16 && weight.dtype() == float32);
  };
  if (x.dtype() != dtype || !fits(kernel) || !fits(bias))
    return linear(x.to(dtype), fits(kernel) ? kernel : kernel.to(dtype), fits(bias) ? bias : bias.to(dtype), activation,
                  dtype);
  if (x.rank() != 2) {
    Shape shape = x.shape();
    const Shape rows{x.shape().slice(0, x.rank() - 1).size(), in};
    shape[-1] = units;
    return reshape(linear(reshape(x, rows), kernel, bias, activation, dtype), shape);
  }

  // Rounded once for both products; without a gradient of x there is one, which rounds it itself.
  const bool rounds_once = kernel.dtype() != dtype && x.requires_grad() && is_grad_enabled();
  const Tensor factor = rounds_once ? kernel.detach().to(dtype) : kernel;
  const Tensor y({x.shape()[0], units}, dtype);
  const kernels::View bias_view = bias.defined() ? view(bias) : kernels::View();
  if (const kernels::ColumnBlocks* blocks = in_column_blocks(x, kernel, bias))
    kernels::matmul(*blocks, view(kernel), bias_view, ops::kernel_activation(activation), mutable_view(y));
  else
    kernels::matmul(view(x), view(factor), bias_view, ops::kernel_activation(activation), mutable_view(y));
  return record("linear", y, {x, kernel, bias},
                [x = save(x), kernel = save(kernel), factor = save(factor),
                 y = save(activation == FusedActivation::none ? Tensor() : y),
                 activation](const Tensor& dy, Needs needs) -> Grads {
                  Tensor dx, dkernel, dbias;
                  const Tensor dz = ops::through_activation(activation, *y, dy);
                  if (needs[1]) dkernel = gradient_of_kernel(*x, dz, *kernel);
                  if (needs[2]) dbias = dz;  // the engine sums over the rows
                  if (needs[0]) dx = multiply_matrices(dz, transpose(*factor), x->dtype());  // dz · kernelᵀ
                  return {dx, dkernel, dbias};
                });
}

}  // namespace linnet
