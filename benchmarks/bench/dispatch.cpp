// What an operation costs besides its arithmetic, and what a training step asks the system for.
#include <linnet/linnet.h>

#include "allocations.h"
#include "linnet/tensor/memory.h"
#include "parts.h"
#include "timing.h"

namespace linnet::bench {
namespace {

constexpr int chain_length = 100;

Tensor chain_of_additions(const Tensor& x, const Tensor& addend) {
  Tensor sum = x;
  for (int i = 0; i < chain_length; ++i) sum = add(sum, addend);
  return sum;
}

double nanoseconds_of_addition(int repeat, bool on_tape) {
  const Tensor addend = ones({4, 4});
  Tensor x = ones({4, 4});
  x.set_requires_grad(on_tape);
  return 1e9 * seconds_per_call(repeat, [&] { const Tensor sum = add(x, addend); });
}

double nanoseconds_with_gradient(int repeat) {
  const Tensor addend = ones({4, 4}), seed = ones({4, 4});
  Tensor x = ones({4, 4});
  x.set_requires_grad();
  return 1e9 / chain_length * seconds_per_call(repeat, [&] {
           x.clear_grad();
           chain_of_additions(x, addend).backward(seed);
         });
}

void measure_operations(Bench& bench) {
  set_num_threads(1);
  const int repeat = bench.options.repeat;
  Table table{"An operation on 4x4 elements"};
  table.columns = {{"operation"}, {"ns"}};
  table.rows = {{"add, no gradient wanted", nanoseconds_of_addition(repeat, false)},
                {"add, recorded on the tape", nanoseconds_of_addition(repeat, true)},
                {"add, recorded, and its gradient (in a chain of 100)", nanoseconds_with_gradient(repeat)}};
  bench.show(table);
}

struct Counts {
  Allocations program = allocations();
  MemoryStatistics tensors = memory_statistics();
};

// A longer fit less a shorter one is steps in the steady state alone.
void measure_allocations(Bench& bench) {
  constexpr std::int64_t shorter = 200, longer = 700;
  const Dataset data = datasets::mnist().train;
  Sequential model({Rescaling(1.0 / 255), Flatten(), Dense(64, {.activation = relu}), Dense(10)});
  model.compile({.optimizer = Adam(), .loss = SparseCategoricalCrossentropy({.from_logits = true})});
  Counts counts[4];
  int at = 0;
  for (std::int64_t steps : {shorter, shorter, longer}) {
    counts[at++] = Counts();
    model.fit(data, {.batch_size = 64, .steps_per_epoch = steps, .verbose = 0});
  }
  counts[at] = Counts();
  const auto per_step = [&](auto count_of) {
    const auto during = [&](int i) { return static_cast<double>(count_of(counts[i + 1]) - count_of(counts[i])); };
    return (during(2) - during(1)) / static_cast<double>(longer - shorter);
  };

  Table table{"Memory that a training step asks for in the steady state, 784-64-10, batch 64"};
  table.columns = {{"asked of"}, {"calls a step"}};
  table.rows = {
      {"Linnet's allocator, which keeps blocks", per_step([](const Counts& c) { return c.tensors.requests; })},
      {"the system, by Linnet's allocator", per_step([](const Counts& c) { return c.tensors.system_allocations; })},
      {"operator new", per_step([](const Counts& c) { return c.program.operator_new; })},
      {"malloc, calloc, realloc, aligned_alloc",
       counts_c_library ? per_step([](const Counts& c) { return c.program.c_library; }) : not_measured}};
  table.notes = {"The last line holds the two above it. Counted in the whole process, its libraries included."};
  bench.show(table);
}

}  // namespace

void measure_dispatch(Bench& bench) {
  measure_operations(bench);
  measure_allocations(bench);
}

}  // namespace linnet::bench
