#include <algorithm>
#include <cmath>
#include <vector>

#include "linnet/kernels/reference/loop.h"
#include "linnet/kernels/reference/reference.h"
#include "linnet/kernels/windows.h"

namespace linnet::kernels::reference {
namespace {

template <class T>
void convolution_of(const View& src, const View& weights, const View& bias, Activation activation, const Windows& w,
                    const MutableView& dst) {
  const Position window = sizes_at(weights.shape, 0), from = sizes_at(src.shape, 1);
  const std::int64_t in = weights.shape[3], out = weights.shape[4], group = out / (src.shape[4] / in);
  for (std::int64_t n = 0; n < dst.shape[0]; ++n)
    for_each_position(sizes_at(dst.shape, 1), [&](const Position& y) {
      for (std::int64_t o = 0; o < out; ++o) {
        double total = bias.data ? static_cast<double>(bias.as<T>()[o * bias.strides[0]]) : 0;
        for_each_cell(w, window, from, y, [&](const Position& k, const Position& x) {
          const T* a = src.as<T>() + offset_of(src, n, x, o / group * in);
          const T* b = weights.as<T>() + weight_offset(weights.strides, k, 0, o);
          for (std::int64_t i = 0; i < in; ++i)
            total += static_cast<double>(a[i * src.strides[4]]) * static_cast<double>(b[i * weights.strides[3]]);
        });
        dst.as<T>()[offset_of(dst, n, y, o)] = store<T>(activate(activation, total));
      }
    });
}

/// Scatters each element of diff_dst to the elements of src that its window sees.
template <class T>
void backward_src_of(const View& diff_dst, const View& weights, const Windows& w, const MutableView& diff_src) {
  const Position window = sizes_at(weights.shape, 0), to = sizes_at(diff_src.shape, 1);
  const std::int64_t in = weights.shape[3], out = weights.shape[4], channels = diff_src.shape[4];
  const std::int64_t group = out / (channels / in);
  std::vector<double> total(static_cast<std::size_t>(to[0] * to[1] * to[2] * channels));
  for (std::int64_t n = 0; n < diff_src.shape[0]; ++n) {
    std::fill(total.begin(), total.end(), 0);
    for_each_position(sizes_at(diff_dst.shape, 1), [&](const Position& y) {
      for_each_cell(w, window, to, y, [&](const Position& k, const Position& x) {
        double* sums = total.data() + ((x[0] * to[1] + x[1]) * to[2] + x[2]) * channels;
        for (std::int64_t o = 0; o < out; ++o) {
          const auto d = static_cast<double>(diff_dst.as<T>()[offset_of(diff_dst, n, y, o)]);
          const T* b = weights.as<T>() + weight_offset(weights.strides, k, 0, o);
          for (std::int64_t i = 0; i < in; ++i)
            sums[o / group * in + i] += d * static_cast<double>(b[i * weights.strides[3]]);
        }
      });
    });
    const double* sums = total.data();
    for_each_position(to, [&](const Position& x) {
      for (std::int64_t c = 0; c < channels; ++c) diff_src.as<T>()[offset_of(diff_src, n, x, c)] = store<T>(*sums++);
    });
  }
}

template <class T>
void backward_weights_of(const View& src, const View& diff_dst, const Windows& w, const MutableView& diff_weights) {
  const Position window = sizes_at(diff_weights.shape, 0), from = sizes_at(src.shape, 1);
  const std::int64_t in = diff_weights.shape[3], out = diff_weights.shape[4], group = out / (src.shape[4] / in);
  std::vector<double> total(static_cast<std::size_t>(window[0] * window[1] * window[2] * in * out));
  for (std::int64_t n = 0; n < src.shape[0]; ++n)
    for_each_position(sizes_at(diff_dst.shape, 1), [&](const Position& y) {
      for_each_cell(w, window, from, y, [&](const Position& k, const Position& x) {
        double* sums = total.data() + ((k[0] * window[1] + k[1]) * window[2] + k[2]) * in * out;
        for (std::int64_t o = 0; o < out; ++o) {
          const auto d = static_cast<double>(diff_dst.as<T>()[offset_of(diff_dst, n, y, o)]);
          const T* a = src.as<T>() + offset_of(src, n, x, o / group * in);
          for (std::int64_t i = 0; i < in; ++i) sums[i * out + o] += d * static_cast<double>(a[i * src.strides[4]]);
        }
      });
    });
  const double* sums = total.data();
  for_each_position(window, [&](const Position& k) {
    for (std::int64_t i = 0; i < in; ++i)
      for (std::int64_t o = 0; o < out; ++o)
        diff_weights.as<T>()[weight_offset(diff_weights.strides, k, i, o)] = store<T>(*sums++);
  });
}

}  // namespace

void convolution(const View& src, const View& weights, const View& bias, Activation activation, const Windows& windows,
                 const MutableView& dst) {
  dispatch_floating(dst.dtype, [&](auto zero) {
    convolution_of<decltype(zero)>(as_volumes(src), as_window(weights), bias, activation, as_volumes(windows),
                                   as_volumes(dst));
  });
}

void convolution_backward_src(const View& diff_dst, const View& weights, const Windows& windows,
                              const MutableView& diff_src) {
  dispatch_floating(diff_src.dtype, [&](auto zero) {
    backward_src_of<decltype(zero)>(as_volumes(diff_dst), as_window(weights), as_volumes(windows),
                                    as_volumes(diff_src));
  });
}

void convolution_backward_weights(const View& src, const View& diff_dst, const Windows& windows,
                                  const MutableView& diff_weights) {
  dispatch_floating(diff_weights.dtype, [&](auto zero) {
    backward_weights_of<decltype(zero)>(as_volumes(src), as_volumes(diff_dst), as_volumes(windows),
                                        as_window(diff_weights));
  });
}

}  // namespace linnet::kernels::reference
