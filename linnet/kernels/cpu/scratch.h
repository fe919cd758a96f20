// Working memory of kernels: it belongs to a thread, grows to the largest request and is kept.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <memory>
#include <new>

namespace linnet::kernels::cpu {

/// float32 elements, aligned to cache lines; contents are not kept between two calls of `get`.
class Scratch {
 public:
  float* get(std::int64_t size) {
    if (size > size_) {
      const std::size_t bytes = (static_cast<std::size_t>(size) * sizeof(float) + 63) / 64 * 64;
      data_.reset(static_cast<float*>(std::aligned_alloc(64, bytes)));
      size_ = data_ ? size : 0;
      if (!data_) throw std::bad_alloc();
    }
    return data_.get();
  }

 private:
  struct Free {
    void operator()(float* data) const { std::free(data); }
  };
  std::unique_ptr<float, Free> data_;
  std::int64_t size_ = 0;
};

/// For use inside of one block.
inline float* thread_scratch(std::int64_t size) {
  thread_local Scratch scratch;
  return scratch.get(size);
}

/// For results that the blocks of one parallel region leave to the thread that called it.
inline float* caller_scratch(std::int64_t size) {
  thread_local Scratch scratch;
  return scratch.get(size);
}

}  // namespace linnet::kernels::cpu
