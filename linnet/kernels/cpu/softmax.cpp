// Softmax along a dense last axis, and the classification loss with it.
#include <algorithm>
#include <cmath>
#include <limits>

#include "linnet/kernels/cpu/cpu.h"
#include "linnet/kernels/cpu/dense.h"
#include "linnet/kernels/cpu/elementwise.h"
#include "linnet/kernels/cpu/targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "linnet/kernels/cpu/softmax.cpp"
#include "hwy/foreach_target.h"
// After foreach_target.h.
#include "linnet/kernels/cpu/math-inl.h"

#ifndef LINNET_KERNELS_CPU_SOFTMAX_ONCE
#define LINNET_KERNELS_CPU_SOFTMAX_ONCE
namespace linnet::kernels::cpu {

/// What log softmax subtracts: log softmax(x)[j] = (x[j] - largest) - log_sum.
struct Normalizer {
  float largest, log_sum;
};

}  // namespace linnet::kernels::cpu
#endif

HWY_BEFORE_NAMESPACE();
namespace linnet::kernels::cpu {
namespace HWY_NAMESPACE {

/// Calls body(i, number of valid elements) for the vectors of a row. Most rows are shorter than a vector or a few long.
template <class Body>
HWY_INLINE void for_each_vector(std::int64_t n, Body body) {
  const auto lanes = static_cast<std::int64_t>(hn::Lanes(FloatTag()));
  for (std::int64_t i = 0; i < n; i += lanes) body(i, static_cast<std::size_t>(std::min(lanes, n - i)));
}

HWY_INLINE FloatVector keep_first(FloatTag d, FloatVector v, std::size_t count, FloatVector otherwise) {
  return hn::IfThenElse(hn::FirstN(d, count), v, otherwise);
}

/// Of a row that is at most two vectors long, which stay in registers.
Normalizer softmax_short_row(const float* src, std::int64_t n, float* dst) {
  const FloatTag d;
  const std::size_t lanes = hn::Lanes(d), first = std::min(lanes, static_cast<std::size_t>(n)), second = n - first;
  const FloatVector none = hn::Set(d, -std::numeric_limits<float>::infinity());
  const FloatVector a = keep_first(d, load_first(d, src, first), first, none),
                    b = keep_first(d, load_first(d, src + first, second), second, none);
  const FloatVector largest = hn::MaxOfLanes(d, hn::Max(a, b));
  auto exp_of = [&](FloatVector x, std::size_t valid)
                    HWY_ATTR { return keep_first(d, exp_of_negative(d, hn::Sub(x, largest)), valid, hn::Zero(d)); };
  const FloatVector exp_a = exp_of(a, first), exp_b = exp_of(b, second);
  const float total = hn::GetLane(hn::SumOfLanes(d, hn::Add(exp_a, exp_b)));
  const FloatVector factor = hn::Set(d, 1 / total);
  store_first(hn::Mul(exp_a, factor), d, dst, first);
  store_first(hn::Mul(exp_b, factor), d, dst + first, second);
  return {hn::GetLane(largest), std::log(total)};
}

/// dst = softmax(src); also returns what log softmax needs.
Normalizer softmax_row(const float* src, std::int64_t n, float* dst) {
  const FloatTag d;
  if (n <= static_cast<std::int64_t>(2 * hn::Lanes(d))) return softmax_short_row(src, n, dst);
  FloatVector largest = hn::Set(d, -std::numeric_limits<float>::infinity());
  for_each_vector(n, [&](std::int64_t i, std::size_t valid) HWY_ATTR {
    const FloatVector x = load_first(d, src + i, valid);
    largest = keep_first(d, hn::Max(largest, x), valid, largest);
  });
  largest = hn::MaxOfLanes(d, largest);
  FloatVector sum = hn::Zero(d);
  for_each_vector(n, [&](std::int64_t i, std::size_t valid) HWY_ATTR {
    const FloatVector y = exp_of_negative(d, hn::Sub(load_first(d, src + i, valid), largest));
    sum = hn::Add(sum, keep_first(d, y, valid, hn::Zero(d)));
    store_first(y, d, dst + i, valid);
  });
  const float total = hn::GetLane(hn::SumOfLanes(d, sum));
  const FloatVector factor = hn::Set(d, 1 / total);
  for_each_vector(n, [&](std::int64_t i, std::size_t valid)
                         HWY_ATTR { store_first(hn::Mul(load_first(d, dst + i, valid), factor), d, dst + i, valid); });
  return {hn::GetLane(largest), std::log(total)};
}

void log_softmax_row(const float* src, std::int64_t n, float* dst) {
  const FloatTag d;
  FloatVector largest = hn::Set(d, -std::numeric_limits<float>::infinity()), sum = hn::Zero(d);
  for_each_vector(n, [&](std::int64_t i, std::size_t valid) HWY_ATTR {
    largest = keep_first(d, hn::Max(largest, load_first(d, src + i, valid)), valid, largest);
  });
  largest = hn::MaxOfLanes(d, largest);
  for_each_vector(n, [&](std::int64_t i, std::size_t valid) HWY_ATTR {
    const FloatVector y = exp_of_negative(d, hn::Sub(load_first(d, src + i, valid), largest));
    sum = hn::Add(sum, keep_first(d, y, valid, hn::Zero(d)));
  });
  const FloatVector log_sum = hn::Set(d, std::log(hn::GetLane(hn::SumOfLanes(d, sum))));
  for_each_vector(n, [&](std::int64_t i, std::size_t valid) HWY_ATTR {
    store_first(hn::Sub(hn::Sub(load_first(d, src + i, valid), largest), log_sum), d, dst + i, valid);
  });
}

void softmax_backward_row(const float* y, const float* dy, std::int64_t n, float* dx) {
  const FloatTag d;
  FloatVector dot = hn::Zero(d);
  for_each_vector(n, [&](std::int64_t i, std::size_t valid) HWY_ATTR {
    dot = hn::MulAdd(load_first(d, y + i, valid), load_first(d, dy + i, valid), dot);  // elements beyond are zeros
  });
  dot = hn::SumOfLanes(d, dot);
  for_each_vector(n, [&](std::int64_t i, std::size_t valid) HWY_ATTR {
    const FloatVector difference = hn::Sub(load_first(d, dy + i, valid), dot);
    store_first(hn::Mul(load_first(d, y + i, valid), difference), d, dx + i, valid);
  });
}

/// dst = src * scale.
void scale_row(const float* src, std::int64_t n, float scale, float* dst) {
  const FloatTag d;
  for_each_vector(n, [&, factor = hn::Set(d, scale)](std::int64_t i, std::size_t valid)
                         HWY_ATTR { store_first(hn::Mul(load_first(d, src + i, valid), factor), d, dst + i, valid); });
}

}  // namespace HWY_NAMESPACE
}  // namespace linnet::kernels::cpu
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace linnet::kernels::cpu {
namespace {

HWY_EXPORT(softmax_row);
HWY_EXPORT(log_softmax_row);
HWY_EXPORT(softmax_backward_row);
HWY_EXPORT(scale_row);

constexpr std::int64_t grain = 8 * 1024;

bool is_dense(const View& view) {
  return view.dtype == DType::float32 && view.rank() > 0 && view.is_contiguous() && view.size() > 0;
}

bool is_narrow(const View& view) { return view.dtype == DType::bfloat16 && view.rank() > 0; }

/// Calls row(offset of the row) for the rows of a dense view, in parallel.
template <class Row>
void for_each_row(const View& view, Row row) {
  const std::int64_t length = view.shape.back();
  parallel_ranges(view.size() / length, grain / length + 1, 1, [&](std::int64_t first, std::int64_t last) {
    for (std::int64_t i = first; i < last; ++i) row(i * length);
  });
}

std::int64_t label_at(const View& labels, std::int64_t i) {
  const std::int64_t at = i * labels.strides[0];
  return labels.dtype == DType::int32 ? labels.as<std::int32_t>()[at] : labels.as<std::int64_t>()[at];
}

}  // namespace

bool softmax(const View& src, const MutableView& dst) {
  if (is_narrow(src)) return in_float32(softmax, dst, src);
  if (!is_dense(src) || !is_dense(dst)) return false;
  const std::int64_t n = src.shape.back();
  for_each_row(src, [&](std::int64_t at) {
    HWY_DYNAMIC_DISPATCH(softmax_row)(src.as<float>() + at, n, dst.as<float>() + at);
  });
  return true;
}

bool log_softmax(const View& src, const MutableView& dst) {
  if (is_narrow(src)) return in_float32(log_softmax, dst, src);
  if (!is_dense(src) || !is_dense(dst)) return false;
  const std::int64_t n = src.shape.back();
  for_each_row(src, [&](std::int64_t at) {
    HWY_DYNAMIC_DISPATCH(log_softmax_row)(src.as<float>() + at, n, dst.as<float>() + at);
  });
  return true;
}

bool softmax_backward(const View& dst, const View& diff_dst, const MutableView& diff_src) {
  if (is_narrow(dst)) return in_float32(softmax_backward, diff_src, dst, diff_dst);
  if (!is_dense(dst) || !is_dense(diff_dst) || !is_dense(diff_src)) return false;
  const std::int64_t n = dst.shape.back();
  for_each_row(dst, [&](std::int64_t at) {
    HWY_DYNAMIC_DISPATCH(softmax_backward_row)
    (dst.as<float>() + at, diff_dst.as<float>() + at, n, diff_src.as<float>() + at);
  });
  return true;
}

bool sparse_softmax_cross_entropy(const View& logits, const View& labels, const MutableView& loss,
                                  const MutableView& softmax) {
  if (!is_dense(logits) || !is_dense(softmax)) return false;
  const std::int64_t classes = logits.shape[1];
  for_each_row(logits, [&](std::int64_t at) {
    const float* x = logits.as<float>() + at;
    const std::int64_t i = at / classes;
    const float truth = x[label_at(labels, i)];  // before softmax overwrites it, where that is in place
    const Normalizer normalizer = HWY_DYNAMIC_DISPATCH(softmax_row)(x, classes, softmax.as<float>() + at);
    loss.as<float>()[i * loss.strides[0]] = normalizer.log_sum - (truth - normalizer.largest);
  });
  return true;
}

bool sparse_softmax_cross_entropy_backward(const View& softmax, const View& labels, const View& diff_loss,
                                           const MutableView& diff_logits) {
  if (!is_dense(softmax) || !is_dense(diff_logits)) return false;
  const std::int64_t classes = softmax.shape[1];
  for_each_row(softmax, [&](std::int64_t at) {
    const std::int64_t i = at / classes, truth = label_at(labels, i);
    const float scale = diff_loss.as<float>()[i * diff_loss.strides[0]];
    const float right = (softmax.as<float>()[at + truth] - 1) * scale;
    HWY_DYNAMIC_DISPATCH(scale_row)(softmax.as<float>() + at, classes, scale, diff_logits.as<float>() + at);
    diff_logits.as<float>()[at + truth] = right;
  });
  return true;
}

}  // namespace linnet::kernels::cpu
#endif
