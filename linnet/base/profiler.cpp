#include "linnet/base/profiler.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <map>
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

std::uint32_t this_thread() {
  static std::atomic<std::uint32_t> count = 0;
  thread_local const std::uint32_t number = count++;
  return number;
}

thread_local bool inside_kernel = false;

using Sizes = detail::ProfileScope::Sizes;

std::string label(std::string_view name, const Sizes& sizes) {
  std::string text(name);
  for (std::size_t i = 0; i < sizes.size() && sizes[i] > 0; ++i)
    text += (i == 0 ? ' ' : 'x') + std::to_string(sizes[i]);
  return text;
}

struct Place {
  ProfileKind kind;
  std::string_view name;
  Sizes sizes;
  bool operator==(const Place&) const = default;
};
struct PlaceHash {
  std::size_t operator()(const Place& place) const {
    std::size_t hash = std::hash<std::string_view>()(place.name) + static_cast<std::size_t>(place.kind);
    for (const std::int64_t size : place.sizes) hash = hash * 31 + static_cast<std::size_t>(size);
    return hash;
  }
};

/// What one thread adds to a recording. It is the thread's own, so that no thread waits for another one: its lock is
/// taken by somebody else only while the recording is read.
struct ThreadLog {
  struct Row {
    ProfileKind kind;
    std::string name;
    Sizes sizes;
    std::int64_t calls = 0, nanoseconds = 0;
  };
  struct Event {
    const Row* row;
    std::int64_t start, duration;  // ns
    std::int64_t end() const { return start + duration; }
  };

  const std::uint32_t thread;
  const std::int64_t begin;
  std::mutex mutex = {};
  std::deque<Row> rows = {};  // where they are, they stay: places and events point to them
  std::unordered_map<Place, Row*, PlaceHash> places = {};
  std::vector<Event> events = {};

  void add(const Place& place, std::int64_t start, std::int64_t end) {
    if (start < begin) return;
    const std::lock_guard guard(mutex);
    auto known = places.find(place);
    if (known == places.end()) {
      Row& row = rows.emplace_back(Row{place.kind, std::string(place.name), place.sizes});
      known = places.emplace(Place{row.kind, row.name, row.sizes}, &row).first;
    }
    Row& row = *known->second;
    ++row.calls;
    row.nanoseconds += end - start;
    if (events.size() < static_cast<std::size_t>(most_events)) events.push_back({&row, start, end - start});
  }
};

}  // namespace

struct Profiler::Recording {
  std::int64_t start = now(), end = 0;  // end: 0 while it goes on
  std::vector<std::shared_ptr<ThreadLog>> logs = {};

  std::shared_ptr<ThreadLog> log_of(std::uint32_t thread) {
    for (const std::shared_ptr<ThreadLog>& log : logs)
      if (log->thread == thread) return log;
    return logs.emplace_back(new ThreadLog{thread, start});
  }
};

namespace {

/// The recordings that go on.
struct Recorder {
  std::mutex mutex;  // of `active`, and of the recordings' lists of logs
  std::vector<Profiler::Recording*> active;
  std::atomic<std::uint64_t> version = 0;  // changes with `active`

  void add(Profiler::Recording* recording) {
    const std::lock_guard guard(mutex);
    active.push_back(recording);
    changed();
  }
  void remove(Profiler::Recording* recording) {
    const std::lock_guard guard(mutex);
    std::erase(active, recording);
    changed();
  }
  void changed() {
    ++version;
    detail::profiling = !active.empty();
  }
};

// Never destroyed: worker threads end after main has returned.
Recorder& recorder() {
  static Recorder& instance = *new Recorder;
  return instance;
}

thread_local bool thread_ends = false;

/// This thread's logs in the recordings that go on.
struct OwnLogs {
  std::uint64_t version = 0;
  std::vector<std::shared_ptr<ThreadLog>> logs = {};

  ~OwnLogs() { thread_ends = true; }

  void update() {
    Recorder& all = recorder();
    if (version == all.version.load(std::memory_order_acquire)) return;
    const std::lock_guard guard(all.mutex);
    logs.clear();
    for (Profiler::Recording* recording : all.active) logs.push_back(recording->log_of(this_thread()));
    version = all.version;
  }
};
thread_local OwnLogs own_logs;

/// Calls body(log) for what every thread recorded, which waits meanwhile.
template <class Body>
void for_each_log(const Profiler::Recording& recording, Body&& body) {
  const std::lock_guard guard(recorder().mutex);
  for (const std::shared_ptr<ThreadLog>& log : recording.logs) {
    const std::lock_guard guard_of_log(log->mutex);
    body(*log);
  }
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
  if (thread_ends) return;
  own_logs.update();
  for (const std::shared_ptr<ThreadLog>& log : own_logs.logs) log->add({kind_, name_, sizes_}, start_, ended);
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
  std::map<std::pair<ProfileKind, std::string>, ProfileRow> merged;
  for_each_log(*recording_, [&](const ThreadLog& log) {
    for (const ThreadLog::Row& row : log.rows) {
      if (row.kind == ProfileKind::block) continue;  // of the trace only: the kernels' shares of the threads
      const std::string name = label(row.name, row.sizes);
      ProfileRow& sum = merged[{row.kind, name}];
      sum.kind = kind_names[static_cast<std::size_t>(row.kind)];
      sum.name = name;
      sum.calls += row.calls;
      sum.seconds += 1e-9 * static_cast<double>(row.nanoseconds);
    }
  });
  std::vector<std::pair<ProfileKind, ProfileRow>> sorted;
  for (auto& [place, row] : merged) sorted.emplace_back(place.first, std::move(row));
  std::stable_sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) {
    return a.first != b.first ? a.first < b.first : a.second.seconds > b.second.seconds;
  });
  std::vector<ProfileRow> result;
  for (auto& [kind, row] : sorted) result.push_back(std::move(row));
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
  std::int64_t entries = 0, kept = 0;
  for_each_log(*recording_, [&](const ThreadLog& log) {
    for (const ThreadLog::Row& row : log.rows) entries += row.calls;
    kept += static_cast<std::int64_t>(log.events.size());
  });
  if (entries > kept) text += concat("A trace holds the first ", kept, " of ", entries, " entries.\n");
  return text;
}

void Profiler::write_trace(const std::string& path) const {
  std::vector<std::pair<std::uint32_t, ThreadLog::Event>> events;  // with the thread
  for_each_log(*recording_, [&](const ThreadLog& log) {
    for (const ThreadLog::Event& event : log.events) events.emplace_back(log.thread, event);
  });
  std::stable_sort(events.begin(), events.end(),
                   [](const auto& a, const auto& b) { return a.second.end() < b.second.end(); });
  std::string text = "{\"displayTimeUnit\": \"ns\", \"traceEvents\": [\n";
  for (const auto& [thread, event] : events) {
    const nlohmann::json entry = {{"ph", "X"},
                                  {"pid", 1},
                                  {"tid", thread},
                                  {"ts", 1e-3 * static_cast<double>(event.start - recording_->start)},
                                  {"dur", 1e-3 * static_cast<double>(event.duration)},
                                  {"cat", kind_names[static_cast<std::size_t>(event.row->kind)]},
                                  {"name", label(event.row->name, event.row->sizes)}};
    text += entry.dump() + ",\n";
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
