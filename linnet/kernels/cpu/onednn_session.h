// What primitives of oneDNN need to run on the calling thread alone. Internal to the files that see dnnl.hpp.
#pragma once

#include <cstddef>
#include <vector>

#include "linnet/kernels/cpu/onednn_functions.h"

namespace linnet::kernels::cpu {

/// While it lives, OpenMP regions of this thread have one thread: oneDNN is built with OpenMP, whose own team of
/// threads would compete with ours. Which OpenMP runtime that is, only the loaded library knows.
class SingleThreadedOpenMp {
 public:
  SingleThreadedOpenMp() : saved_(get() ? get()() : 1) {
    if (saved_ != 1) set()(1);
  }
  ~SingleThreadedOpenMp() {
    if (saved_ != 1) set()(saved_);
  }
  SingleThreadedOpenMp(const SingleThreadedOpenMp&) = delete;
  SingleThreadedOpenMp& operator=(const SingleThreadedOpenMp&) = delete;

 private:
  using Get = int (*)();
  using Set = void (*)(int);
  static Get get() {
    static const auto function = reinterpret_cast<Get>(openmp_symbol("omp_get_max_threads"));
    return function;
  }
  static Set set() {
    static const auto function = reinterpret_cast<Set>(openmp_symbol("omp_set_num_threads"));
    return function;
  }
  int saved_;
};

/// An engine, a stream and working memory: one of each for a thread.
struct OneDnnThread {
  dnnl::engine engine{dnnl::engine::kind::cpu, 0};
  dnnl::stream stream{engine};
  std::vector<std::byte> scratchpad;

  void* scratch(std::size_t bytes) {
    if (scratchpad.size() < bytes) scratchpad.resize(bytes);
    return scratchpad.data();
  }
};

}  // namespace linnet::kernels::cpu
