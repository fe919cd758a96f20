#include "linnet/base/profiler.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <nlohmann/json.hpp>
#include <unordered_map>
#include <utility>

#include "linnet/base/atomic_file.h"
#include "linnet/base/check.h"
#include "linnet/base/profile_scope.h"

namespace linnet {

using detail::ProfileKind;

namespace {

constexpr std::int64_t most_events = 1'000'000;
constexpr const char* kind_names[] = {"phase", "layer", "gradient", "kernel", "block"};
constexpr const char* step_name = "train_step";  // the phase that is one training step

std::int64_t now() { return std::chrono::steady_clock::now().time_since_epoch() / std::chrono::nanoseconds(1); }

struct Event {
  std::uint32_t row, thread;
  std::int64_t start, duration;  // ns
};

std::uint32_t this_thread() {
  static std::atomic<std::uint32_t> count = 0;
  thread_local const std::uint32_t number = count++;
  return number;
}

thread_local bool inside_kernel = false;

}  // namespace

struct Profiler::Recording {
  struct Row {
    ProfileKind kind;
    std::string name;
    std::int64_t calls = 0, nanoseconds = 0;
  };
  std::int64_t start = now(), end = 0;  // end: 0 while it goes on
  std::vector<Row> rows = {};
  std::unordered_map<std::string, std::uint32_t> places = {};  // of the rows, by kind and name
  std::vector<Event> events = {};

  void add(ProfileKind kind, const std::string& name, std::int64_t begun, std::int64_t ended) {
    if (begun < start) return;
    const auto [place, is_new] =
        places.try_emplace(static_cast<char>(kind) + name, static_cast<std::uint32_t>(rows.size()));
    if (is_new) rows.push_back({kind, name});
    Row& row = rows[place->second];
    ++row.calls;
    row.nanoseconds += ended - begun;
    if (events.size() < static_cast<std::size_t>(most_events))
      events.push_back({place->second, this_thread(), begun, ended - begun});
  }
};

namespace {

/// The recordings that go on.
struct Recorder {
  std::mutex mutex;
  std::vector<Profiler::Recording*> active;

  void add(Profiler::Recording* recording) {
    const std::lock_guard guard(mutex);
    active.push_back(recording);
    detail::profiling = true;
  }
  void remove(Profiler::Recording* recording) {
    const std::lock_guard guard(mutex);
    std::erase(active, recording);
    detail::profiling = !active.empty();
  }
};

// Never destroyed: worker threads end after main has returned.
Recorder& recorder() {
  static Recorder& instance = *new Recorder;
  return instance;
}

std::string line(const char* name, const std::string& calls, double milliseconds, double share, double each,
                 double per_step) {
  char text[160];
  int length = std::snprintf(text, sizeof text, "  %-34.34s %9s %11.2f %6.1f%% %11.2f", name, calls.c_str(),
                             milliseconds, 100 * share, each);
  if (per_step > 0)
    length += std::snprintf(text + length, sizeof text - static_cast<std::size_t>(length), " %11.2f", per_step);
  return std::string(text, static_cast<std::size_t>(length)) + "\n";
}

std::string label(std::string_view name, const detail::ProfileScope::Sizes& sizes) {
  std::string text(name);
  for (std::size_t i = 0; i < sizes.size() && sizes[i] > 0; ++i)
    text += (i == 0 ? ' ' : 'x') + std::to_string(sizes[i]);
  return text;
}

}  // namespace

std::atomic<bool> detail::profiling = false;

void detail::ProfileScope::begin(ProfileKind kind, std::string_view name, const Sizes& sizes) {
  if (kind == ProfileKind::kernel && inside_kernel) return;
  const bool is_kernels_work = kind == ProfileKind::kernel || kind == ProfileKind::block;
  was_inside_kernel_ = std::exchange(inside_kernel, inside_kernel || is_kernels_work);
  kind_ = kind;
  name_ = name;
  sizes_ = sizes;
  start_ = now();
}

void detail::ProfileScope::end() {
  const std::int64_t ended = now();
  inside_kernel = was_inside_kernel_;
  const std::string name = label(name_, sizes_);
  Recorder& all = recorder();
  const std::lock_guard guard(all.mutex);
  for (Profiler::Recording* recording : all.active) recording->add(kind_, name, start_, ended);
}

Profiler::Profiler() : recording_(std::make_unique<Recording>()) { recorder().add(recording_.get()); }
Profiler::~Profiler() { stop(); }

void Profiler::stop() {
  if (recording_->end != 0) return;
  recorder().remove(recording_.get());
  recording_->end = now();
}

double Profiler::seconds() const {
  return 1e-9 * static_cast<double>((recording_->end != 0 ? recording_->end : now()) - recording_->start);
}

std::vector<ProfileRow> Profiler::rows() const {
  std::vector<ProfileRow> result;
  const std::lock_guard guard(recorder().mutex);
  std::vector<Recording::Row> sorted = recording_->rows;
  std::sort(sorted.begin(), sorted.end(), [](const Recording::Row& a, const Recording::Row& b) {
    return a.kind != b.kind ? a.kind < b.kind : a.nanoseconds > b.nanoseconds;
  });
  for (const Recording::Row& row : sorted)
    if (row.kind != ProfileKind::block)  // of the trace only: the kernels' shares of the threads
      result.push_back({kind_names[static_cast<std::size_t>(row.kind)], row.name, row.calls,
                        1e-9 * static_cast<double>(row.nanoseconds)});
  return result;
}

std::string Profiler::table() const {
  const std::vector<ProfileRow> all = rows();
  const auto step = std::find_if(all.begin(), all.end(), [](const ProfileRow& row) { return row.name == step_name; });
  const auto steps = step == all.end() ? std::int64_t{0} : step->calls;
  const double total = seconds();
  char heading[160];
  std::snprintf(heading, sizeof heading, "Profile of %.3f s%s%s\n", total, steps > 0 ? ", training steps: " : "",
                steps > 0 ? std::to_string(steps).c_str() : "");
  std::string text = heading, kind;
  for (const ProfileRow& row : all) {
    if (row.kind != kind) {
      std::snprintf(heading, sizeof heading, "%-36s %9s %11s %7s %11s%s\n", row.kind.c_str(), "calls", "total ms",
                    "share", "us a call", steps > 0 ? "   us a step" : "");
      text += heading;
      kind = row.kind;
    }
    text += line(row.name.c_str(), std::to_string(row.calls), 1e3 * row.seconds, row.seconds / total,
                 1e6 * row.seconds / static_cast<double>(row.calls),
                 steps > 0 ? 1e6 * row.seconds / static_cast<double>(steps) : 0);
  }
  const std::lock_guard guard(recorder().mutex);
  std::int64_t entries = 0;
  for (const Recording::Row& row : recording_->rows) entries += row.calls;
  if (entries > most_events) text += concat("A trace holds the first ", most_events, " of ", entries, " entries.\n");
  return text;
}

void Profiler::write_trace(const std::string& path) const {
  std::string text = "{\"displayTimeUnit\": \"ns\", \"traceEvents\": [\n";
  {
    const std::lock_guard guard(recorder().mutex);
    for (const Event& event : recording_->events) {
      const Recording::Row& row = recording_->rows[event.row];
      const nlohmann::json entry = {{"ph", "X"},
                                    {"pid", 1},
                                    {"tid", event.thread},
                                    {"ts", 1e-3 * static_cast<double>(event.start - recording_->start)},
                                    {"dur", 1e-3 * static_cast<double>(event.duration)},
                                    {"cat", kind_names[static_cast<std::size_t>(row.kind)]},
                                    {"name", row.name}};
      text += entry.dump() + ",\n";
    }
  }
  if (text.ends_with(",\n")) text.erase(text.size() - 2, 1);
  write_file_atomically(path, text + "]}\n", "Profiler");
}

namespace {

/// LINNET_PROFILE: from the start of the program to its end.
class ProfiledProgram {
 public:
  ProfiledProgram() {
    const char* wish = std::getenv("LINNET_PROFILE");
    if (wish == nullptr || *wish == '\0' || std::string_view(wish) == "0") return;
    if (std::string_view(wish) != "1") path_ = wish;
    profiler_ = std::make_unique<Profiler>();
  }
  ~ProfiledProgram() {
    if (!profiler_) return;
    profiler_->stop();
    std::fputs(profiler_->table().c_str(), stderr);
    try {
      profiler_->write_trace(path_);
      std::fprintf(stderr, "Trace: %s (open it in chrome://tracing or https://ui.perfetto.dev)\n", path_.c_str());
    } catch (const Error& error) {
      std::fprintf(stderr, "%s\n", error.what());
    }
  }
  ProfiledProgram(const ProfiledProgram&) = delete;
  ProfiledProgram& operator=(const ProfiledProgram&) = delete;

 private:
  std::string path_ = "linnet-trace.json";
  std::unique_ptr<Profiler> profiler_;
};
const ProfiledProgram profiled_program;

}  // namespace

}  // namespace linnet
