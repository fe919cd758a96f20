#include "linnet/kernels/reference/reference.h"
#include "tests/kernels/views.h"

namespace linnet::kernels {
namespace {

using Layout = Generator::Layout;
constexpr Activation activations[] = {Activation::none, Activation::relu, Activation::sigmoid, Activation::tanh};

/// Sizes, and operands that they all share: the recurrent weights, the states and a mask, or none.
struct Problem {
  Generator& generator;
  DType dtype;
  std::int64_t samples, steps, units, gates;
  bool masked;
  Layout layout;

  Array numbers(const Shape& shape) const { return generator.array(dtype, shape, layout, -1, 1); }
  /// Written in place, mostly dense as operations make them.
  Array result(const Shape& shape) const {
    return generator.array(dtype, shape, generator.integer(0, 3) ? Layout::dense : layout, -1, 1);
  }
  Shape of_state() const { return {samples, units}; }
  Shape of_steps() const { return {samples, steps, units}; }
  Shape of_gates() const { return {samples, steps, gates * units}; }
  Array weights() const { return generator.array(dtype, {units, gates * units}, layout, -0.5, 0.5); }
  Array mask() const { return generator.array(boolean, {samples, steps}, layout); }
};

Problem random_problem(Generator& generator, std::int64_t gates, Layout layout) {
  static constexpr std::int64_t sizes[] = {1, 2, 3, 5, 8, 16, 17, 33, 40};
  return {generator,
          generator.integer(0, 4) ? float32 : float64,
          generator.integer(0, 15) ? sizes[generator.integer(0, 8)] : 0,
          generator.integer(1, 6),
          sizes[generator.integer(0, 8)],
          gates,
          generator.integer(0, 1) == 0,
          layout};
}

/// Runs `fast` and `slow` on copies of several arrays that both write; each must agree.
template <class Fast, class Slow>
void expect_same_results(const std::vector<Array>& start, Fast fast, Slow slow) {
  constexpr double relative = 2e-5, absolute = 2e-5;  // a difference grows from step to step
  for (std::size_t which = 0; which < start.size(); ++which) {
    auto run = [&](auto& kernel, const MutableView& out) {
      std::vector<Array> arrays = start;
      std::vector<MutableView> views;
      for (Array& array : arrays) views.push_back(array.view());
      views[which] = out;
      kernel(views);
    };
    expect_same_result(
        start[which], [&](const MutableView& out) { run(fast, out); }, [&](const MutableView& out) { run(slow, out); },
        relative, absolute);
  }
}
using Views = std::vector<MutableView>;

TEST(Recurrent, SimpleEqualsTheReference) {
  Generator generator(1);
  for (int repetition = 0; repetition < 120; ++repetition) {
    const Problem p = random_problem(generator, 1, repetition % 2 ? Layout::dense : Layout::any);
    const Activation f = activations[generator.integer(0, 3)];
    Array weights = p.weights(), h = p.numbers(p.of_state()), mask = p.mask(), dy = p.numbers(p.of_steps());
    const View hides = p.masked ? View(mask) : View(), diff = generator.integer(0, 1) ? View(dy) : View();
    expect_same_results(
        {p.result(p.of_steps())}, [&](const Views& v) { simple_rnn(f, weights, h, hides, v[0]); },
        [&](const Views& v) { reference::simple_rnn(f, weights, h, hides, v[0]); });
    Array hidden = p.numbers(p.of_steps());
    expect_same_results(
        {p.result(p.of_steps()), p.result(p.of_state())},
        [&](const Views& v) { simple_rnn_backward(f, weights, hides, hidden, diff, v[0], v[1]); },
        [&](const Views& v) { reference::simple_rnn_backward(f, weights, hides, hidden, diff, v[0], v[1]); });
  }
}

TEST(Recurrent, LstmEqualsTheReference) {
  Generator generator(2);
  for (int repetition = 0; repetition < 120; ++repetition) {
    const Problem p = random_problem(generator, 4, repetition % 2 ? Layout::dense : Layout::any);
    Array weights = p.weights(), h = p.numbers(p.of_state()), c = p.numbers(p.of_state()), mask = p.mask();
    Array dy = p.numbers(p.of_steps()), cells = p.numbers(p.of_steps());
    const View hides = p.masked ? View(mask) : View(), diff = generator.integer(0, 1) ? View(dy) : View();
    Array gates = p.result(p.of_gates());
    if (p.masked) fill(0, gates.view());  // those of hidden steps are not defined, and stay as they are
    expect_same_results(
        {gates, p.result(p.of_steps()), p.result(p.of_steps())},
        [&](const Views& v) { lstm(weights, h, c, hides, v[0], v[1], v[2]); },
        [&](const Views& v) { reference::lstm(weights, h, c, hides, v[0], v[1], v[2]); });
    expect_same_results(
        {p.result(p.of_gates()), p.result(p.of_state()), p.result(p.of_state())},
        [&](const Views& v) { lstm_backward(weights, c, hides, cells, diff, v[0], v[1], v[2]); },
        [&](const Views& v) { reference::lstm_backward(weights, c, hides, cells, diff, v[0], v[1], v[2]); });
  }
}

TEST(Recurrent, GruEqualsTheReference) {
  Generator generator(3);
  for (int repetition = 0; repetition < 120; ++repetition) {
    const Problem p = random_problem(generator, 3, repetition % 2 ? Layout::dense : Layout::any);
    Array weights = p.weights(), h = p.numbers(p.of_state()), mask = p.mask(), hidden = p.numbers(p.of_steps());
    Array dy = p.numbers(p.of_steps()), bias = p.numbers({3 * p.units});
    const View hides = p.masked ? View(mask) : View(), diff = generator.integer(0, 1) ? View(dy) : View();
    const View added = generator.integer(0, 1) ? View(bias) : View();
    // b₂ of hidden steps is not defined: the backward pass does not read it.
    const std::vector<Array> forward{p.result(p.of_gates()), p.result(p.of_steps()), p.result(p.of_steps())};
    auto clear_hidden = [&](const View& inner) {
      for (std::int64_t i = 0; p.masked && i < p.samples; ++i)
        for (std::int64_t t = 0; t < p.steps; ++t) {
          if (mask.view().as<bool>()[i * mask.view().strides[0] + t * mask.view().strides[1]]) continue;
          const auto size = static_cast<std::int64_t>(size_of(p.dtype));
          auto* first = static_cast<std::byte*>(const_cast<void*>(inner.data));
          kernels::fill(
              0,
              {first + (i * inner.strides[0] + t * inner.strides[1]) * size, p.dtype, {p.units}, {inner.strides[2]}});
        }
    };
    expect_same_results(
        forward,
        [&](const Views& v) {
          gru(weights, added, h, hides, v[0], v[1], v[2]);
          clear_hidden(v[1]);
        },
        [&](const Views& v) {
          reference::gru(weights, added, h, hides, v[0], v[1], v[2]);
          clear_hidden(v[1]);
        });
    expect_same_results(
        {p.result(p.of_gates()), p.result(p.of_steps()), p.result(p.of_state())},
        [&](const Views& v) { gru_backward(weights, h, hides, hidden, diff, v[0], v[1], v[2]); },
        [&](const Views& v) { reference::gru_backward(weights, h, hides, hidden, diff, v[0], v[1], v[2]); });
  }
}

TEST(Recurrent, HasTheSameBitsForAnyNumberOfThreads) {
  Generator generator(4);
  for (std::int64_t samples : {16, 32, 70}) {
    const Problem p{generator, float32, samples, 12, 48, 4, true, Layout::dense};
    Array weights = p.weights(), h = p.numbers(p.of_state()), c = p.numbers(p.of_state()), mask = p.mask();
    Array cells = p.numbers(p.of_steps()), hidden = p.numbers(p.of_steps()), dy = p.numbers(p.of_steps());
    expect_same_bits(p.result(p.of_gates()),
                     [&](const MutableView& out) { lstm(weights, h, c, mask, out, hidden, cells); });
    expect_same_bits(p.result(p.of_gates()), [&](const MutableView& out) {
      Array dh = h, dc = c;
      lstm_backward(weights, c, mask, cells, dy, out, dh, dc);
    });
    const Problem q{generator, float32, samples, 12, 48, 3, false, Layout::dense};
    Array gru_weights = q.weights(), inner = q.numbers(q.of_steps());
    expect_same_bits(q.result(q.of_gates()),
                     [&](const MutableView& out) { gru(gru_weights, {}, h, {}, out, inner, hidden); });
    expect_same_bits(q.result(q.of_gates()), [&](const MutableView& out) {
      Array dh = h, diff_inner = cells;
      gru_backward(gru_weights, h, {}, cells, dy, out, diff_inner, dh);
    });
    const Problem s{generator, float32, samples, 12, 64, 1, false, Layout::dense};
    Array simple_weights = s.weights(), first = s.numbers(s.of_state()), y = s.numbers(s.of_steps());
    expect_same_bits(s.result(s.of_steps()),
                     [&](const MutableView& out) { simple_rnn(Activation::tanh, simple_weights, first, {}, out); });
    expect_same_bits(s.result(s.of_steps()), [&](const MutableView& out) {
      Array dh = first;
      simple_rnn_backward(Activation::tanh, simple_weights, {}, y, {}, out, dh);
    });
  }
}

}  // namespace
}  // namespace linnet::kernels
