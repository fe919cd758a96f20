// Recurrence: every block of samples walks through all steps by itself, without waiting for another. The recurrent
// weights are packed once into strips that stay in the first-level cache while a step's samples pass
// (docs/notes/recurrence.md).
#include <algorithm>
#include <cstring>

#include "linnet/kernels/cpu/cpu.h"
#include "linnet/kernels/cpu/gemm.h"
#include "linnet/kernels/cpu/recurrent_row.h"
#include "linnet/kernels/cpu/scratch.h"
#include "linnet/kernels/cpu/split.h"

namespace linnet::kernels::cpu {
namespace {

/// A matrix [k, n] that many rows are multiplied with: in strips of columns, each one dense.
class Packed {
 public:
  /// `weights`, transposed if so asked, for `rows` rows in all. Few rows are not worth the copy, where rows of the
  /// matrix are dense as they lie.
  Packed(const View& weights, bool transposed, std::int64_t rows)
      : data_(weights.as<float>()),
        k_(weights.shape[transposed ? 1 : 0]),
        n_(weights.shape[transposed ? 0 : 1]),
        row_(weights.strides[transposed ? 1 : 0]) {
    const std::int64_t column = weights.strides[transposed ? 0 : 1];
    if (rows < 32 && column == 1) return;
    float* copy = caller_scratch(k_ * n_);
    for (std::int64_t first = 0; first < n_; first += strip) {
      const std::int64_t width = std::min(strip, n_ - first);
      for (std::int64_t i = 0; i < k_; ++i)
        for (std::int64_t j = 0; j < width; ++j)
          copy[first * k_ + i * width + j] = data_[i * row_ + (first + j) * column];
    }
    data_ = copy;
    packed_ = true;
  }

  /// c [rows, n] = a [rows, k] · this + bias; a and c are dense.
  void multiply(std::int64_t rows, const float* a, const float* bias, float* c) const {
    for (std::int64_t first = 0; first < n_; first += strip) {
      const std::int64_t width = std::min(strip, n_ - first);
      gemm({.m = rows,
            .n = width,
            .k = k_,
            .a = a,
            .a_row = k_,
            .a_column = 1,
            .b = data_ + (packed_ ? first * k_ : first),
            .b_row = packed_ ? width : row_,
            .b_column = 1,
            .c = c + first,
            .c_row = n_,
            .bias = bias == nullptr ? nullptr : bias + first});
    }
  }

 private:
  static constexpr std::int64_t strip = 32;  // columns

  const float* data_;
  std::int64_t k_, n_, row_;
  bool packed_ = false;
};

/// What the kernels are given: dense, all of it float32 but the mask.
struct Walk {
  std::int64_t samples, steps, units, columns;  // columns: of the gates
  const float* before = nullptr;                // [samples, units]: h, or c of an LSTM, before the first step
  const float* first_state = nullptr;           // [samples, units]: h before the first step
  const bool* mask = nullptr;
  float* gates = nullptr;
  float* cells = nullptr;
  float* inner = nullptr;
  float* hidden = nullptr;
  const float* diff_hidden = nullptr;
  float* diff_h = nullptr;
  float* diff_c = nullptr;
  const float* recurrent_bias = nullptr;
  Activation activation = Activation::none;

  std::int64_t at(std::int64_t sample, std::int64_t step) const { return sample * steps + step; }
  bool hides(std::int64_t sample, std::int64_t step) const { return mask != nullptr && !mask[at(sample, step)]; }
  /// What one sample has in one step.
  StepRow row(std::int64_t sample, std::int64_t step) const {
    auto of_step = [&](auto* data, std::int64_t width) {
      return data == nullptr ? nullptr : data + at(sample, step) * width;
    };
    StepRow r{};
    r.u = units;
    r.gates = of_step(gates, columns);
    r.cells = of_step(cells, units);
    r.inner = of_step(inner, units);
    r.hidden = of_step(hidden, units);
    r.diff_hidden = of_step(diff_hidden, units);
    const float* states = cells != nullptr ? cells : hidden;
    r.before = step > 0 ? states + at(sample, step - 1) * units : before + sample * units;
    r.activation = activation;
    return r;
  }
  /// Calls block(first sample, last sample) for all samples, in parallel.
  template <class Block>
  void for_blocks(Block block) const {
    constexpr std::int64_t grain = 300 * 1000;  // multiplications that are worth a block
    parallel_split(samples, block_count(samples, samples * steps * units * columns, grain), block);
  }
};

void copy_row(const float* src, std::int64_t u, float* dst) {
  std::memcpy(dst, src, static_cast<std::size_t>(u) * sizeof(float));
}

using StepFunction = void (*)(const StepRow&);

/// Forward: a product, then a row of gates for each sample.
void walk_ahead(const Walk& w, const View& weights, StepFunction step_row) {
  const Packed packed(weights, false, w.samples * w.steps);
  w.for_blocks([&](std::int64_t first, std::int64_t last) {
    const std::int64_t rows = last - first;
    float* states = thread_scratch(rows * (w.units + w.columns));
    float* products = states + rows * w.units;
    copy_row(w.first_state + first * w.units, rows * w.units, states);
    for (std::int64_t t = 0; t < w.steps; ++t) {
      packed.multiply(rows, states, w.recurrent_bias, products);
      for (std::int64_t i = 0; i < rows; ++i) {
        StepRow r = w.row(first + i, t);
        r.state = states + i * w.units;
        r.products = products + i * w.columns;
        if (!w.hides(first + i, t)) {
          step_row(r);
          continue;
        }
        if (r.cells != nullptr) copy_row(r.before, w.units, r.cells);
        copy_row(r.state, w.units, r.hidden);
      }
    }
  });
}

/// Backward: a row of gates for each sample, then the product that leads to the step before.
void walk_back(const Walk& w, const View& weights, StepFunction step_row) {
  const Packed packed(weights, true, w.samples * w.steps);
  w.for_blocks([&](std::int64_t first, std::int64_t last) {
    const std::int64_t rows = last - first, size = rows * w.units;
    float* direct = thread_scratch(size + size + rows * w.columns);
    float *products = direct + size, *diffs = products + size;
    copy_row(w.diff_h + first * w.units, size, direct);
    std::fill_n(products, size, 0.0f);
    for (std::int64_t t = w.steps - 1; t >= 0; --t) {
      for (std::int64_t i = 0; i < rows; ++i) {
        StepRow r = w.row(first + i, t);
        r.direct = direct + i * w.units;
        r.diff_state = products + i * w.units;
        r.state = diffs + i * w.columns;
        r.diff_cell = w.diff_c == nullptr ? nullptr : w.diff_c + (first + i) * w.units;
        if (!w.hides(first + i, t)) {
          step_row(r);
          continue;
        }
        pass_back_row(r);
        std::fill_n(r.gates, w.columns, 0.0f);
        std::fill_n(r.state, w.columns, 0.0f);
        if (r.inner != nullptr) std::fill_n(r.inner, w.units, 0.0f);
      }
      packed.multiply(rows, diffs, nullptr, products);
    }
    for (std::int64_t i = 0; i < size; ++i) w.diff_h[first * w.units + i] = products[i] + direct[i];
  });
}

bool is_dense(const View& view) {
  return view.data == nullptr || (view.dtype == DType::float32 && view.is_contiguous());
}
bool is_dense_mask(const View& mask) { return mask.data == nullptr || mask.is_contiguous(); }

/// `steps` has the sizes of all steps [samples, steps, units].
Walk walk_over(const View& steps, const View& weights) {
  return {.samples = steps.shape[0], .steps = steps.shape[1], .units = steps.shape[2], .columns = weights.shape[1]};
}

/// Whether these are float32 and lie as the kernels want them; weights may lie in any way.
template <class... Views>
bool takes(const View& weights, const View& mask, const Views&... views) {
  return weights.dtype == DType::float32 && weights.size() > 0 && is_dense_mask(mask) && (is_dense(views) && ...);
}

}  // namespace

bool simple_rnn(Activation activation, const View& recurrent_weights, const View& h, const View& mask,
                const MutableView& hidden) {
  if (!takes(recurrent_weights, mask, h, hidden)) return false;
  Walk w = walk_over(hidden, recurrent_weights);
  w.first_state = w.before = h.as<float>();
  w.mask = mask.as<bool>();
  w.gates = w.hidden = hidden.as<float>();
  w.activation = activation;
  walk_ahead(w, recurrent_weights, simple_rnn_row);
  return true;
}

bool simple_rnn_backward(Activation activation, const View& recurrent_weights, const View& mask, const View& hidden,
                         const View& diff_hidden, const MutableView& diff_gates, const MutableView& diff_h) {
  if (!takes(recurrent_weights, mask, hidden, diff_hidden, diff_gates, diff_h)) return false;
  Walk w = walk_over(hidden, recurrent_weights);
  w.before = hidden.as<float>();  // not read
  w.mask = mask.as<bool>();
  w.gates = diff_gates.as<float>();
  w.hidden = const_cast<float*>(hidden.as<float>());
  w.diff_hidden = diff_hidden.as<float>();
  w.diff_h = diff_h.as<float>();
  w.activation = activation;
  walk_back(w, recurrent_weights, simple_rnn_backward_row);
  return true;
}

bool lstm(const View& recurrent_weights, const View& h, const View& c, const View& mask, const MutableView& gates,
          const MutableView& hidden, const MutableView& cells) {
  if (!takes(recurrent_weights, mask, h, c, gates, hidden, cells)) return false;
  Walk w = walk_over(hidden, recurrent_weights);
  w.first_state = h.as<float>();
  w.before = c.as<float>();
  w.mask = mask.as<bool>();
  w.gates = gates.as<float>();
  w.cells = cells.as<float>();
  w.hidden = hidden.as<float>();
  walk_ahead(w, recurrent_weights, lstm_row);
  return true;
}

bool lstm_backward(const View& recurrent_weights, const View& c, const View& mask, const View& cells,
                   const View& diff_hidden, const MutableView& gates, const MutableView& diff_h,
                   const MutableView& diff_c) {
  if (!takes(recurrent_weights, mask, c, cells, diff_hidden, gates, diff_h, diff_c)) return false;
  Walk w = walk_over(cells, recurrent_weights);
  w.before = c.as<float>();
  w.mask = mask.as<bool>();
  w.gates = gates.as<float>();
  w.cells = const_cast<float*>(cells.as<float>());
  w.diff_hidden = diff_hidden.as<float>();
  w.diff_h = diff_h.as<float>();
  w.diff_c = diff_c.as<float>();
  walk_back(w, recurrent_weights, lstm_backward_row);
  return true;
}

bool gru(const View& recurrent_weights, const View& recurrent_bias, const View& h, const View& mask,
         const MutableView& gates, const MutableView& inner, const MutableView& hidden) {
  if (!takes(recurrent_weights, mask, recurrent_bias, h, gates, inner, hidden)) return false;
  Walk w = walk_over(hidden, recurrent_weights);
  w.first_state = w.before = h.as<float>();
  w.mask = mask.as<bool>();
  w.gates = gates.as<float>();
  w.inner = inner.as<float>();
  w.hidden = hidden.as<float>();
  w.recurrent_bias = recurrent_bias.as<float>();
  walk_ahead(w, recurrent_weights, gru_row);
  return true;
}

bool gru_backward(const View& recurrent_weights, const View& h, const View& mask, const View& hidden,
                  const View& diff_hidden, const MutableView& gates, const MutableView& inner,
                  const MutableView& diff_h) {
  if (!takes(recurrent_weights, mask, h, hidden, diff_hidden, gates, inner, diff_h)) return false;
  Walk w = walk_over(hidden, recurrent_weights);
  w.before = h.as<float>();
  w.mask = mask.as<bool>();
  w.gates = gates.as<float>();
  w.inner = inner.as<float>();
  w.hidden = const_cast<float*>(hidden.as<float>());
  w.diff_hidden = diff_hidden.as<float>();
  w.diff_h = diff_h.as<float>();
  walk_back(w, recurrent_weights, gru_backward_row);
  return true;
}

}  // namespace linnet::kernels::cpu
