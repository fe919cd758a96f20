#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "linnet/kernels/reference/loop.h"
#include "linnet/kernels/reference/reference.h"

namespace linnet::kernels::reference {
namespace {

/// Element (b, t, n, i) of a view, as a double.
template <class T>
double at(const View& view, std::int64_t b, std::int64_t t, std::int64_t n, std::int64_t i) {
  return static_cast<double>(
      view.as<T>()[b * view.strides[0] + t * view.strides[1] + n * view.strides[2] + i * view.strides[3]]);
}

/// One query: head n of step t of sample b.
template <class T>
struct Query {
  const Attention& problem;
  std::int64_t b, t, n;
  std::int64_t shared = n / (problem.query.shape[2] / problem.key.shape[2]);  // its head of keys and values
  std::int64_t keys = problem.key.shape[1];

  bool sees(std::int64_t s) const {
    const View& mask = problem.mask;
    if (problem.causal && s > t) return false;
    if (mask.data == nullptr) return true;
    return mask.as<bool>()[b * mask.strides[0] + n * mask.strides[1] + t * mask.strides[2] + s * mask.strides[3]];
  }
  double score(std::int64_t s) const {
    double sum = 0;
    for (std::int64_t i = 0; i < problem.query.shape[3]; ++i)
      sum += at<T>(problem.query, b, t, n, i) * at<T>(problem.key, b, s, shared, i);
    return sum * problem.scale;
  }
  /// Of the visible keys; zeros where none is, and then all are visible.
  std::vector<double> scores() const {
    constexpr double hidden = -std::numeric_limits<double>::infinity();
    std::vector<double> result(static_cast<std::size_t>(keys), hidden);
    bool any = false;
    for (std::int64_t s = 0; s < keys; ++s) {
      if (!sees(s)) continue;
      result[static_cast<std::size_t>(s)] = score(s);
      any = true;
    }
    if (!any) std::fill(result.begin(), result.end(), 0.0);
    return result;
  }
};

double log_of_sum(const std::vector<double>& scores) {
  const double largest = *std::max_element(scores.begin(), scores.end());
  double sum = 0;
  for (double score : scores) sum += std::exp(score - largest);
  return largest + std::log(sum);
}

template <class T>
void attention_of(const Attention& problem, const MutableView& dst, const MutableView& log_sum) {
  for (std::int64_t b = 0; b < dst.shape[0]; ++b)
    for (std::int64_t t = 0; t < dst.shape[1]; ++t)
      for (std::int64_t n = 0; n < dst.shape[2]; ++n) {
        const Query<T> query{problem, b, t, n};
        const std::vector<double> scores = query.scores();
        const double total = log_of_sum(scores);
        log_sum.as<T>()[b * log_sum.strides[0] + n * log_sum.strides[1] + t * log_sum.strides[2]] = store<T>(total);
        for (std::int64_t i = 0; i < dst.shape[3]; ++i) {
          double sum = 0;
          for (std::int64_t s = 0; s < query.keys; ++s)
            if (const double p = std::exp(scores[static_cast<std::size_t>(s)] - total); p != 0)
              sum += p * at<T>(problem.value, b, s, query.shared, i);
          dst.as<T>()[b * dst.strides[0] + t * dst.strides[1] + n * dst.strides[2] + i * dst.strides[3]] =
              store<T>(sum);
        }
      }
}

/// Sums in float64 for all elements of a view [batch, steps, heads, features].
class Sums {
 public:
  explicit Sums(const Shape& shape) : shape_(shape), sums_(static_cast<std::size_t>(shape.size())) {}
  void add(std::int64_t b, std::int64_t t, std::int64_t n, std::int64_t i, double value) {
    sums_[static_cast<std::size_t>(((b * shape_[1] + t) * shape_[2] + n) * shape_[3] + i)] += value;
  }
  template <class T>
  void store_in(const MutableView& dst) const {
    for_each_element(
        shape_,
        [&](std::int64_t from, std::int64_t to) { dst.as<T>()[to] = store<T>(sums_[static_cast<std::size_t>(from)]); },
        contiguous_strides(shape_), dst.strides);
  }

 private:
  Shape shape_;
  std::vector<double> sums_;
};

/// dV += p · dO,  dS = p · (dO · V - dO · O),  dQ += scale · dS · K,  dK += scale · dS · Q.
template <class T>
void attention_backward_of(const Attention& problem, const View& dst, const View& log_sum, const View& diff_dst,
                           const MutableView& diff_query, const MutableView& diff_key, const MutableView& diff_value) {
  Sums queries(diff_query.shape), keys(diff_key.shape), values(diff_value.shape);
  const std::int64_t features = problem.query.shape[3], value_features = problem.value.shape[3];
  for (std::int64_t b = 0; b < dst.shape[0]; ++b)
    for (std::int64_t t = 0; t < dst.shape[1]; ++t)
      for (std::int64_t n = 0; n < dst.shape[2]; ++n) {
        const Query<T> query{problem, b, t, n};
        const std::vector<double> scores = query.scores();
        const auto total = static_cast<double>(
            log_sum.as<T>()[b * log_sum.strides[0] + n * log_sum.strides[1] + t * log_sum.strides[2]]);
        double along_dst = 0;
        for (std::int64_t i = 0; i < value_features; ++i)
          along_dst += at<T>(diff_dst, b, t, n, i) * at<T>(dst, b, t, n, i);
        for (std::int64_t s = 0; s < query.keys; ++s) {
          const double p = std::exp(scores[static_cast<std::size_t>(s)] - total);
          if (p == 0) continue;
          double along_value = 0;
          for (std::int64_t i = 0; i < value_features; ++i) {
            along_value += at<T>(diff_dst, b, t, n, i) * at<T>(problem.value, b, s, query.shared, i);
            values.add(b, s, query.shared, i, p * at<T>(diff_dst, b, t, n, i));
          }
          const double diff_score = p * (along_value - along_dst) * problem.scale;
          for (std::int64_t i = 0; i < features; ++i) {
            queries.add(b, t, n, i, diff_score * at<T>(problem.key, b, s, query.shared, i));
            keys.add(b, s, query.shared, i, diff_score * at<T>(problem.query, b, t, n, i));
          }
        }
      }
  queries.store_in<T>(diff_query);
  keys.store_in<T>(diff_key);
  values.store_in<T>(diff_value);
}

}  // namespace

void attention(const Attention& problem, const MutableView& dst, const MutableView& log_sum) {
  dispatch_floating(dst.dtype, [&](auto zero) { attention_of<decltype(zero)>(problem, dst, log_sum); });
}

void attention_backward(const Attention& problem, const View& dst, const View& log_sum, const View& diff_dst,
                        const MutableView& diff_query, const MutableView& diff_key, const MutableView& diff_value) {
  dispatch_floating(diff_query.dtype, [&](auto zero) {
    attention_backward_of<decltype(zero)>(problem, dst, log_sum, diff_dst, diff_query, diff_key, diff_value);
  });
}

}  // namespace linnet::kernels::reference
