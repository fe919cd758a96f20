// What a profiler sees (base/profiler.h): scopes around the parts of a training step. Without one that records, a scope
// costs a load and a branch.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <string_view>

namespace linnet::detail {

enum class ProfileKind : std::uint8_t { phase, layer, gradient, kernel, block };

extern std::atomic<bool> profiling;

/// Times its own life. `name` must outlive it. A kernel that another one uses counts as part of that one.
///   const ProfileScope scope(ProfileKind::kernel, "matmul", {m, k, n});
class ProfileScope {
 public:
  using Sizes = std::array<std::int64_t, 3>;

  ProfileScope(ProfileKind kind, std::string_view name, const Sizes& sizes = {}) {
    if (profiling.load(std::memory_order_relaxed)) begin(kind, name, sizes);
  }
  ~ProfileScope() {
    if (start_ != not_started) end();
  }
  ProfileScope(const ProfileScope&) = delete;
  ProfileScope& operator=(const ProfileScope&) = delete;

 private:
  static constexpr std::int64_t not_started = -1;
  void begin(ProfileKind kind, std::string_view name, const Sizes& sizes);
  void end();

  std::int64_t start_ = not_started;  // ns
  ProfileKind kind_ = ProfileKind::phase;
  bool was_inside_kernel_ = false;
  std::string_view name_ = {};
  Sizes sizes_ = {};
};

/// A part of a training step.
struct Phase : ProfileScope {
  explicit Phase(const char* name) : ProfileScope(ProfileKind::phase, name) {}
};

}  // namespace linnet::detail
