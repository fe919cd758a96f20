#include "linnet/ops/recurrent.h"

#include <utility>

#include "linnet/ops/common.h"
#include "linnet/ops/shape.h"

namespace linnet {
namespace {

/// Null data for an empty tensor.
kernels::View optional_view(const Tensor& x) { return x.defined() ? view(x) : kernels::View(); }

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
                    optional_view(first_bias), kernels::Activation::none, mutable_view(a));
    return a;
  }
  Tensor steps() const { return Tensor({batch, time, units}, x.dtype()); }
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

constexpr std::size_t bias_index = 3;  // among the operands

/// The dtype to compute in. Throws for empty and symbolic tensors and for integers.
DType widest_dtype(const char* who, const Tensors& operands) {
  DType widest = bfloat16;
  for (std::size_t i = 0; i < operands.size(); ++i) {
    if (i == bias_index && !operands[i].defined()) continue;
    check_input(who, operands[i]);
    check(is_floating(operands[i].dtype()), "[", who, "] expected floating operands, received dtype ",
          operands[i].dtype());
    widest = promote(widest, operands[i].dtype());
  }
  return widest;
}

void check_shapes(const char* who, std::int64_t gates, const Tensors& operands, const Shape& bias_shape) {
  const Shape &x = operands[0].shape(), &kernel = operands[1].shape(), &recurrent_kernel = operands[2].shape();
  check(x.rank() == 3 && x[1] > 0, "[", who, "] expected x (batch, time, features) of at least one step, received ", x);
  check(recurrent_kernel.rank() == 2 && recurrent_kernel[1] == gates * recurrent_kernel[0], "[", who,
        "] expected a recurrent kernel (units, ", gates > 1 ? std::to_string(gates) + " units" : "units",
        "), received ", recurrent_kernel);
  const Shape of_kernel{x[2], recurrent_kernel[1]}, of_state{x[0], recurrent_kernel[0]};
  check(kernel == of_kernel, "[", who, "] expected a kernel ", of_kernel, " for x ", x, " and ", recurrent_kernel[0],
        " units, received ", kernel);
  const Tensor& bias = operands[bias_index];
  check(!bias.defined() || bias.shape() == bias_shape, "[", who, "] expected a bias ", bias_shape, ", received ",
        bias.defined() ? bias.shape() : Shape());
  for (std::size_t i = bias_index + 1; i < operands.size(); ++i)
    check(operands[i].shape() == of_state, "[", who, "] expected a state ", of_state, ", received ",
          operands[i].shape());
}

Recurrence::Recurrence(const char* who, std::int64_t gates, const Tensors& operands, const Tensor& steps_mask,
                       const Shape& bias_shape)
    : result(widest_dtype(who, operands)) {
  check_shapes(who, gates, operands, bias_shape);
  batch = operands[0].shape()[0];
  time = operands[0].shape()[1];
  units = operands[2].shape()[0];
  Tensor* const members[] = {&x, &kernel, &recurrent_kernel, &bias, &h, &c};
  for (std::size_t i = 0; i < operands.size(); ++i)
    if (operands[i].defined()) *members[i] = operands[i].to(result == bfloat16 ? float32 : result);
  if (!steps_mask.defined()) return;
  check(steps_mask.shape() == Shape({batch, time}), "[", who, "] expected a mask ", Shape({batch, time}), ", received ",
        steps_mask.shape());
  mask = steps_mask.to(boolean).contiguous();
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
  kernels::simple_rnn(f, view(r.recurrent_kernel), view(r.h), optional_view(r.mask), mutable_view(hidden));
  const Tensors results{hidden, last_step(hidden)};
  return rounded(
      record_many("simple_rnn", results, {r.x, r.kernel, r.recurrent_kernel, r.bias, r.h},
                  [x = save(r.x), kernel = save(r.kernel), recurrent_kernel = save(r.recurrent_kernel), h = save(r.h),
                   mask = r.mask, hidden = save(hidden), f](const Tensors& dys, Needs needs) -> Grads {
                    Tensor of_steps = dys[0], dh = gradient_of_last(dys[1], *h), da = empty_like(*hidden);
                    kernels::simple_rnn_backward(f, view(*recurrent_kernel), optional_view(mask), view(*hidden),
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
  kernels::lstm(view(r.recurrent_kernel), view(r.h), view(r.c), optional_view(r.mask), mutable_view(gates),
                mutable_view(hidden), mutable_view(cells));
  const Tensors results{hidden, last_step(hidden), last_step(cells)};
  return rounded(
      record_many("lstm", results, {r.x, r.kernel, r.recurrent_kernel, r.bias, r.h, r.c},
                  [x = save(r.x), kernel = save(r.kernel), recurrent_kernel = save(r.recurrent_kernel), h = save(r.h),
                   c = save(r.c), mask = r.mask, gates, cells,
                   hidden = save(hidden)](const Tensors& dys, Needs needs) -> Grads {
                    Tensor of_steps = dys[0], dh = gradient_of_last(dys[1], *h), dc = gradient_of_last(dys[2], *c);
                    kernels::lstm_backward(view(*recurrent_kernel), view(*c), optional_view(mask), view(cells),
                                           gradient_of_steps(of_steps), mutable_view(gates), mutable_view(dh),
                                           mutable_view(dc));
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
               optional_view(r.mask), mutable_view(gates), mutable_view(inner), mutable_view(hidden));
  const Tensors results{hidden, last_step(hidden)};
  return rounded(record_many("gru", results, {r.x, r.kernel, r.recurrent_kernel, r.bias, r.h},
                             [x = save(r.x), kernel = save(r.kernel), recurrent_kernel = save(r.recurrent_kernel),
                              h = save(r.h), mask = r.mask, gates, inner, hidden = save(hidden),
                              units = r.units](const Tensors& dys, Needs needs) -> Grads {
                               Tensor of_steps = dys[0], dh = gradient_of_last(dys[1], *h);
                               kernels::gru_backward(view(*recurrent_kernel), view(*h), optional_view(mask),
                                                     view(*hidden), gradient_of_steps(of_steps), mutable_view(gates),
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
