// The kernels of one training step of the first network (784-64-10, batch 64, Adam), with 1 and 2 threads, and a few
// larger matrix products:   benchmark_kernels --benchmark_repetitions=5 --benchmark_report_aggregates_only=true
#include "linnet/kernels/kernels.h"

#include <benchmark/benchmark.h>

#include <random>
#include <vector>

#include "linnet/base/random.h"
#include "linnet/base/thread_pool.h"

namespace linnet::kernels {
namespace {

/// A dense array with memory of its own, filled with numbers in [-1, 1).
class Array {
 public:
  Array(DType dtype, const Shape& shape)
      : memory_(static_cast<std::size_t>(shape.size()) * size_of(dtype) + 64),
        view_(aligned(memory_.data()), dtype, shape, contiguous_strides(shape)) {
    if (dtype == float32) random_uniform(1, next_random_stream(), -1, 1, view_);
  }
  operator MutableView() { return view_; }
  operator View() { return view_; }
  MutableView& view() { return view_; }
  /// The last two axes exchanged.
  View transposed() { return {view_.data, view_.dtype, {view_.shape[1], view_.shape[0]}, {1, view_.strides[0]}}; }

 private:
  static void* aligned(unsigned char* data) { return data + (64 - reinterpret_cast<std::uintptr_t>(data) % 64) % 64; }
  std::vector<unsigned char> memory_;
  MutableView view_;
};

void set_threads(const benchmark::State& state) { set_num_threads(static_cast<int>(state.range(0))); }

void flops(benchmark::State& state, double per_call) {
  state.counters["GFLOP/s"] = benchmark::Counter(per_call * 1e-9, benchmark::Counter::kIsIterationInvariantRate);
}

void forward(benchmark::State& state, std::int64_t m, std::int64_t k, std::int64_t n) {
  set_threads(state);
  Array x(float32, {m, k}), w(float32, {k, n}), b(float32, {n}), y(float32, {m, n});
  for (auto _ : state) matmul(x, w, b, Activation::relu, y);
  flops(state, 2.0 * static_cast<double>(m * k * n));
}
void weight_gradient(benchmark::State& state, std::int64_t m, std::int64_t k, std::int64_t n) {
  set_threads(state);
  Array x(float32, {m, k}), dy(float32, {m, n}), dw(float32, {k, n});
  for (auto _ : state) matmul(x.transposed(), dy, {}, Activation::none, dw);
  flops(state, 2.0 * static_cast<double>(m * k * n));
}
void input_gradient(benchmark::State& state, std::int64_t m, std::int64_t k, std::int64_t n) {
  set_threads(state);
  Array dy(float32, {m, n}), w(float32, {k, n}), dx(float32, {m, k});
  for (auto _ : state) matmul(dy, w.transposed(), {}, Activation::none, dx);
  flops(state, 2.0 * static_cast<double>(m * k * n));
}

#define EACH_SHAPE(function)                                                              \
  BENCHMARK_CAPTURE(function, 64x784x64, 64, 784, 64)->Arg(1)->Arg(2)->UseRealTime();     \
  BENCHMARK_CAPTURE(function, 64x64x10, 64, 64, 10)->Arg(1)->Arg(2)->UseRealTime();       \
  BENCHMARK_CAPTURE(function, 128x784x512, 128, 784, 512)->Arg(1)->Arg(2)->UseRealTime(); \
  BENCHMARK_CAPTURE(function, 256x768x3072, 256, 768, 3072)->Arg(1)->Arg(2)->UseRealTime()
EACH_SHAPE(forward);
EACH_SHAPE(weight_gradient);
EACH_SHAPE(input_gradient);

struct Step {
  Array images{uint8, {60000, 784}}, indices{int64, {64}}, x{float32, {64, 784}};
  Array labels{int32, {64}}, logits{float32, {64, 10}}, softmax{float32, {64, 10}}, loss{float32, {64}};
  Array h{float32, {64, 64}}, dh{float32, {64, 64}}, dz{float32, {64, 64}}, scale{float32, {64}};
  Array w1{float32, {784, 64}}, b1{float32, {64}}, w2{float32, {64, 10}}, b2{float32, {10}};
  Array dw1{float32, {784, 64}}, db1{float32, {64}}, dw2{float32, {64, 10}}, db2{float32, {10}};
  std::vector<Array> slots;
  std::vector<Parameter> parameters;
  std::mt19937 engine{1};

  Step() {
    fill(1 / 64.0, scale.view());
    fill(3, labels.view());
    std::pair<Array*, Array*> weights[] = {{&w1, &dw1}, {&b1, &db1}, {&w2, &dw2}, {&b2, &db2}};
    for (auto& [w, dw] : weights)
      for (int s = 0; s < 2; ++s) {
        slots.emplace_back(float32, w->view().shape);
        fill(0, slots.back().view());
      }
    for (std::size_t i = 0; i < 4; ++i)
      parameters.push_back({weights[i].first->view(), weights[i].second->view(), {slots[2 * i], slots[2 * i + 1], {}}});
  }
  void gather() {
    for (int i = 0; i < 64; ++i) indices.view().as<std::int64_t>()[i] = static_cast<std::int64_t>(engine() % 60000);
    gather_rows(images, indices, 1 / 255.0, 0, x);
  }
  void forward_and_loss() {
    matmul(x, w1, b1, Activation::relu, h);
    matmul(h, w2, b2, Activation::none, logits);
    sparse_softmax_cross_entropy(logits, labels, loss, softmax);
  }
  void backward() {
    sparse_softmax_cross_entropy_backward(softmax, labels, scale, softmax);
    matmul(h.transposed(), softmax, {}, Activation::none, dw2);
    MutableView db2_row(db2.view().data, float32, {1, 10}, {10, 1}),
        db1_row(db1.view().data, float32, {1, 64}, {64, 1});
    reduce(ReduceOp::sum, softmax, db2_row);
    matmul(softmax, w2.transposed(), {}, Activation::none, dh);
    binary(BinaryOp::relu_gradient, h, dh, dz);
    matmul(x.transposed(), dz, {}, Activation::none, dw1);
    reduce(ReduceOp::sum, dz, db1_row);
  }
  void adam() { adam_step(parameters, 1e-3, 0.9, 0.999, 1e-7, false); }
};

void step_gather(benchmark::State& state) {
  set_threads(state);
  Step step;
  for (auto _ : state) step.gather();
}
void step_adam(benchmark::State& state) {
  set_threads(state);
  Step step;
  for (auto _ : state) step.adam();
}
void step_loss(benchmark::State& state) {
  set_threads(state);
  Step step;
  for (auto _ : state) {
    sparse_softmax_cross_entropy(step.logits, step.labels, step.loss, step.softmax);
    sparse_softmax_cross_entropy_backward(step.softmax, step.labels, step.scale, step.softmax);
  }
}
void step_relu_gradient(benchmark::State& state) {
  set_threads(state);
  Step step;
  for (auto _ : state) binary(BinaryOp::relu_gradient, step.h, step.dh, step.dz);
}
void step_bias_gradient(benchmark::State& state) {
  set_threads(state);
  Step step;
  MutableView row(step.db1.view().data, float32, {1, 64}, {64, 1});
  for (auto _ : state) reduce(ReduceOp::sum, step.dz, row);
}
void whole_step(benchmark::State& state) {
  set_threads(state);
  Step step;
  for (auto _ : state) {
    step.gather();
    step.forward_and_loss();
    step.backward();
    step.adam();
  }
}
BENCHMARK(step_gather)->Arg(1)->Arg(2)->UseRealTime();
BENCHMARK(step_adam)->Arg(1)->Arg(2)->UseRealTime();
BENCHMARK(step_loss)->Arg(1)->UseRealTime();
BENCHMARK(step_relu_gradient)->Arg(1)->UseRealTime();
BENCHMARK(step_bias_gradient)->Arg(1)->UseRealTime();
BENCHMARK(whole_step)->Arg(1)->Arg(2)->UseRealTime();

}  // namespace
}  // namespace linnet::kernels
