#include "linnet/ops/recurrent.h"

#include <utility>

#include "linnet/ops/common.h"
#include "linnet/ops/shape.h"

namespace linnet {
namespace {

/// What the operations have in common: operands of one dtype that fit together, and the parts of the gradient that are
/// products over all steps.
struct Recurrence {
  Tensor x, kernel, recurrent_kernel, bias, h, c, mask;
  DType result = float32;  // what results are rounded to
  std::int64_t batch = 0, time = 0, units = 0;

  /// operands: x, kernel, recurrent kernel, bias or empty, h, c if there is one.
  Recurrence(const char* who, std::int64_t gates, const Tensors& operands, const Tensor& steps_mask,
             const Shape& bias_shape);

  /// A new tensor with x · kernel + first_bias.
  Tensor projected(const Tensor& first_bias) const {
    const Tensor a({batch, time, kernel.shape()[1]}, x.dtype());
    kernels::matmul(view(x), broadcast_view(kernel, {batch, kernel.shape()[0], kernel.shape()[1]}),
                    first_bias.defined() ? view(first_bias) : kernels::View(), kernels::Activation::none,
                    mutable_view(a));
    return a;
  }
  Tensor steps() const { return Tensor({batch, time, units}, x.dtype()); }
  kernels::View mask_view() const { return mask.defined() ? view(mask) : kernels::View(); }
};

Tensor last_step(const Tensor& all) { return squeeze(slice(all, 1, -1, all.shape()[1]), 1).clone(); }

Tensor rows_of(const Tensor& steps) { return reshape(steps, {steps.shape()[0] * steps.shape()[1], steps.shape()[2]}); }

/// h before each step.
Tensor before_each_step(const Tensor& h, const Tensor& hidden) {
  return concatenate({expand_dims(h, 1), slice(hidden, 1, 0, -1)}, 1);
}

/// Σ aᵀ · b over all steps.
Tensor sum_of_products(const Tensor& a, const Tensor& b) { return matmul(transpose(rows_of(a)), rows_of(b)); }

/// The gradients of the kernel and the recurrent kernel where both are multiplied into the same sum: one product, which
/// reads da once.
std::pair<Tensor, Tensor> gradients_of_kernels(const Tensor& x, const Tensor& h, const Tensor& hidden, const Tensor& da,
                                               bool wanted) {
  if (!wanted) return {};
  const Tensor both = sum_of_products(concatenate({x, before_each_step(h, hidden)}, 2), da);
  const std::int64_t features = x.shape()[2];
  return {slice(both, 0, 0, features), slice(both, 0, features, both.shape()[0])};
}

Tensor gradient_of_last(const Tensor& dy, const Tensor& like) { return dy.defined() ? dy.clone() : zeros_like(like); }

kernels::View gradient_of_steps(Tensor& dy) {
  if (!dy.defined()) return {};
  dy = dy.contiguous();
  return view(dy);
}

Recurrence::Recurrence(const char* who, std::int64_t gates, const Tensors& operands, const Tensor& steps_mask,
                       const Shape& bias_shape) {
  for (std::size_t i = 0; i < operands.size(); ++i)
    if (i != 3 || operands[i].defined()) check_input(who, operands[i]);  // 3: the bias
  const Shape &of_x = operands[0].shape(), &of_kernel = operands[1].shape(), &of_recurrent = operands[2].shape();
  check(of_x.rank() == 3 && of_x[1] > 0, "[", who,
        "] expected x (batch, time, features) of at least one step, received ", of_x);
  check(of_recurrent.rank() == 2 && of_recurrent[1] == gates * of_recurrent[0], "[", who,
        "] expected a recurrent kernel (units, ", gates > 1 ? std::to_string(gates) + " units" : "units",
        "), received ", of_recurrent);
  batch = of_x[0];
  time = of_x[1];
  units = of_recurrent[0];
  check(of_kernel == Shape({of_x[2], gates * units}), "[", who, "] expected a kernel ", Shape({of_x[2], gates * units}),
        " for x ", of_x, " and ", units, " units, received ", of_kernel);
  check(!operands[3].defined() || operands[3].shape() == bias_shape, "[", who, "] expected a bias ", bias_shape,
        ", received ", operands[3].defined() ? operands[3].shape() : Shape());
  DType widest = bfloat16;
  for (const Tensor& each : operands) {
    if (!each.defined()) continue;
    check(is_floating(each.dtype()), "[", who, "] expected floating operands, received dtype ", each.dtype());
    widest = promote(widest, each.dtype());
  }
  for (std::size_t i = 4; i < operands.size(); ++i)
    check(operands[i].shape() == Shape({batch, units}), "[", who, "] expected a state ", Shape({batch, units}),
          ", received ", operands[i].shape());
  check(!steps_mask.defined() || steps_mask.shape() == Shape({batch, time}), "[", who, "] expected a mask ",
        Shape({batch, time}), ", received ", steps_mask.defined() ? steps_mask.shape() : Shape());
  result = widest;
  const DType dtype = widest == bfloat16 ? float32 : widest;
  auto converted = [&](std::size_t i) {
    return i < operands.size() && operands[i].defined() ? operands[i].to(dtype) : Tensor();
  };
  x = converted(0);
  kernel = converted(1);
  recurrent_kernel = converted(2);
  bias = converted(3);
  h = converted(4);
  c = converted(5);
  if (steps_mask.defined()) mask = steps_mask.to(boolean).contiguous();
}

std::int64_t columns_of(const Tensor& recurrent_kernel) {
  return recurrent_kernel.defined() && recurrent_kernel.rank() > 0 ? recurrent_kernel.shape().back() : 0;
}

Tensors rounded(Tensors results, DType dtype) {
  for (Tensor& y : results) y = y.to(dtype);
  return results;
}

}  // namespace

Tensors simple_rnn(const Tensor& x, const Tensor& kernel, const Tensor& recurrent_kernel, const Tensor& bias,
                   const Tensor& h, const Tensor& mask, FusedActivation activation) {
  const Recurrence r("simple_rnn", 1, {x, kernel, recurrent_kernel, bias, h}, mask, {columns_of(recurrent_kernel)});
  const kernels::Activation f = ops::kernel_activation(activation);
  const Tensor hidden = r.projected(r.bias);
  kernels::simple_rnn(f, view(r.recurrent_kernel), view(r.h), r.mask_view(), mutable_view(hidden));
  const Tensors results{hidden, last_step(hidden)};
  return rounded(
      record_many("simple_rnn", results, {r.x, r.kernel, r.recurrent_kernel, r.bias, r.h},
                  [x = save(r.x), kernel = save(r.kernel), recurrent_kernel = save(r.recurrent_kernel), h = save(r.h),
                   mask = r.mask, hidden = save(hidden), f](const Tensors& dys, Needs needs) -> Grads {
                    Tensor of_steps = dys[0], dh = gradient_of_last(dys[1], *h), da = empty_like(*hidden);
                    kernels::simple_rnn_backward(f, view(*recurrent_kernel),
                                                 mask.defined() ? view(mask) : kernels::View(), view(*hidden),
                                                 gradient_of_steps(of_steps), mutable_view(da), mutable_view(dh));
                    const auto [dkernel, drecurrent] = gradients_of_kernels(*x, *h, *hidden, da, needs[1] || needs[2]);
                    return {needs[0] ? matmul(da, transpose(*kernel)) : Tensor(), dkernel, drecurrent,
                            da,  // the engine sums over the steps
                            dh};
                  }),
      r.result);
}

Tensors lstm(const Tensor& x, const Tensor& kernel, const Tensor& recurrent_kernel, const Tensor& bias, const Tensor& h,
             const Tensor& c, const Tensor& mask) {
  const Recurrence r("lstm", 4, {x, kernel, recurrent_kernel, bias, h, c}, mask, {columns_of(recurrent_kernel)});
  const Tensor gates = r.projected(r.bias), hidden = r.steps(), cells = r.steps();
  kernels::lstm(view(r.recurrent_kernel), view(r.h), view(r.c), r.mask_view(), mutable_view(gates),
                mutable_view(hidden), mutable_view(cells));
  const Tensors results{hidden, last_step(hidden), last_step(cells)};
  return rounded(
      record_many("lstm", results, {r.x, r.kernel, r.recurrent_kernel, r.bias, r.h, r.c},
                  [x = save(r.x), kernel = save(r.kernel), recurrent_kernel = save(r.recurrent_kernel), h = save(r.h),
                   c = save(r.c), mask = r.mask, gates, cells,
                   hidden = save(hidden)](const Tensors& dys, Needs needs) -> Grads {
                    Tensor of_steps = dys[0], dh = gradient_of_last(dys[1], *h), dc = gradient_of_last(dys[2], *c);
                    kernels::lstm_backward(
                        view(*recurrent_kernel), view(*c), mask.defined() ? view(mask) : kernels::View(), view(cells),
                        gradient_of_steps(of_steps), mutable_view(gates), mutable_view(dh), mutable_view(dc));
                    const Tensor& da = gates;
                    const auto [dkernel, drecurrent] = gradients_of_kernels(*x, *h, *hidden, da, needs[1] || needs[2]);
                    return {needs[0] ? matmul(da, transpose(*kernel)) : Tensor(),
                            dkernel,
                            drecurrent,
                            da,  // the engine sums over the steps
                            dh,
                            dc};
                  }),
      r.result);
}

Tensors gru(const Tensor& x, const Tensor& kernel, const Tensor& recurrent_kernel, const Tensor& bias, const Tensor& h,
            const Tensor& mask) {
  const Recurrence r("gru", 3, {x, kernel, recurrent_kernel, bias, h}, mask, {2, columns_of(recurrent_kernel)});
  const Tensor gates = r.projected(r.bias.defined() ? r.bias.detach()[0] : Tensor()), inner = r.steps(),
               hidden = r.steps();
  kernels::gru(view(r.recurrent_kernel), r.bias.defined() ? view(r.bias.detach()[1]) : kernels::View(), view(r.h),
               r.mask_view(), mutable_view(gates), mutable_view(inner), mutable_view(hidden));
  const Tensors results{hidden, last_step(hidden)};
  return rounded(record_many("gru", results, {r.x, r.kernel, r.recurrent_kernel, r.bias, r.h},
                             [x = save(r.x), kernel = save(r.kernel), recurrent_kernel = save(r.recurrent_kernel),
                              h = save(r.h), mask = r.mask, gates, inner, hidden = save(hidden),
                              units = r.units](const Tensors& dys, Needs needs) -> Grads {
                               Tensor of_steps = dys[0], dh = gradient_of_last(dys[1], *h);
                               kernels::gru_backward(view(*recurrent_kernel), view(*h),
                                                     mask.defined() ? view(mask) : kernels::View(), view(*hidden),
                                                     gradient_of_steps(of_steps), mutable_view(gates),
                                                     mutable_view(inner), mutable_view(dh));
                               const Tensor &da = gates, db = concatenate({slice(da, 2, 0, 2 * units), inner}, 2);
                               return {needs[0] ? matmul(da, transpose(*kernel)) : Tensor(),
                                       needs[1] ? sum_of_products(*x, da) : Tensor(),
                                       needs[2] ? sum_of_products(before_each_step(*h, *hidden), db) : Tensor(),
                                       needs[3] ? stack({sum(da, {0, 1}), sum(db, {0, 1})}) : Tensor(), dh};
                             }),
                 r.result);
}

}  // namespace linnet
