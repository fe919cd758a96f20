// What a tensor handle points to, and a step on the tape. Internal: ops use tensor/record.h.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <span>

#include "linnet/base/inline_vector.h"
#include "linnet/tensor/memory.h"
#include "linnet/tensor/tensor.h"

#pragma GCC visibility push(default)
namespace linnet {

/// One gradient an input, in order; an empty Tensor where none flows.
using Grads = InlineVector<Tensor, 3>;

/// needs[i]: is the gradient of input i wanted at all?
class Needs {
 public:
  explicit Needs(std::uint64_t bits) : bits_(bits) {}
  bool operator[](std::size_t i) const { return i >= 64 || ((bits_ >> i) & 1) != 0; }

 private:
  std::uint64_t bits_;
};

namespace detail {

// Base of what is counted by reference and lives in the caching allocator.
struct Pooled {
  static void* operator new(std::size_t bytes) { return allocate(bytes); }
  static void operator delete(void* block, std::size_t bytes) { deallocate(block, bytes); }
};

class DeferredRows;

/// The numbers. The block that holds this header holds the elements after it, and large ones begin at a page: one that
/// two threads share would change cores again and again.
struct alignas(64) Storage {
  std::atomic<std::uint32_t> references{1};
  std::atomic<std::uint32_t> version{0};  // counts changes in place
  std::size_t bytes = 0;
  void (*let_go)(void* owner) noexcept = nullptr;  // the elements are in memory of `owner`, not here: tensor/foreign.h
  void* owner = nullptr;
  DeferredRows* rows = nullptr;  // what the elements will be: tensor/deferred_rows.h

  std::byte* data() { return reinterpret_cast<std::byte*>(this + 1); }
  static Storage* create(std::size_t bytes) {
    const std::size_t before = header(bytes);
    auto* block = static_cast<std::byte*>(allocate(before + bytes));
    auto* storage = ::new (block + before - sizeof(Storage)) Storage;
    storage->bytes = bytes;
    return storage;
  }
  void add_reference() { references.fetch_add(1, std::memory_order_relaxed); }
  void release() {
    if (references.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
    if (let_go != nullptr) let_go(owner);
    deallocate(data() - header(bytes), header(bytes) + bytes);
  }

 private:
  /// Bytes before the elements.
  static constexpr std::size_t header(std::size_t bytes) { return bytes < large_block ? sizeof(Storage) : page; }
};

/// A step on the tape: from the gradients of an op's outputs to those of its inputs. Created only when an input
/// requires a gradient and recording is on. A leaf (a weight) is a node without inputs.
struct Node : Pooled {
  struct Input {
    Node* node = nullptr;  // one reference; null where no gradient is wanted
    std::uint32_t output = 0;
  };
  struct Output {
    Shape shape;
    DType dtype = float32;
    Tensor gradient;  // while backward runs
  };

  explicit Node(const char* op) : who(op) {}
  virtual ~Node() { drop_inputs(); }
  Node(const Node&) = delete;
  Node& operator=(const Node&) = delete;

  /// The op's rule; takes the gradients out of `outputs`.
  virtual Grads gradient(Needs needs) = 0;
  /// Frees what the rule has saved.
  virtual void forget() = 0;

  bool is_leaf() const { return sequence == 0; }
  void add_reference() { references.fetch_add(1, std::memory_order_relaxed); }
  void release() noexcept;  // never recursive, however long the tape
  void drop_inputs() noexcept;

  std::atomic<std::uint32_t> references{1};
  bool consumed = false;                                 // backward has passed here
  bool visited = false, target = false, wanted = false;  // while backward runs
  const char* who;
  std::uint64_t sequence = 0;  // larger than that of every input; 0 for leaves
  Node* next_dead = nullptr;
  InlineVector<Input, 3> inputs;
  InlineVector<Output, 1> outputs;
};

struct Leaf final : Node {
  Leaf() : Node("leaf") {}
  Grads gradient(Needs) override { return {}; }
  void forget() override {}

  Tensor grad;  // what backward() has added up
};

/// What few tensors have.
struct Rare {
  Tensor mask;
  std::shared_ptr<SymbolicOrigin> origin;
};

struct TensorImpl : Pooled {
  TensorImpl() = default;
  TensorImpl(const TensorImpl&) = delete;
  TensorImpl& operator=(const TensorImpl&) = delete;
  ~TensorImpl() {
    if (node != nullptr) node->release();
    if (storage != nullptr) storage->release();
  }

  std::atomic<std::uint32_t> references{1};
  std::uint32_t output = 0;  // which output of `node`
  DType dtype = float32;
  Storage* storage = nullptr;  // null: symbolic
  std::byte* data = nullptr;   // first element
  Node* node = nullptr;        // where the gradient goes; null: no gradient wanted
  Shape shape;
  Strides strides;
  std::unique_ptr<Rare> rare;
};

/// Puts `outputs` on the tape behind `inputs`; takes over the node's first reference.
void attach(Node* node, std::span<const Tensor> inputs, std::span<const Tensor> outputs);
/// Is recording on, and does one of them require a gradient?
bool wants_tape(std::span<const Tensor> inputs);

template <class F>
struct OpNode final : Node {
  OpNode(const char* op, F&& function) : Node(op) { std::construct_at(&rule, std::move(function)); }
  ~OpNode() override { forget(); }
  Grads gradient(Needs needs) override {
    if constexpr (std::is_invocable_v<F&, const Tensors&, Needs>) {
      Tensors dys(outputs.size());
      for (std::size_t i = 0; i < dys.size(); ++i) dys[i] = std::move(outputs[i].gradient);
      return rule(dys, needs);
    } else {
      const Tensor dy = std::move(outputs[0].gradient);
      if constexpr (std::is_invocable_v<F&, const Tensor&, Needs>)
        return rule(dy, needs);
      else
        return rule(dy);
    }
  }
  void forget() override {
    if (alive) std::destroy_at(&rule);
    alive = false;
  }

  union {
    F rule;  // ends its life as backward passes
  };
  bool alive = true;
};

}  // namespace detail
}  // namespace linnet
#pragma GCC visibility pop
