#include "linnet/ops/ctc.h"

#include <cmath>
#include <limits>
#include <vector>

#include "linnet/base/check.h"
#include "linnet/ops/common.h"
#include "linnet/ops/elementwise.h"
#include "linnet/ops/shape.h"
#include "linnet/tensor/record.h"

namespace linnet {
namespace {

constexpr double impossible = -std::numeric_limits<double>::infinity();

/// log(exp(a) + exp(b)).
double log_add(double a, double b) {
  if (a < b) std::swap(a, b);
  return b == impossible ? a : a + std::log1p(std::exp(b - a));
}

/// The symbols of a row of labels with blanks around each: 0 a 0 b 0.
std::vector<std::size_t> with_blanks(const std::int64_t* row, std::int64_t length, std::int64_t classes) {
  std::vector<std::size_t> symbols{0};
  bool ended = false;
  for (std::int64_t i = 0; i < length; ++i) {
    check(row[i] >= 0 && row[i] < classes, "[ctc_loss] expected labels from 1 to ", classes - 1,
          ", and 0 after their end, received ", row[i]);
    check(!ended || row[i] == 0, "[ctc_loss] expected 0, the blank, only after the end of a label, received ", row[i],
          " behind a 0");
    ended = row[i] == 0;
    if (!ended) symbols.insert(symbols.end(), {static_cast<std::size_t>(row[i]), 0});
  }
  return symbols;
}

/// Of one sequence: log_p(t, k) are its log-probabilities. Time and states s of `symbols` as in Graves et al.: from a
/// state the path stays, goes on by one, or by two over a blank between different symbols.
template <class LogP>
class Lattice {
 public:
  Lattice(const std::vector<std::size_t>& symbols, std::size_t time, LogP log_p)
      : symbols_(symbols), time_(time), log_p_(log_p) {
    const std::size_t states = symbols.size();
    forward_.assign(time * states, impossible);
    for (std::size_t s = 0; s < std::min<std::size_t>(states, 2); ++s) forward_[s] = log_p(0, symbols[s]);
    for (std::size_t t = 1; t < time; ++t)
      for (std::size_t s = 0; s < states; ++s) {
        const double* before = &forward_[(t - 1) * states];
        double sum = before[s];
        if (s >= 1) sum = log_add(sum, before[s - 1]);
        if (s >= 2 && may_skip_to(s)) sum = log_add(sum, before[s - 2]);
        forward_[t * states + s] = sum + log_p(t, symbols[s]);
      }
    const double* last = &forward_[(time - 1) * states];
    log_likelihood_ = states == 1 ? last[0] : log_add(last[states - 1], last[states - 2]);
  }

  double log_likelihood() const { return log_likelihood_; }

  /// Calls add(t, symbol, probability that the path is there).
  template <class Add>
  void each_posterior(Add add) const {
    const std::size_t states = symbols_.size();
    std::vector<double> behind(states, impossible), next(states);  // log-probability of what follows time t
    for (std::size_t s = states < 2 ? 0 : states - 2; s < states; ++s) behind[s] = 0;
    for (std::size_t t = time_; t-- > 0;) {
      if (t + 1 < time_) {
        for (std::size_t s = 0; s < states; ++s) next[s] = behind[s] + log_p_(t + 1, symbols_[s]);
        for (std::size_t s = 0; s < states; ++s) {
          behind[s] = next[s];
          if (s + 1 < states) behind[s] = log_add(behind[s], next[s + 1]);
          if (s + 2 < states && may_skip_to(s + 2)) behind[s] = log_add(behind[s], next[s + 2]);
        }
      }
      for (std::size_t s = 0; s < states; ++s)
        add(t, symbols_[s], std::exp(forward_[t * states + s] + behind[s] - log_likelihood_));
    }
  }

 private:
  bool may_skip_to(std::size_t s) const { return symbols_[s] != 0 && symbols_[s] != symbols_[s - 2]; }

  const std::vector<std::size_t>& symbols_;
  std::size_t time_;
  LogP log_p_;
  std::vector<double> forward_;
  double log_likelihood_ = 0;
};

template <class T>
void losses_and_gradient(const std::vector<std::int64_t>& labels, std::int64_t length, const Tensor& log_probabilities,
                         Tensor& losses, Tensor& gradient) {
  const Shape& shape = log_probabilities.shape();
  const auto time = static_cast<std::size_t>(shape[1]), classes = static_cast<std::size_t>(shape[2]);
  const T* all = log_probabilities.data<T>().data();
  for (std::size_t b = 0; b < static_cast<std::size_t>(shape[0]); ++b) {
    const auto symbols = with_blanks(labels.data() + b * static_cast<std::size_t>(length), length, shape[2]);
    const T* rows = all + b * time * classes;
    auto log_p = [&](std::size_t t, std::size_t k) { return static_cast<double>(rows[t * classes + k]); };
    const Lattice lattice(symbols, time, log_p);
    losses.mutable_data<T>()[b] = static_cast<T>(-lattice.log_likelihood());
    if (!std::isfinite(lattice.log_likelihood())) continue;
    T* slopes = gradient.mutable_data<T>().data() + b * time * classes;
    lattice.each_posterior([&](std::size_t t, std::size_t symbol, double probability) {
      slopes[t * classes + symbol] -= static_cast<T>(probability);
    });
  }
}

}  // namespace

Tensor ctc_loss(const Tensor& labels, const Tensor& log_probabilities) {
  check_input("ctc_loss", labels);
  check_input("ctc_loss", log_probabilities);
  check(is_floating(log_probabilities.dtype()), "[ctc_loss] expected floating log_probabilities, received ",
        log_probabilities.dtype());
  check(log_probabilities.rank() == 3 && labels.rank() == 2 && labels.shape()[0] == log_probabilities.shape()[0],
        "[ctc_loss] expected labels (batch, length) and log_probabilities (batch, time, classes), received ",
        labels.shape(), " and ", log_probabilities.shape());
  check(log_probabilities.shape()[1] >= 1 && log_probabilities.shape()[2] >= 1,
        "[ctc_loss] expected at least one time step and one class, received ", log_probabilities.shape());
  const DType dtype = log_probabilities.dtype() == float64 ? float64 : float32;
  const Tensor x = log_probabilities.detach().to(dtype).contiguous();
  const std::vector<std::int64_t> numbers = labels.to(int64).to_vector<std::int64_t>();
  Tensor losses({x.shape()[0]}, dtype), gradient = zeros(x.shape(), dtype);
  if (dtype == float64)
    losses_and_gradient<double>(numbers, labels.shape()[1], x, losses, gradient);
  else
    losses_and_gradient<float>(numbers, labels.shape()[1], x, losses, gradient);
  return record("ctc_loss", losses, {log_probabilities}, [gradient = save(gradient)](const Tensor& dy) -> Grads {
    return {expand_dims(expand_dims(dy, -1), -1) * *gradient};
  });
}

}  // namespace linnet
