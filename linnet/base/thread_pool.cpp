#include "linnet/base/thread_pool.h"

#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <charconv>
#include <chrono>
#include <cstdlib>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "linnet/base/check.h"
#include "linnet/base/processors.h"
#include "linnet/base/profile_scope.h"

#if defined(__SSE2__)
#include <immintrin.h>
#endif

namespace linnet {
namespace {

constexpr int most_threads = 1024;

// What a waiting processor does, and the register in which a thread says how it computes with subnormal numbers.
#if defined(__SSE2__)
void relax() { _mm_pause(); }
using FloatControl = unsigned;
constexpr FloatControl flush_denormals = 0x8040;  // results and operands become zero
FloatControl float_control() { return _mm_getcsr(); }
void set_float_control(FloatControl control) { _mm_setcsr(control); }
#elif defined(__aarch64__)
void relax() { asm volatile("yield"); }
using FloatControl = std::uint64_t;
constexpr FloatControl flush_denormals = 1 << 24;  // both
FloatControl float_control() {
  FloatControl control = 0;
  asm volatile("mrs %0, fpcr" : "=r"(control));
  return control;
}
void set_float_control(FloatControl control) { asm volatile("msr fpcr, %0" : : "r"(control)); }
#else
void relax() { std::this_thread::yield(); }
using FloatControl = int;
constexpr FloatControl flush_denormals = 0;
FloatControl float_control() { return 0; }
void set_float_control(FloatControl) {}
#endif

/// While it lives, this thread computes with subnormal numbers as zeros: the same bits on whichever thread a block
/// runs, and no hundredfold slowdown when a gradient fades out.
class FlushDenormals {
 public:
  FlushDenormals() : saved_(float_control()) {
    if ((saved_ & flush_denormals) != flush_denormals) set_float_control(saved_ | flush_denormals);
  }
  ~FlushDenormals() {
    if ((saved_ & flush_denormals) != flush_denormals) set_float_control(saved_);
  }
  FlushDenormals(const FlushDenormals&) = delete;
  FlushDenormals& operator=(const FlushDenormals&) = delete;

 private:
  FloatControl saved_;
};

using Word = std::atomic<std::uint32_t>;

constexpr std::uint32_t anybody = FUTEX_BITSET_MATCH_ANY;

/// Sleeps while `word` is what was expected, until somebody is woken who is one of `who`.
void futex_wait(Word& word, std::uint32_t expected, std::uint32_t who = anybody) {
  syscall(SYS_futex, &word, FUTEX_WAIT_BITSET | FUTEX_PRIVATE_FLAG, expected, nullptr, nullptr, who);
}
void futex_wake(Word& word, int threads, std::uint32_t who = anybody) {
  syscall(SYS_futex, &word, FUTEX_WAKE_BITSET | FUTEX_PRIVATE_FLAG, threads, nullptr, nullptr, who);
}

/// Polls `done` for up to `limit`; returns what it said last.
template <class Condition>
bool spin(std::chrono::nanoseconds limit, Condition done) {
  if (done()) return true;
  const auto end = std::chrono::steady_clock::now() + limit;
  do {
    for (int i = 0; i < 16; ++i) {
      if (done()) return true;
      relax();
    }
  } while (std::chrono::steady_clock::now() < end);
  return done();
}

int default_num_threads() {
  const char* text = std::getenv("LINNET_NUM_THREADS");
  if (text == nullptr || *text == '\0')
    return std::min(detail::polite_num_threads(detail::allowed_processors()), most_threads);
  const std::string_view digits = text;
  int count = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), count);
  check(error == std::errc() && end == digits.data() + digits.size() && count >= 1 && count <= most_threads,
        "[LINNET_NUM_THREADS] expected an integer from 1 to ", most_threads, ", received \"", digits, "\"");
  return count;
}

thread_local bool inside_block = false;

void run_serially(std::int64_t count, detail::BlockFunction function, void* context) {
  for (std::int64_t block = 0; block < count; ++block) function(context, block);
}

/// The first threads, one for each block, own a range of the job's blocks each and take them from the front with one
/// compare-and-swap; who has none left takes from the others. The caller waits for blocks, not for threads: a worker
/// that sleeps or was pushed off its processor delays nothing but the block in its hands. Who owns nothing is not
/// woken, and does not look at the ranges.
class Pool {
 public:
  explicit Pool(int threads) : size_(threads), ranges_(static_cast<std::size_t>(threads)) {
    workers_.reserve(static_cast<std::size_t>(threads - 1));
    for (int t = 1; t < threads; ++t) workers_.emplace_back([this, t] { work_until_stopped(t); });
  }
  ~Pool() {
    stop_.store(true);
    jobs_.fetch_add(1);
    futex_wake(jobs_, most_threads);
    for (std::thread& worker : workers_) worker.join();
  }
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  int size() const { return size_; }

  void run(std::int64_t count, detail::BlockFunction function, void* context) {
    function_ = function;
    context_ = context;
    blocks_left_.store(static_cast<std::uint32_t>(count), std::memory_order_relaxed);
    const int owners = static_cast<int>(std::min<std::int64_t>(size_, count));
    owners_.store(owners, std::memory_order_relaxed);
    for (int t = 0; t < owners; ++t)
      range(t).bounds.store(
          static_cast<std::uint64_t>(count * t / owners) << 32 | static_cast<std::uint64_t>(count * (t + 1) / owners),
          std::memory_order_release);
    jobs_.fetch_add(1);
    wake(owners);
    take_blocks(0);
    wait_for_blocks();
  }

 private:
  /// First free block in the upper half, end of the range in the lower. A claim that succeeds is a claim on the current
  /// job whatever happened since the word was read; function_ and context_ are read after it, and the job stays open
  /// until the claimed block is done.
  struct alignas(64) Range {
    std::atomic<std::uint64_t> bounds{0};
    std::atomic<bool> owner_sleeps{false};
  };

  Range& range(int thread) { return ranges_[static_cast<std::size_t>(thread)]; }

  bool claim(Range& range, std::int64_t& block) {
    std::uint64_t bounds = range.bounds.load(std::memory_order_acquire);
    while (bounds >> 32 < (bounds & 0xffffffffu)) {
      if (range.bounds.compare_exchange_weak(bounds, bounds + (std::uint64_t{1} << 32), std::memory_order_acq_rel)) {
        block = static_cast<std::int64_t>(bounds >> 32);
        return true;
      }
    }
    return false;
  }

  /// Runs the blocks of `range` that nobody has begun; how many these were.
  std::uint32_t run_range(Range& range) {
    std::uint32_t done = 0;
    for (std::int64_t block = 0; claim(range, block); ++done) {
      const detail::ProfileScope scope(detail::ProfileKind::block, "block");
      function_(context_, block);
    }
    return done;
  }

  bool all_begun(int owners) const {
    return std::all_of(ranges_.begin(), ranges_.begin() + owners, [](const Range& range) {
      const std::uint64_t bounds = range.bounds.load(std::memory_order_relaxed);
      return bounds >> 32 >= (bounds & 0xffffffffu);
    });
  }

  void take_blocks(int thread) {
    inside_block = true;
    std::uint32_t done = run_range(range(thread));
    const int owners = owners_.load(std::memory_order_relaxed);
    if (!spin(stealing_patience, [&] { return all_begun(owners); }))
      for (int i = 1; i <= owners; ++i) done += run_range(range((thread + i) % owners));
    inside_block = false;
    if (done > 0 && blocks_left_.fetch_sub(done) == done && caller_sleeps_.load()) futex_wake(blocks_left_, 1);
  }

  void wait_for_blocks() {
    if (spin(caller_patience, [&] { return blocks_left_.load(std::memory_order_acquire) == 0; })) return;
    caller_sleeps_.store(true);
    for (std::uint32_t left; (left = blocks_left_.load()) != 0;) futex_wait(blocks_left_, left);
    caller_sleeps_.store(false, std::memory_order_relaxed);
  }

  static std::uint32_t bit_of(int thread) { return std::uint32_t{1} << thread % 32; }

  /// The owners that sleep, and who shares a bit with one of them.
  void wake(int owners) {
    std::uint32_t sleeping = 0;
    for (int t = 1; t < owners; ++t)
      if (range(t).owner_sleeps.load()) sleeping |= bit_of(t);
    if (sleeping != 0) futex_wake(jobs_, most_threads, sleeping);
  }

  /// Whether there is a job after `seen` in which `thread` owns blocks; others are seen by that.
  bool is_called(int thread, std::uint32_t& seen) {
    const std::uint32_t jobs = jobs_.load();
    if (jobs == seen) return false;
    seen = jobs;
    return thread < owners_.load(std::memory_order_relaxed) || stop_.load(std::memory_order_relaxed);
  }

  void work_until_stopped(int thread) {
    const FlushDenormals flush;
    std::atomic<bool>& sleeps = range(thread).owner_sleeps;
    for (std::uint32_t seen = 0;;) {
      auto called = [&] { return is_called(thread, seen); };
      if (!spin(worker_patience, called)) {
        sleeps.store(true);
        while (!called()) futex_wait(jobs_, seen, bit_of(thread));
        sleeps.store(false);
      }
      if (stop_.load()) return;
      take_blocks(thread);
    }
  }

  // A worker's patience outlasts the serial parts between two kernels of a small network: sleep and waking cost more.
  // A block is stolen only when its owner, who has its data in the cache, seems to be off its processor.
  static constexpr std::chrono::microseconds worker_patience{60}, caller_patience{10}, stealing_patience{5};

  const int size_;
  std::vector<Range> ranges_;
  detail::BlockFunction function_ = nullptr;
  void* context_ = nullptr;
  alignas(64) Word jobs_{0};
  std::atomic<int> owners_{0};
  alignas(64) Word blocks_left_{0};
  std::atomic<bool> caller_sleeps_{false};
  std::atomic<bool> stop_{false};
  std::vector<std::thread> workers_;
};

std::atomic<bool> pool_ended = false;  // the program is in its last destructors

/// The pool and the right to use it: one job at a time.
class PoolOwner {
 public:
  PoolOwner() : pool_(std::make_unique<Pool>(default_num_threads())), size_(pool_->size()) {}
  ~PoolOwner() { pool_ended = true; }

  bool try_acquire() { return !busy_.exchange(true, std::memory_order_acquire); }
  void release() { busy_.store(false, std::memory_order_release); }
  Pool& pool() { return *pool_; }
  int size() const { return size_.load(std::memory_order_relaxed); }

  void resize(int threads) {
    if (threads == size()) return;
    auto pool = std::make_unique<Pool>(threads);  // may throw; then the old one goes on
    while (!try_acquire()) std::this_thread::yield();
    pool_.swap(pool);
    size_.store(threads);
    release();
  }

 private:
  std::unique_ptr<Pool> pool_;
  std::atomic<int> size_;
  std::atomic<bool> busy_{false};
};

PoolOwner& pool_owner() {
  static PoolOwner owner;
  return owner;
}

}  // namespace

void set_num_threads(int count) {
  check(count >= 1 && count <= most_threads, "[set_num_threads] expected a count from 1 to ", most_threads,
        ", received ", count);
  check(!inside_block, "[set_num_threads] expected a call from outside of parallel work");
  pool_owner().resize(count);
}

int num_threads() { return pool_owner().size(); }

void detail::run_blocks(std::int64_t count, BlockFunction function, void* context) {
  const FlushDenormals flush;
  if (count <= 1 || inside_block || pool_ended.load(std::memory_order_relaxed))
    return run_serially(count, function, context);
  PoolOwner& owner = pool_owner();
  // A second thread of the user's program does not wait for the pool: it computes its blocks itself, with the same
  // bits.
  if (owner.size() == 1 || !owner.try_acquire()) return run_serially(count, function, context);
  owner.pool().run(count, function, context);
  owner.release();
}

}  // namespace linnet
