// Kernels by themselves: the products and convolutions of small and large networks, one training step of the first
// network, and passes over arrays that no cache holds.
#include "linnet/kernels/kernels.h"

#include <fmt/format.h>

#include <functional>
#include <memory>
#include <random>
#include <utility>
#include <vector>

#include "linnet/base/random.h"
#include "linnet/tensor/memory.h"
#include "parts.h"
#include "timing.h"

namespace linnet::bench {
namespace {

using namespace kernels;

/// A dense array in memory as tensors have it, filled with numbers in [-1, 1), integers with 0.
class Array {
 public:
  Array(DType dtype, const Shape& shape) {
    const std::size_t bytes = static_cast<std::size_t>(shape.size()) * size_of(dtype);
    memory_ = {detail::allocate(bytes), [bytes](void* memory) { detail::deallocate(memory, bytes); }};
    view_ = MutableView(memory_.get(), dtype, shape, contiguous_strides(shape));
    if (is_floating(dtype))
      random_uniform(1, next_random_stream(), -1, 1, view_);
    else
      fill(0, view_);
  }
  operator const MutableView&() const { return view_; }
  operator View() const { return view_; }
  const MutableView& view() const { return view_; }
  /// A matrix with its axes exchanged.
  View transposed() const { return {view_.data, view_.dtype, {view_.shape[1], view_.shape[0]}, {1, view_.strides[0]}}; }

 private:
  std::shared_ptr<void> memory_;
  MutableView view_;
};

// ---- matrix products ------------------------------------------------------------------------------------------------

/// A dense layer: m samples, k inputs, n outputs.
struct Layer {
  std::int64_t m, k, n;
  double operations() const { return 2.0 * static_cast<double>(m * k * n); }
};
constexpr Layer layers[] = {{64, 784, 64},    {64, 64, 10},    {128, 784, 512},  {128, 512, 512},
                            {256, 768, 2304}, {256, 768, 768}, {256, 768, 3072}, {256, 3072, 768}};
constexpr Layer one_token = {1, 768, 3072};

double forward_seconds(const Layer& layer, DType dtype, int repeat) {
  const Array x(dtype, {layer.m, layer.k}), w(dtype, {layer.k, layer.n}), b(dtype, {layer.n}),
      y(dtype, {layer.m, layer.n});
  return seconds_per_call(repeat, [&] { matmul(x, w, b, Activation::relu, y); });
}

double weight_gradient_seconds(const Layer& layer, DType dtype, int repeat) {
  const Array x(dtype, {layer.m, layer.k}), dy(dtype, {layer.m, layer.n}), dw(dtype, {layer.k, layer.n});
  return seconds_per_call(repeat, [&] { matmul(x.transposed(), dy, {}, Activation::none, dw); });
}

double input_gradient_seconds(const Layer& layer, DType dtype, int repeat) {
  const Array dy(dtype, {layer.m, layer.n}), w(dtype, {layer.k, layer.n}), dx(dtype, {layer.m, layer.k});
  return seconds_per_call(repeat, [&] { matmul(dy, w.transposed(), {}, Activation::none, dx); });
}

using Product = double (*)(const Layer&, DType, int repeat);

void add_product(Bench& bench, Table& table, const Layer& layer, DType dtype, const std::string& name,
                 Product seconds_of_product) {
  const std::string shape = fmt::format("{}x{}x{}", layer.m, layer.k, layer.n);
  table.rows.push_back(bench.row({shape, name}, [&](int threads) -> std::vector<double> {
    const double seconds = seconds_of_product(layer, dtype, bench.options.repeat),
                 per_second = layer.operations() / seconds;
    return {1e6 * seconds, 1e-9 * per_second, 100 * per_second / bench.machine.peak(dtype, threads)};
  }));
}

void measure_products(Bench& bench, DType dtype) {
  Table table = bench.table(fmt::format("Matrix products, {}", name(dtype)), {"m x k x n", "product"},
                            {"µs", "GFLOP/s", "% of peak"});
  if (dtype == bfloat16 && !multiplies_bfloat16()) {
    table.notes = {"Left out: this processor has no instructions for them, so they would be computed in float32."};
    bench.show(table);
    return;
  }
  for (const Layer& layer : layers) {
    add_product(bench, table, layer, dtype, "relu(x w + b)", forward_seconds);
    add_product(bench, table, layer, dtype, "gradient of w", weight_gradient_seconds);
    add_product(bench, table, layer, dtype, "gradient of x", input_gradient_seconds);
  }
  add_product(bench, table, one_token, dtype, "relu(x w + b)", forward_seconds);
  bench.show(table);
}

// ---- convolutions ---------------------------------------------------------------------------------------------------

/// Channels last, the same stride everywhere, no padding.
struct Convolution {
  Shape src, weights;
  std::int64_t stride = 1;

  Windows windows() const {
    const int axes = src.rank() - 2;
    return {Shape::filled(axes, stride), Shape::filled(axes, 1), Shape::filled(axes, 0)};
  }
  Shape dst() const {
    Shape shape = src;
    for (int axis = 1; axis < src.rank() - 1; ++axis) shape[axis] = (src[axis] - weights[axis - 1]) / stride + 1;
    shape[-1] = weights.back();
    return shape;
  }
  double operations() const {
    return 2.0 * static_cast<double>(dst().size()) * static_cast<double>(weights.size() / weights.back());
  }
};

void add_convolution(Bench& bench, Table& table, const Convolution& c) {
  const Array x(float32, c.src), w(float32, c.weights), b(float32, {c.weights.back()}), y(float32, c.dst());
  const Windows windows = c.windows();
  const auto add = [&](const char* name, const std::function<void()>& pass) {
    table.rows.push_back(
        bench.row({to_string(c.src), to_string(c.weights), name}, [&](int threads) -> std::vector<double> {
          const double seconds = seconds_per_call(bench.options.repeat, pass), per_second = c.operations() / seconds;
          return {1e6 * seconds, 1e-9 * per_second, 100 * per_second / bench.machine.peak(float32, threads)};
        }));
  };
  add("relu(conv + b)", [&] { convolution(x, w, b, Activation::relu, windows, y); });
  add("gradient of w", [&] { convolution_backward_weights(x, y, windows, w); });
  add("gradient of x", [&] { convolution_backward_src(y, w, windows, x); });
}

void measure_convolutions(Bench& bench) {
  Table table = bench.table("Convolutions, float32, channels last", {"x", "w", "pass"}, {"µs", "GFLOP/s", "% of peak"});
  for (const Convolution& c : {Convolution{{64, 28, 28, 1}, {3, 3, 1, 32}},
                               {{64, 13, 13, 32}, {3, 3, 32, 64}},
                               {{8, 16, 16, 128}, {3, 3, 128, 256}},
                               {{8, 28, 28, 64}, {1, 1, 64, 128}},
                               {{4, 227, 227, 3}, {11, 11, 3, 64}, 4},
                               {{8, 30, 30, 64}, {3, 3, 1, 64}},
                               {{32, 100, 64}, {5, 64, 128}}})
    add_convolution(bench, table, c);
  bench.show(table);
}

// ---- the first network ----------------------------------------------------------------------------------------------

/// A training step of 784-64-10 with Adam on 64 of 60,000 images, as kernels without tensors and tape.
struct Step {
  Array images{uint8, {60000, 784}}, indices{int64, {64}};
  ColumnBlocks x{nullptr, 64, 784, column_blocks(64, 784, 64)};
  Array memory_of_x{float32, {x.size()}};
  Array labels{int32, {64}}, logits{float32, {64, 10}}, softmax{float32, {64, 10}}, loss{float32, {64}};
  Array h{float32, {64, 64}}, dh{float32, {64, 64}}, dz{float32, {64, 64}}, scale{float32, {64}};
  Array w1{float32, {784, 64}}, b1{float32, {64}}, w2{float32, {64, 10}}, b2{float32, {10}};
  Array dw1{float32, {784, 64}}, db1{float32, {1, 64}}, dw2{float32, {64, 10}}, db2{float32, {1, 10}};
  std::vector<Array> slots;
  std::vector<Parameter> parameters;
  std::mt19937 engine{1};

  Step() {
    x.data = memory_of_x.view().as<float>();
    fill(1 / 64.0, scale);
    add_parameter(w1, dw1);
    add_parameter(b1, db1);
    add_parameter(w2, dw2);
    add_parameter(b2, db2);
  }
  void add_parameter(const Array& value, const Array& gradient) {
    MutableView moments[2];
    for (MutableView& moment : moments) {
      moment = slots.emplace_back(float32, value.view().shape);
      fill(0, moment);
    }
    const View same_shape(gradient.view().data, float32, value.view().shape, value.view().strides);
    parameters.push_back({value, same_shape, {moments[0], moments[1], {}}});
  }
  void gather() {
    for (int i = 0; i < 64; ++i) indices.view().as<std::int64_t>()[i] = static_cast<std::int64_t>(engine() % 60000);
    gather_column_blocks(images, indices, 1 / 255.0, 0, x);
  }
  void forward() {
    matmul(x, w1, b1, Activation::relu, h);
    matmul(h, w2, b2, Activation::none, logits);
  }
  void loss_and_gradient() {
    sparse_softmax_cross_entropy(logits, labels, loss, softmax);
    sparse_softmax_cross_entropy_backward(softmax, labels, scale, softmax);
  }
  void activation_gradient() { binary(BinaryOp::relu_gradient, h, dh, dz); }
  void bias_gradients() {
    reduce(ReduceOp::sum, softmax, db2);
    reduce(ReduceOp::sum, dz, db1);
  }
  void backward() {
    matmul(h.transposed(), softmax, {}, Activation::none, dw2);
    matmul(softmax, w2.transposed(), {}, Activation::none, dh);
    activation_gradient();
    matmul_transposed(x, dz, dw1);
    bias_gradients();
  }
  void adam() { adam_step(parameters, 1e-3, 0.9, 0.999, 1e-7, false); }
  void whole() {
    gather();
    forward();
    loss_and_gradient();
    backward();
    adam();
  }
};

void measure_step(Bench& bench) {
  const std::pair<const char*, void (Step::*)()> pieces[] = {
      {"gather 64 images, scaled to float32", &Step::gather},
      {"forward: 2 products", &Step::forward},
      {"softmax cross-entropy and its gradient", &Step::loss_and_gradient},
      {"gradient of relu", &Step::activation_gradient},
      {"gradients of the biases: 2 sums", &Step::bias_gradients},
      {"backward: 3 products and the two above", &Step::backward},
      {"Adam, 50,890 weights", &Step::adam},
      {"the whole step", &Step::whole}};
  Table table = bench.table("The kernels of a training step, 784-64-10, batch 64", {"kernel"}, {"µs"});
  for (const auto& [name, piece] : pieces)
    table.rows.push_back(bench.row({name}, [&, piece = piece](int) -> std::vector<double> {
      Step step;
      return {1e6 * seconds_per_call(bench.options.repeat, [&] { (step.*piece)(); })};
    }));
  bench.show(table);
}

// ---- arrays that no cache holds -------------------------------------------------------------------------------------

using Kernel = std::function<void()>;

/// What a pass has to read and write, each array once.
double bytes_of(std::initializer_list<View> views) {
  double bytes = 0;
  for (const View& view : views) bytes += static_cast<double>(view.size()) * static_cast<double>(size_of(view.dtype));
  return bytes;
}

void add_pass(Bench& bench, Table& table, const std::string& name, double bytes, const Kernel& kernel) {
  table.rows.push_back(bench.row({name, 1e-6 * bytes}, [&](int threads) -> std::vector<double> {
    const double per_second = bytes / seconds_per_call(bench.options.repeat, kernel);
    return {1e6 * bytes / per_second, 1e-9 * per_second, 100 * per_second / bench.machine.copy_bandwidth(threads)};
  }));
}

void add_cross_entropy(Bench& bench, Table& table) {
  const Array logits(float32, {256, 50257}), softmax(float32, {256, 50257}), labels(int64, {256}), loss(float32, {256});
  add_pass(bench, table, "softmax cross-entropy and its gradient, 256x50257",
           bytes_of({logits, softmax, softmax, softmax}), [&] {
             sparse_softmax_cross_entropy(logits, labels, loss, softmax);
             sparse_softmax_cross_entropy_backward(softmax, labels, loss, softmax);
           });
}

void add_adam(Bench& bench, Table& table) {
  const Shape shape = {4096, 4096};
  const Array w(float32, shape), dw(float32, shape), m(float32, shape), v(float32, shape);
  fill(0, m);
  fill(0, v);
  const Parameter parameter = {w, dw, {m, v, {}}};
  add_pass(bench, table, "Adam, 16 Mi weights", bytes_of({w, dw, m, v, w, m, v}), [&] {
    adam_step({&parameter, 1}, 1e-3, 0.9, 0.999, 1e-7, false);
  });
}

void add_gather(Bench& bench, Table& table) {
  constexpr std::int64_t rows = 50257, count = 8192;
  const Array src(float32, {rows, 768}), indices(int64, {count}), dst(float32, {count, 768});
  std::mt19937 engine(1);
  for (int i = 0; i < count; ++i) indices.view().as<std::int64_t>()[i] = static_cast<std::int64_t>(engine() % rows);
  add_pass(bench, table, "gather 8192 of 50257 rows of 768", bytes_of({dst, dst}),
           [&] { gather_rows(src, indices, 1, 0, dst); });
}

void add_elementwise(Bench& bench, Table& table) {
  const Shape shape = {4096, 4096};
  const Array a(float32, shape), b(float32, shape), c(float32, shape), y(float32, shape);
  add_pass(bench, table, "relu(a * b + c), three kernels of 16 Mi elements", bytes_of({a, b, y, y, c, y, y, y}), [&] {
    binary(BinaryOp::multiply, a, b, y);
    binary(BinaryOp::add, y, c, y);
    unary(UnaryOp::relu, y, y);
  });
}

void add_reductions(Bench& bench, Table& table) {
  const Array src(float32, {8192, 2048}), of_rows(float32, {8192, 1}), of_columns(float32, {1, 2048}),
      of_all(float32, {1, 1});
  const std::pair<const char*, const Array&> sums[] = {
      {"sum of each row, 8192x2048", of_rows}, {"sum of each column", of_columns}, {"sum of all", of_all}};
  for (const auto& [name, dst] : sums)
    add_pass(bench, table, name, bytes_of({src, dst}), [&, &to = dst] { reduce(ReduceOp::sum, src, to); });
}

void add_standardization(Bench& bench, Table& table) {
  const Shape shape = {8192, 2048};
  const Array x(float32, shape), y(float32, shape);
  for (const auto& [name, kept] : {std::pair<const char*, Shape>{"standardize each row, 8192x2048", {8192, 1}},
                                   {"standardize each column", {1, 2048}}}) {
    const Array mean(float32, kept), variance(float32, kept);
    add_pass(bench, table, name, bytes_of({x, y}), [&] { standardize(x, 1e-3, mean, variance, y); });
  }
}

void add_pooling(Bench& bench, Table& table) {
  const Array x(float32, {64, 56, 56, 64}), y(float32, {64, 28, 28, 64});
  const Windows windows = {{2, 2}, {1, 1}, {0, 0}};
  add_pass(bench, table, "largest of 2x2, 64x56x56x64", bytes_of({x, y}), [&] {
    pool(PoolOp::maximum, x, {2, 2}, windows, y);
  });
}

void measure_passes(Bench& bench) {
  Table table = bench.table("Passes over memory, float32", {"kernel", "MB"}, {"µs", "GB/s", "% of copy"});
  add_cross_entropy(bench, table);
  add_adam(bench, table);
  add_gather(bench, table);
  add_elementwise(bench, table);
  add_reductions(bench, table);
  add_standardization(bench, table);
  add_pooling(bench, table);
  table.notes = {"MB and GB/s: what is read and what is written. A pass that reads more than it writes can be faster",
                 "than a copy, and so can one whose rows are still in a cache."};
  bench.show(table);
}

}  // namespace

void measure_kernels(Bench& bench) {
  measure_products(bench, float32);
  measure_products(bench, bfloat16);
  measure_convolutions(bench);
  measure_step(bench);
  measure_passes(bench);
}

}  // namespace linnet::bench
