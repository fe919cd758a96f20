// Where the time goes: a table, and a trace to look at.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#pragma GCC visibility push(default)
namespace linnet {

/// One line of a profile.
struct ProfileRow {
  /// "phase" of a step, "layer" (forward), "gradient" (of an op) or "kernel".
  std::string kind;
  /// "forward", "dense", "linear", "matmul 64x784x64" (m x k x n).
  std::string name;
  /// How often it ran.
  std::int64_t calls = 0;
  /// Of all calls together.
  double seconds = 0;
};

/// Records what Linnet computes while it lives, in all threads. Phases hold layers and gradients, these hold kernels:
/// the kinds overlap, and the lines of one kind do not.
///
///   Profiler profiler;
///   Dense(10)(zeros({64, 784}));
///   profiler.stop();
///   std::puts(profiler.table().c_str());
///   profiler.write_trace("trace.json");  // for chrome://tracing or https://ui.perfetto.dev
///
/// A program started with LINNET_PROFILE=1 does this by itself: the table goes to standard error when the program ends,
/// the trace to linnet-trace.json; LINNET_PROFILE=FILE.json chooses another file. Recording takes time too,
/// which shows where entries are short. A trace keeps the first million of every thread, the table counts all.
class Profiler {
 public:
  Profiler();
  ~Profiler();
  Profiler(const Profiler&) = delete;
  Profiler& operator=(const Profiler&) = delete;

  /// Ends the recording; what was recorded stays.
  void stop();
  /// What took most comes first, within a kind.
  std::vector<ProfileRow> rows() const;
  /// Seconds since the beginning, or from the beginning to stop().
  double seconds() const;
  /// The rows as text: calls, total time, its share, µs a call and µs a training step.
  std::string table() const;
  /// Writes the trace in Chrome's format: a line a thread, with what ran when. Throws FileError.
  void write_trace(const std::string& path) const;

  struct Recording;

 private:
  std::unique_ptr<Recording> recording_;
};

}  // namespace linnet
#pragma GCC visibility pop
