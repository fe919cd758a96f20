#include <cmath>
#include <vector>

#include "linnet/kernels/reference/loop.h"
#include "linnet/kernels/reference/reference.h"

namespace linnet::kernels::reference {
namespace {

/// Element (sample, unit) of a view, and (sample, step, unit).
template <class T>
struct At {
  T* data;
  Strides strides;

  explicit At(const View& view) requires std::is_const_v<T> : data(view.as<std::remove_const_t<T>>()),
                                                              strides(view.strides) {}
  explicit At(const MutableView& view) requires(!std::is_const_v<T>) : data(view.as<T>()), strides(view.strides) {}
  T& operator()(std::int64_t i, std::int64_t j) const { return data[i * strides[0] + j * strides[1]]; }
  T& operator()(std::int64_t i, std::int64_t t, std::int64_t j) const {
    return data[i * strides[0] + t * strides[1] + j * strides[2]];
  }
};

bool is_hidden(const View& mask, std::int64_t i, std::int64_t t) {
  return mask.data != nullptr && !mask.as<bool>()[i * mask.strides[0] + t * mask.strides[1]];
}

using Row = std::vector<double>;

Row row_of(std::int64_t size) { return Row(static_cast<std::size_t>(size)); }

/// h · U.
template <class T>
Row times(const Row& h, const View& weights) {
  const At<const T> u(weights);
  Row product = row_of(weights.shape[1]);
  for (std::int64_t k = 0; k < weights.shape[0]; ++k)
    for (std::int64_t j = 0; j < weights.shape[1]; ++j)
      product[static_cast<std::size_t>(j)] += h[static_cast<std::size_t>(k)] * static_cast<double>(u(k, j));
  return product;
}

/// d · Uᵀ.
template <class T>
Row times_transposed(const Row& d, const View& weights) {
  const At<const T> u(weights);
  Row product = row_of(weights.shape[0]);
  for (std::int64_t k = 0; k < weights.shape[0]; ++k)
    for (std::int64_t j = 0; j < weights.shape[1]; ++j)
      product[static_cast<std::size_t>(k)] += d[static_cast<std::size_t>(j)] * static_cast<double>(u(k, j));
  return product;
}

template <class T>
Row load(const View& view, std::int64_t i) {
  const At<const T> x(view);
  Row row = row_of(view.shape[1]);
  for (std::size_t j = 0; j < row.size(); ++j) row[j] = static_cast<double>(x(i, static_cast<std::int64_t>(j)));
  return row;
}

template <class T>
void store(const Row& row, const MutableView& view, std::int64_t i) {
  const At<T> x(view);
  for (std::size_t j = 0; j < row.size(); ++j) x(i, static_cast<std::int64_t>(j)) = static_cast<T>(row[j]);
}

double sigmoid(double x) { return activate(Activation::sigmoid, x); }

/// The derivative of an activation, by its result.
double slope(Activation activation, double y) {
  switch (activation) {
    case Activation::relu: return y > 0 ? 1 : 0;
    case Activation::sigmoid: return y * (1 - y);
    case Activation::tanh: return 1 - y * y;
    case Activation::none: break;
  }
  return 1;
}

/// Calls visit(float{}) or visit(double{}).
template <class Visitor>
void dispatch_real(DType dtype, Visitor&& visit) {
  dtype == DType::float64 ? visit(double{}) : visit(float{});
}

}  // namespace

void simple_rnn(Activation activation, const View& recurrent_weights, const View& h, const View& mask,
                const MutableView& hidden) {
  dispatch_real(hidden.dtype, [&](auto zero) {
    using T = decltype(zero);
    const At<T> out(hidden);
    for (std::int64_t i = 0; i < hidden.shape[0]; ++i) {
      Row state = load<T>(h, i);
      for (std::int64_t t = 0; t < hidden.shape[1]; ++t) {
        const Row b = times<T>(state, recurrent_weights);
        for (std::size_t j = 0; j < state.size(); ++j) {
          T& y = out(i, t, static_cast<std::int64_t>(j));
          if (!is_hidden(mask, i, t)) state[j] = activate(activation, static_cast<double>(y) + b[j]);
          y = static_cast<T>(state[j]);
        }
      }
    }
  });
}

void simple_rnn_backward(Activation activation, const View& recurrent_weights, const View& mask, const View& hidden,
                         const View& diff_hidden, const MutableView& diff_gates, const MutableView& diff_h) {
  dispatch_real(hidden.dtype, [&](auto zero) {
    using T = decltype(zero);
    const At<const T> y(hidden), dy(diff_hidden.data != nullptr ? diff_hidden : hidden);
    const At<T> da(diff_gates);
    for (std::int64_t i = 0; i < hidden.shape[0]; ++i) {
      Row dh = load<T>(diff_h, i);
      for (std::int64_t t = hidden.shape[1] - 1; t >= 0; --t) {
        const bool skipped = is_hidden(mask, i, t);
        Row d = row_of(hidden.shape[2]);
        for (std::size_t j = 0; j < d.size(); ++j) {
          const auto unit = static_cast<std::int64_t>(j);
          if (diff_hidden.data != nullptr) dh[j] += static_cast<double>(dy(i, t, unit));
          if (!skipped) d[j] = dh[j] * slope(activation, static_cast<double>(y(i, t, unit)));
          da(i, t, unit) = static_cast<T>(d[j]);
        }
        if (!skipped) dh = times_transposed<T>(d, recurrent_weights);
      }
      store<T>(dh, diff_h, i);
    }
  });
}

void lstm(const View& recurrent_weights, const View& h, const View& c, const View& mask, const MutableView& gates,
          const MutableView& hidden, const MutableView& cells) {
  dispatch_real(hidden.dtype, [&](auto zero) {
    using T = decltype(zero);
    const At<T> a(gates), out(hidden), inside(cells);
    const std::int64_t units = hidden.shape[2];
    for (std::int64_t i = 0; i < hidden.shape[0]; ++i) {
      Row state = load<T>(h, i), cell = load<T>(c, i);
      for (std::int64_t t = 0; t < hidden.shape[1]; ++t) {
        const Row b = times<T>(state, recurrent_weights);
        for (std::int64_t j = 0; j < units; ++j) {
          const auto at = static_cast<std::size_t>(j);
          if (!is_hidden(mask, i, t)) {
            double gate[4];
            for (std::int64_t k = 0; k < 4; ++k) {
              const double sum =
                  static_cast<double>(a(i, t, k * units + j)) + b[static_cast<std::size_t>(k * units + j)];
              gate[k] = k == 2 ? std::tanh(sum) : sigmoid(sum);
              a(i, t, k * units + j) = static_cast<T>(gate[k]);
            }
            cell[at] = gate[1] * cell[at] + gate[0] * gate[2];
            state[at] = gate[3] * std::tanh(cell[at]);
          }
          inside(i, t, j) = static_cast<T>(cell[at]);
          out(i, t, j) = static_cast<T>(state[at]);
        }
      }
    }
  });
}

void lstm_backward(const View& recurrent_weights, const View& c, const View& mask, const View& cells,
                   const View& diff_hidden, const MutableView& gates, const MutableView& diff_h,
                   const MutableView& diff_c) {
  dispatch_real(cells.dtype, [&](auto zero) {
    using T = decltype(zero);
    const At<T> a(gates);
    const At<const T> first(c), inside(cells), dy(diff_hidden.data != nullptr ? diff_hidden : cells);
    const std::int64_t units = cells.shape[2];
    for (std::int64_t i = 0; i < cells.shape[0]; ++i) {
      Row dh = load<T>(diff_h, i), dc = load<T>(diff_c, i);
      for (std::int64_t t = cells.shape[1] - 1; t >= 0; --t) {
        const bool skipped = is_hidden(mask, i, t);
        Row d = row_of(4 * units);
        for (std::int64_t j = 0; j < units; ++j) {
          const auto at = static_cast<std::size_t>(j);
          if (diff_hidden.data != nullptr) dh[at] += static_cast<double>(dy(i, t, j));
          double gate[4];
          for (std::int64_t k = 0; k < 4; ++k) gate[k] = static_cast<double>(a(i, t, k * units + j));
          if (!skipped) {
            const double squashed = std::tanh(static_cast<double>(inside(i, t, j)));
            const double before = static_cast<double>(t > 0 ? inside(i, t - 1, j) : first(i, j));
            dc[at] += dh[at] * gate[3] * (1 - squashed * squashed);
            const double diff[4] = {dc[at] * gate[2], dc[at] * before, dc[at] * gate[0], dh[at] * squashed};
            for (std::int64_t k = 0; k < 4; ++k)
              d[static_cast<std::size_t>(k * units + j)] =
                  diff[k] * slope(k == 2 ? Activation::tanh : Activation::sigmoid, gate[k]);
            dc[at] *= gate[1];
          }
          for (std::int64_t k = 0; k < 4; ++k)
            a(i, t, k * units + j) = static_cast<T>(d[static_cast<std::size_t>(k * units + j)]);
        }
        if (!skipped) dh = times_transposed<T>(d, recurrent_weights);
      }
      store<T>(dh, diff_h, i);
      store<T>(dc, diff_c, i);
    }
  });
}

void gru(const View& recurrent_weights, const View& recurrent_bias, const View& h, const View& mask,
         const MutableView& gates, const MutableView& inner, const MutableView& hidden) {
  dispatch_real(hidden.dtype, [&](auto zero) {
    using T = decltype(zero);
    const At<T> a(gates), q(inner), out(hidden);
    const std::int64_t units = hidden.shape[2];
    auto bias = [&](std::int64_t j) {
      return recurrent_bias.data == nullptr
                 ? 0.0
                 : static_cast<double>(recurrent_bias.as<T>()[j * recurrent_bias.strides[0]]);
    };
    for (std::int64_t i = 0; i < hidden.shape[0]; ++i) {
      Row state = load<T>(h, i);
      for (std::int64_t t = 0; t < hidden.shape[1]; ++t) {
        const Row product = times<T>(state, recurrent_weights);
        auto b = [&](std::int64_t j) { return product[static_cast<std::size_t>(j)] + bias(j); };
        for (std::int64_t j = 0; j < units; ++j) {
          double& y = state[static_cast<std::size_t>(j)];
          if (!is_hidden(mask, i, t)) {
            const double z = sigmoid(static_cast<double>(a(i, t, j)) + b(j));
            const double r = sigmoid(static_cast<double>(a(i, t, units + j)) + b(units + j));
            const double g = std::tanh(static_cast<double>(a(i, t, 2 * units + j)) + r * b(2 * units + j));
            y = z * y + (1 - z) * g;
            a(i, t, j) = static_cast<T>(z);
            a(i, t, units + j) = static_cast<T>(r);
            a(i, t, 2 * units + j) = static_cast<T>(g);
          }
          q(i, t, j) = static_cast<T>(b(2 * units + j));
          out(i, t, j) = static_cast<T>(y);
        }
      }
    }
  });
}

void gru_backward(const View& recurrent_weights, const View& h, const View& mask, const View& hidden,
                  const View& diff_hidden, const MutableView& gates, const MutableView& inner,
                  const MutableView& diff_h) {
  dispatch_real(hidden.dtype, [&](auto zero) {
    using T = decltype(zero);
    const At<T> a(gates), q(inner);
    const At<const T> first(h), y(hidden), dy(diff_hidden.data != nullptr ? diff_hidden : hidden);
    const std::int64_t units = hidden.shape[2];
    for (std::int64_t i = 0; i < hidden.shape[0]; ++i) {
      Row dh = load<T>(diff_h, i);
      for (std::int64_t t = hidden.shape[1] - 1; t >= 0; --t) {
        const bool skipped = is_hidden(mask, i, t);
        Row d = row_of(3 * units), direct = dh;  // of b; of h₋₁ past the product
        for (std::int64_t j = 0; j < units; ++j) {
          const auto at = static_cast<std::size_t>(j);
          if (diff_hidden.data != nullptr) dh[at] += static_cast<double>(dy(i, t, j));
          double diff[3] = {};
          if (!skipped) {
            const double z = static_cast<double>(a(i, t, j)), r = static_cast<double>(a(i, t, units + j));
            const double g = static_cast<double>(a(i, t, 2 * units + j)), b = static_cast<double>(q(i, t, j));
            const double before = static_cast<double>(t > 0 ? y(i, t - 1, j) : first(i, j));
            diff[2] = dh[at] * (1 - z) * (1 - g * g);
            diff[1] = diff[2] * b * r * (1 - r);
            diff[0] = dh[at] * (before - g) * z * (1 - z);
            d[at] = diff[0];
            d[static_cast<std::size_t>(units + j)] = diff[1];
            d[static_cast<std::size_t>(2 * units + j)] = diff[2] * r;
            direct[at] = dh[at] * z;
          }
          for (std::int64_t k = 0; k < 3; ++k) a(i, t, k * units + j) = static_cast<T>(diff[k]);
          q(i, t, j) = static_cast<T>(d[static_cast<std::size_t>(2 * units + j)]);
        }
        if (skipped) continue;
        dh = times_transposed<T>(d, recurrent_weights);
        for (std::size_t j = 0; j < dh.size(); ++j) dh[j] += direct[j];
      }
      store<T>(dh, diff_h, i);
    }
  });
}

}  // namespace linnet::kernels::reference
