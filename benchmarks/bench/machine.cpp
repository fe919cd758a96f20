#include "machine.h"

#include <pthread.h>
#include <sched.h>

#include <algorithm>
#include <atomic>
#include <barrier>
#include <cstring>
#include <memory>
#include <thread>
#include <vector>

#include "linnet/base/thread_pool.h"
#include "parts.h"
#include "timing.h"

namespace linnet::bench {
namespace {

std::vector<int> allowed_processors() {
  cpu_set_t set;
  CPU_ZERO(&set);
  sched_getaffinity(0, sizeof set, &set);
  std::vector<int> processors;
  for (int i = 0; i < CPU_SETSIZE; ++i)
    if (CPU_ISSET(i, &set)) processors.push_back(i);
  return processors;
}

void pin_this_thread(int processor) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(processor, &set);
  pthread_setaffinity_np(pthread_self(), sizeof set, &set);
}

void relax() {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#endif
}

void stay_busy(double seconds) {
  for (const double start = seconds_now(); seconds_now() < start + seconds;) relax();
}

double round_trip_between(int first, int second) {
  constexpr int rounds = 20'000;
  alignas(64) std::atomic<int> ball = 0;
  const double seconds = seconds_together(2, [&](int player) {
    pin_this_thread(player == 0 ? first : second);
    for (int turn = player; turn < 2 * rounds; turn += 2) {
      while (ball.load(std::memory_order_acquire) != turn) relax();
      ball.store(turn + 1, std::memory_order_release);
    }
  });
  return seconds / rounds;
}

double fork_join_seconds(int repeat) {
  return seconds_per_call(repeat, [] { parallel_blocks(num_threads(), [](std::int64_t) {}); });
}

}  // namespace

double seconds_together(int threads, const std::function<void(int)>& work) {
  constexpr double settling = 0.02;  // until the operating system has given each thread a processor of its own
  std::barrier all_are_there(threads);
  std::vector<double> starts(static_cast<std::size_t>(threads)), ends(starts);
  {
    std::vector<std::jthread> team;
    for (std::size_t t = 0; t < starts.size(); ++t)
      team.emplace_back([&, t] {
        stay_busy(settling);
        all_are_there.arrive_and_wait();
        starts[t] = seconds_now();
        work(static_cast<int>(t));
        ends[t] = seconds_now();
      });
  }
  return *std::max_element(ends.begin(), ends.end()) - *std::min_element(starts.begin(), starts.end());
}

double measure_copy_bandwidth(int threads) {
  constexpr std::size_t bytes = std::size_t{64} << 20, copies = 4;
  std::vector<std::vector<char>> sources(static_cast<std::size_t>(threads), std::vector<char>(bytes, 1)),
      targets(sources);
  const double seconds = seconds_together(threads, [&](int thread) {
    const auto t = static_cast<std::size_t>(thread);
    for (std::size_t i = 0; i < copies; ++i) std::memcpy(targets[t].data(), sources[t].data(), bytes);
  });
  return static_cast<double>(2 * copies * bytes) * threads / seconds;
}

double measure_round_trip() {
  const std::vector<int> processors = allowed_processors();
  if (processors.size() < 2) return not_measured;
  return median_of(3, [&] { return round_trip_between(processors[0], processors[1]); });
}

double Machine::peak(DType dtype, int threads) {
  const auto [place, is_new] = peaks_.try_emplace({dtype, threads});
  if (is_new) place->second = measure_peak(dtype, threads);  // NaN stays NaN
  for (int i = 1; is_new && i < repeat_; ++i)                // a neighbour can only take away from it
    place->second = std::max(place->second, measure_peak(dtype, threads));
  return place->second;
}

double Machine::copy_bandwidth(int threads) {
  const auto [place, is_new] = bandwidths_.try_emplace(threads);
  if (is_new) place->second = median_of(repeat_, [&] { return measure_copy_bandwidth(threads); });
  return place->second;
}

void measure_machine(Bench& bench) {
  Table table{"The machine"};
  table.columns = {{"threads"},   {"float32 GFLOP/s"},  {"bfloat16 GFLOP/s"},
                   {"copy GB/s"}, {"fork and join µs"}, {"round trip µs"}};
  for (int threads : bench.options.threads) {
    set_num_threads(threads);
    table.rows.push_back({double(threads), 1e-9 * bench.machine.peak(float32, threads),
                          1e-9 * bench.machine.peak(bfloat16, threads), 1e-9 * bench.machine.copy_bandwidth(threads),
                          1e6 * fork_join_seconds(bench.options.repeat), 1e6 * measure_round_trip()});
  }
  table.notes = {
      "GFLOP/s: multiplications and additions in registers, the best of the measurements; bfloat16 by AVX512-BF16",
      "(\"-\": not there).",
      "Copy: read and written bytes. Fork and join: an empty parallel_blocks with a block for each thread.",
      "Round trip: of a cache line between the first two processors that this program may use."};
  bench.show(table);
}

}  // namespace linnet::bench
