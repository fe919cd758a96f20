// A vector whose first N elements live inside it: no allocation on the paths where there are few.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <iterator>
#include <memory>
#include <utility>

#pragma GCC visibility push(default)
namespace linnet {

template <class T, std::size_t N>
class InlineVector {
 public:
  InlineVector() = default;
  InlineVector(std::initializer_list<T> items) : InlineVector(items.begin(), items.end()) {}
  template <std::input_iterator Iterator>
  InlineVector(Iterator first, Iterator last) {
    for (; first != last; ++first) push_back(*first);
  }
  explicit InlineVector(std::size_t count) { resize(count); }
  InlineVector(const InlineVector& other) : InlineVector(other.begin(), other.end()) {}
  InlineVector(InlineVector&& other) noexcept { take(other); }
  InlineVector& operator=(InlineVector other) noexcept {
    release();
    take(other);
    return *this;
  }
  ~InlineVector() { release(); }

  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  T* begin() { return data_; }
  T* end() { return data_ + size_; }
  const T* begin() const { return data_; }
  const T* end() const { return data_ + size_; }
  T& operator[](std::size_t i) { return data_[i]; }
  const T& operator[](std::size_t i) const { return data_[i]; }
  T& front() { return data_[0]; }
  const T& front() const { return data_[0]; }
  T& back() { return data_[size_ - 1]; }
  const T& back() const { return data_[size_ - 1]; }

  void push_back(T item) {
    if (size_ == capacity_) grow(2 * capacity_);
    std::construct_at(data_ + size_, std::move(item));
    ++size_;
  }
  void resize(std::size_t count) {
    if (count > capacity_) grow(count);
    while (size_ < count) std::construct_at(data_ + size_++);
    while (size_ > count) std::destroy_at(data_ + --size_);
  }
  void clear() { resize(0); }

 private:
  T* inline_data() { return reinterpret_cast<T*>(storage_); }
  void grow(std::size_t capacity) {
    T* larger = std::allocator<T>().allocate(capacity);
    std::uninitialized_move(begin(), end(), larger);
    const std::size_t count = size_;
    release();
    data_ = larger;
    size_ = count;
    capacity_ = capacity;
  }
  void release() {
    std::destroy(begin(), end());
    if (data_ != inline_data()) std::allocator<T>().deallocate(data_, capacity_);
    data_ = inline_data();
    size_ = 0;
    capacity_ = N;
  }
  void take(InlineVector& other) noexcept {  // *this is empty
    if (other.data_ == other.inline_data()) {
      std::uninitialized_move(other.begin(), other.end(), data_);
      size_ = other.size_;
      other.clear();
    } else {
      data_ = std::exchange(other.data_, other.inline_data());
      size_ = std::exchange(other.size_, 0);
      capacity_ = std::exchange(other.capacity_, N);
    }
  }

  alignas(T) std::byte storage_[N * sizeof(T)];  // NOLINT(bugprone-sizeof-expression): T may be a pointer
  T* data_ = inline_data();
  std::size_t size_ = 0, capacity_ = N;
};

}  // namespace linnet
#pragma GCC visibility pop
