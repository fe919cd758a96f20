#include "linnet/ops/nn.h"

#include <limits>

#include "linnet/ops/common.h"
#include "linnet/ops/elementwise.h"
#include "linnet/ops/shape.h"

namespace linnet {

using kernels::BinaryOp;
using kernels::UnaryOp;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

// y = op(x) with a gradient kernel that reads x or y.
enum class Reads { input, output };
Tensor activation(UnaryOp op, const char* who, const Tensor& x, BinaryOp gradient, Reads reads) {
  Tensor y = empty_like(x);
  kernels::unary(op, view(x), mutable_view(y));
  return record(who, y, {x}, [kept = save(reads == Reads::input ? x : y), gradient](const Tensor& dy) -> Grads {
    Tensor dx = empty_like(*kept);
    kernels::binary(gradient, view(*kept), view(dy), mutable_view(dx));
    return {dx};
  });
}

}  // namespace

Tensor relu(const Tensor& x) {
  check_input("relu", x);
  return activation(UnaryOp::relu, "relu", x, BinaryOp::relu_gradient, Reads::output);
}
Tensor sigmoid(const Tensor& x) {
  return activation(UnaryOp::sigmoid, "sigmoid", ops::as_floating("sigmoid", x), BinaryOp::sigmoid_gradient,
                    Reads::output);
}
Tensor softplus(const Tensor& x) {
  return activation(UnaryOp::softplus, "softplus", ops::as_floating("softplus", x), BinaryOp::softplus_gradient,
                    Reads::input);
}
Tensor silu(const Tensor& x) { return x * sigmoid(x); }

Tensor gelu(const Tensor& x, bool approximate) {
  const Tensor real = ops::as_floating("gelu", x);
  return approximate ? activation(UnaryOp::gelu_tanh, "gelu", real, BinaryOp::gelu_tanh_gradient, Reads::input)
                     : activation(UnaryOp::gelu, "gelu", real, BinaryOp::gelu_gradient, Reads::input);
}

Tensor leaky_relu(const Tensor& x, double negative_slope) {
  const Tensor real = ops::as_floating("leaky_relu", x);
  return where(greater(real, 0), real, real * negative_slope);
}

Tensor elu(const Tensor& x, double alpha) {
  const Tensor real = ops::as_floating("elu", x);
  return where(greater(real, 0), real, expm1(clip(real, -infinity, 0)) * alpha);  // clipped: exp must not overflow
}

Tensor selu(const Tensor& x) {  // Klambauer et al., "Self-normalizing neural networks", 2017
  constexpr double scale = 1.0507009873554804934193349852946, alpha = 1.6732632423543772848170429916717;
  return elu(x, alpha) * scale;
}

Tensor relu6(const Tensor& x) { return clip(relu(x), 0, 6); }

namespace {

using RowKernel = void (*)(const kernels::View&, const kernels::MutableView&);
using RowGradient = void (*)(const kernels::View&, const kernels::View&, const kernels::MutableView&);

Tensor along_axis(const char* who, RowKernel kernel, RowGradient gradient, const Tensor& x, int axis) {
  const Tensor real = ops::as_floating(who, x);
  check(x.rank() >= 1, "[", who, "] expected a tensor with at least one axis, received a scalar");
  const int along = normalize_axis(axis, x.rank(), who), last = x.rank() - 1;
  if (along != last) return swapaxes(along_axis(who, kernel, gradient, swapaxes(real, along, last), last), along, last);
  Tensor y = empty_like(real);
  kernel(view(real), mutable_view(y));
  return record(who, y, {real}, [y = save(y), gradient](const Tensor& dy) -> Grads {
    Tensor dx = empty_like(dy);
    gradient(view(*y), view(dy), mutable_view(dx));
    return {dx};
  });
}

}  // namespace

Tensor softmax(const Tensor& x, int axis) {  // dx = y · (dy - sum(dy · y))
  return along_axis("softmax", kernels::softmax, kernels::softmax_backward, x, axis);
}
Tensor log_softmax(const Tensor& x, int axis) {  // dx = dy - exp(y) · sum(dy)
  return along_axis("log_softmax", kernels::log_softmax, kernels::log_softmax_backward, x, axis);
}

namespace {

void check_labels(const Tensor& labels, std::int64_t classes) {
  dispatch(labels.dtype(), [&](auto zero) {
    using Element = decltype(zero);
    const auto* values = view(labels).as<Element>();
    for (std::int64_t i = 0, n = labels.size(); i < n; ++i) {
      const auto label = static_cast<std::int64_t>(values[i]);
      check(label >= 0 && label < classes, "[sparse_softmax_cross_entropy] expected labels in [0, ", classes,
            "), received ", label, " at position ", i);
    }
  });
}

}  // namespace

Tensor sparse_softmax_cross_entropy(const Tensor& labels, const Tensor& logits) {
  const char* who = "sparse_softmax_cross_entropy";
  check_input(who, labels);
  const Tensor real = ops::as_floating(who, logits);
  check(!is_floating(labels.dtype()) && labels.dtype() != boolean, "[", who,
        "] expected integer labels, received dtype ", labels.dtype());
  check(real.rank() >= 1 && labels.shape() == real.shape().slice(0, real.rank() - 1), "[", who,
        "] expected labels (...) and logits (..., classes), received ", labels.shape(), " and ", real.shape());
  if (real.rank() != 2) {
    const Tensor rows = reshape(real, {labels.size(), real.shape().back()});
    return reshape(sparse_softmax_cross_entropy(reshape(labels, {labels.size()}), rows), labels.shape());
  }
  const Tensor positions = (labels.dtype() == uint8 ? labels.to(int32) : labels).contiguous();
  check_labels(positions, real.shape()[1]);
  Tensor loss(labels.shape(), real.dtype()), probabilities = empty_like(real);
  kernels::sparse_softmax_cross_entropy(view(real), view(positions), mutable_view(loss), mutable_view(probabilities));
  return record(who, loss, {real},
                [positions = save(positions), probabilities = save(probabilities)](const Tensor& dy) -> Grads {
                  // dlogits = (softmax - onehot(labels)) · dy, in the memory of the softmax, which ends its life here.
                  kernels::sparse_softmax_cross_entropy_backward(view(*probabilities), view(*positions), view(dy),
                                                                 mutable_view(*probabilities));
                  return {*probabilities};
                });
}

Tensor dropout(const Tensor& x, double rate, SeedGenerator& generator, const Shape& noise_shape) {
  Tensor real = ops::as_floating("dropout", x);
  check(rate >= 0 && rate <= 1, "[dropout] expected a rate in [0, 1], received ", rate);
  const Shape shape = noise_shape.empty() ? real.shape() : noise_shape;
  check(broadcast_shapes(shape, real.shape(), "dropout") == real.shape(),
        "[dropout] expected a noise shape that broadcasts to ", real.shape(), ", received ", noise_shape);
  const std::uint64_t stream = generator.next();
  if (rate == 0) return real;
  Tensor mask(shape, real.dtype());
  kernels::dropout_mask(generator.seed, stream, rate, mutable_view(mask));
  const auto masked = [](const Tensor& values, const Tensor& factors) {
    Tensor y = empty_like(values);
    kernels::binary(BinaryOp::multiply, view(values), broadcast_view(factors, values.shape()), mutable_view(y));
    return y;
  };
  return record("dropout", masked(real, mask), {real},
                [mask = save(mask), masked](const Tensor& dy) -> Grads { return {masked(dy, *mask)}; });
}

}  // namespace linnet
