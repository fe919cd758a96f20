#include <cstdint>
#include <cstdio>

#include "allocations.h"
#include "linnet/linnet.h"

using namespace linnet;

namespace {

/// Looks at the counts after the steps `first` and `last` of an epoch.
class Counter final : public Callback {
 public:
  Counter(std::int64_t first, std::int64_t last) : first_(first), last_(last) {}
  bool needs_batch_logs() const override { return false; }
  void on_train_batch_end(std::int64_t step, const Logs&) override {
    if (step == first_) before_ = bench::allocations();
    if (step == last_) after_ = bench::allocations();
  }
  std::uint64_t operator_new() const { return after_.operator_new - before_.operator_new; }
  std::uint64_t c_library() const { return after_.c_library - before_.c_library; }

 private:
  std::int64_t first_, last_;
  bench::Allocations before_, after_;
};

bool is_zero(const char* what, std::uint64_t calls) {
  if (calls > 0)
    std::printf("%s: expected no call in 50 steps, received %llu\n", what, static_cast<unsigned long long>(calls));
  return calls == 0;
}

}  // namespace

int main() {
  const Dataset data(random_uniform({64 * 101, 40}), full({64 * 101}, 1, int32));
  Sequential model({Dense(32, {.activation = relu}), Dropout(0.2), Dense(10)});
  model.compile(
      {.optimizer = Adam(), .loss = SparseCategoricalCrossentropy({.from_logits = true}), .metrics = {"accuracy"}});
  const auto counter = std::make_shared<Counter>(49, 99);
  model.fit(data, {.batch_size = 64, .verbose = 0, .callbacks = {AnyCallback(counter)}});
  const bool by_new = is_zero("operator new", counter->operator_new());
  const bool by_malloc = !bench::counts_c_library || is_zero("malloc and its like", counter->c_library());
  return by_new && by_malloc ? 0 : 1;
}
