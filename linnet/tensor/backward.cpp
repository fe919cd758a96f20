// The tape and the walk back along it.
#include <algorithm>

#include "linnet/base/profile_scope.h"
#include "linnet/kernels/kernels.h"
#include "linnet/tensor/autograd.h"
#include "linnet/tensor/keep_tape.h"
#include "linnet/tensor/record.h"
#include "linnet/tensor/unshared.h"

namespace linnet {

using detail::Leaf;
using detail::Node;

namespace {

thread_local bool recording = true;
thread_local const char* running_op = "backward";  // whose gradient is being computed
thread_local std::uint64_t last_sequence = 0;

}  // namespace

NoGrad::NoGrad() : previous_(recording) { recording = false; }
NoGrad::~NoGrad() { recording = previous_; }
bool is_grad_enabled() { return recording; }

// ---- building the tape

Saved::Saved(const Tensor& x) {
  if (!recording || !x.defined()) return;  // nothing will ask for it
  tensor_ = x.detach();
  version_ = tensor_.impl()->storage->version.load(std::memory_order_relaxed);
}

const Tensor& Saved::operator*() const {
  check(!tensor_.defined() || tensor_.impl()->storage->version.load(std::memory_order_relaxed) == version_, "[",
        running_op, "] a tensor saved for its gradient was changed in place, of shape ",
        tensor_.defined() ? tensor_.shape() : Shape(), "; compute gradients first, or change a clone()");
  return tensor_;
}

bool detail::wants_tape(std::span<const Tensor> inputs) {
  return recording && std::any_of(inputs.begin(), inputs.end(),
                                  [](const Tensor& x) { return x.defined() && x.impl()->node != nullptr; });
}

void detail::attach(Node* node, std::span<const Tensor> inputs, std::span<const Tensor> outputs) {
  std::uint64_t newest = last_sequence;
  node->inputs.resize(inputs.size());
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    Node* source = inputs[i].defined() ? inputs[i].impl()->node : nullptr;
    if (source == nullptr) continue;
    source->add_reference();
    node->inputs[i] = {source, inputs[i].impl()->output};
    newest = std::max(newest, source->sequence);  // an input may come from another thread
  }
  node->sequence = last_sequence = newest + 1;
  node->references = static_cast<std::uint32_t>(outputs.size());
  for (std::uint32_t i = 0; i < outputs.size(); ++i) {
    TensorImpl& impl = *outputs[i].impl();
    check(impl.node == nullptr, "[", node->who, "] record() expects a new tensor, received one with a history");
    node->outputs.push_back({impl.shape, impl.dtype, {}});
    impl.node = node;
    impl.output = i;
  }
}

void Node::drop_inputs() noexcept {
  for (Input& input : inputs)
    if (input.node != nullptr) std::exchange(input.node, nullptr)->release();
}

void Node::release() noexcept {
  if (references.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
  thread_local Node* dead = nullptr;
  thread_local bool burying = false;
  next_dead = std::exchange(dead, this);
  if (burying) return;  // the loop below, further up on the stack, will take it
  burying = true;
  while (dead != nullptr) delete std::exchange(dead, dead->next_dead);
  burying = false;
}

// ---- walking back

namespace {

thread_local bool keeps_tape = false;

// The gradient summed over the axes along which the input was broadcast, in the input's dtype.
Tensor fit(Tensor gradient, const Node::Output& input, const Node& node, std::size_t position) {
  if (gradient.dtype() != input.dtype) gradient = gradient.to(input.dtype);
  if (gradient.shape() == input.shape) return gradient;
  const int extra = gradient.rank() - input.shape.rank();
  Shape kept = Shape::filled(std::max(extra, 0), 1);
  for (std::int64_t n : input.shape) kept.push_back(n);
  bool fits = extra >= 0;
  for (int i = 0; fits && i < kept.rank(); ++i) fits = kept[i] == gradient.shape()[i] || kept[i] == 1;
  check(fits, "[", node.who, "] expected a gradient of input ", position, " of shape ", input.shape,
        ", or one that was broadcast from it, received ", gradient.shape());
  Tensor total(kept, input.dtype);
  kernels::reduce(kernels::ReduceOp::sum, view(gradient), mutable_view(total));
  return alias(total, input.shape, contiguous_strides(input.shape));
}

void add_to(Tensor& sum, const Tensor& gradient) {
  if (!sum.defined()) {
    sum = gradient;
  } else if (detail::is_unshared(sum)) {
    kernels::accumulate(1, view(gradient), mutable_view(sum));
  } else {
    Tensor total(sum.shape(), sum.dtype());
    kernels::binary(kernels::BinaryOp::add, view(sum), view(gradient), mutable_view(total));
    sum = total;
  }
}

// Every step that a loss depends on, oldest first. Leaves the steps as it found them, whatever happens, except that
// those it has passed are consumed.
class Walk {
 public:
  explicit Walk(const char* who) : who_(who) { nodes_.swap(spare()); }
  ~Walk() {
    for (Node* node : nodes_) {
      node->visited = node->wanted = false;
      for (Node::Output& output : node->outputs) output.gradient = {};
      node->release();
    }
    nodes_.clear();
    nodes_.swap(spare());
  }
  Walk(const Walk&) = delete;
  Walk& operator=(const Walk&) = delete;

  /// Finds the steps behind `last`.
  void collect(Node* last) {
    visit(last);
    for (std::size_t i = 0; i < nodes_.size(); ++i)  // NOLINT(modernize-loop-convert): nodes_ grows meanwhile
      for (const Node::Input& input : nodes_[i]->inputs)
        if (input.node != nullptr) visit(input.node);
    std::sort(nodes_.begin(), nodes_.end(), [](const Node* a, const Node* b) { return a->sequence < b->sequence; });
  }
  std::span<Node* const> nodes() const { return nodes_; }

  /// Leaves the gradient of every target in its node's outputs.
  void run(const Tensor& seed, std::uint32_t output) {
    NoGrad no_grad;
    for (Node* node : nodes_) node->wanted = node->target || leads_further(*node);
    nodes_.back()->outputs[output].gradient = seed;  // the loss: everything else is older
    for (std::size_t i = nodes_.size(); i-- > 0;)
      if (leads_further(*nodes_[i])) pass(*nodes_[i]);
    running_op = "backward";
  }

 private:
  static bool is_wanted(const Node::Input& input) { return input.node != nullptr && input.node->wanted; }
  static bool leads_further(const Node& node) { return std::any_of(node.inputs.begin(), node.inputs.end(), is_wanted); }

  void visit(Node* node) {
    if (node->visited) return;
    check(!node->consumed, "[", who_,
          "] the tape behind this tensor was already used and freed (by an earlier backward() ",
          "or gradients() that passed ", node->who, "); compute the loss again, or add the losses up first");
    node->visited = true;
    node->add_reference();
    nodes_.push_back(node);
  }

  void pass(Node& node) {
    const bool reached = std::any_of(node.outputs.begin(), node.outputs.end(),
                                     [](const Node::Output& output) { return output.gradient.defined(); });
    if (reached) {
      running_op = node.who;
      const detail::ProfileScope scope(detail::ProfileKind::gradient, node.who);
      std::uint64_t needs = 0;
      for (std::size_t i = 0; i < node.inputs.size() && i < 64; ++i)
        if (is_wanted(node.inputs[i])) needs |= std::uint64_t{1} << i;
      InlineVector<Tensor, 1> kept;  // the rule takes the gradients; a target's are a result
      if (node.target)
        for (const Node::Output& output : node.outputs) kept.push_back(output.gradient);
      Grads grads = node.gradient(Needs(needs));
      check(grads.size() == node.inputs.size(), "[", node.who, "] expected ", node.inputs.size(),
            " gradients, one an input, received ", grads.size());
      for (std::size_t i = 0; i < kept.size(); ++i) node.outputs[i].gradient = kept[i];
      deliver(node, grads);
    }
    if (keeps_tape) return;
    node.consumed = true;
    node.forget();
    node.drop_inputs();
  }

  static void deliver(const Node& node, Grads& grads) {
    for (std::size_t i = 0; i < grads.size(); ++i) {
      const Node::Input& input = node.inputs[i];
      if (!is_wanted(input) || !grads[i].defined()) continue;
      Node::Output& output = input.node->outputs[input.output];
      const Tensor gradient = fit(std::move(grads[i]), output, node, i);
      add_to(output.gradient, gradient);
    }
  }

  static std::vector<Node*>& spare() {  // keeps its capacity, so that a walk allocates nothing
    thread_local std::vector<Node*> nodes;
    return nodes;
  }

  const detail::Phase phase_{"backward"};
  const char* who_;
  std::vector<Node*> nodes_;
};

Tensor seed_for(const char* who, const Tensor& loss, const Tensor& seed) {
  check_input(who, loss);
  check(loss.impl()->node != nullptr, "[", who,
        "] expected a loss that depends on something that requires a gradient; ", "received one of shape ",
        loss.shape(), " without history (computed under NoGrad, or from detached tensors?)");
  if (seed.defined()) {
    check(seed.shape() == loss.shape(), "[", who, "] expected a seed of the loss's shape ", loss.shape(), ", received ",
          seed.shape());
    return seed.detach().to(loss.dtype());
  }
  check(loss.size() == 1, "[", who, "] expected a loss with one element, received shape ", loss.shape(),
        "; reduce it (mean, sum) or give a seed of that shape");
  return ones(loss.shape(), loss.dtype());
}

// The targets of one call: marked while it lives.
class Targets {
 public:
  ~Targets() {
    for (Node* node : nodes_) node->target = false;
  }
  void add(Node* node) {
    node->target = true;
    nodes_.push_back(node);
  }

 private:
  InlineVector<Node*, 16> nodes_;
};

Tensor result(const Tensor& x) {
  const Node::Output& output = x.impl()->node->outputs[x.impl()->output];
  return output.gradient.defined() ? output.gradient.contiguous() : Tensor();
}

}  // namespace

void Tensor::backward() const { backward({}); }

void Tensor::backward(const Tensor& seed) const {
  const Tensor start = seed_for("backward", *this, seed);
  Walk walk("backward");
  walk.collect(impl_->node);
  Targets targets;
  for (Node* node : walk.nodes())
    if (node->is_leaf()) targets.add(node);
  walk.run(start, impl_->output);
  NoGrad no_grad;
  for (Node* node : walk.nodes()) {
    if (!node->is_leaf()) break;  // leaves are the oldest
    Tensor& gradient = node->outputs[0].gradient;
    if (gradient.defined()) add_to(static_cast<Leaf*>(node)->grad, std::exchange(gradient, {}).contiguous());
  }
}

Tensors gradients(const Tensor& loss, const Tensors& xs, const Tensor& seed) {
  const Tensor start = seed_for("gradients", loss, seed);
  Targets targets;
  for (std::size_t i = 0; i < xs.size(); ++i) {
    check_input("gradients", xs[i]);
    check(xs[i].requires_grad(), "[gradients] tensor ", i, " of shape ", xs[i].shape(),
          " does not require a gradient; call set_requires_grad() before the loss is computed");
    targets.add(xs[i].impl()->node);
  }
  Walk walk("gradients");
  walk.collect(loss.impl()->node);
  for (std::size_t i = 0; i < xs.size(); ++i)
    check(xs[i].impl()->node->visited, "[gradients] no path leads from tensor ", i, " of shape ", xs[i].shape(),
          " to the loss; it was not used to compute it, or a detach() or an integer lies between");
  walk.run(start, loss.impl()->output);
  Tensors results;
  results.reserve(xs.size());
  for (const Tensor& x : xs) {
    results.push_back(result(x));
    if (!results.back().defined()) results.back() = zeros_like(x);  // another output of its op leads to the loss
  }
  return results;
}

namespace {

void gradients_into(Gradients& results, const Tensor& loss, const Variables& weights, const Tensor& seed) {
  const Tensor start = seed_for("gradients", loss, seed);
  Targets targets;
  for (const Variable& weight : weights) {
    check(weight.stored().requires_grad(), "[gradients] expected trainable weights, received ", weight.name(),
          ", which does not require a gradient");
    targets.add(weight.stored().impl()->node);
  }
  Walk walk("gradients");
  walk.collect(loss.impl()->node);
  const bool path = std::any_of(weights.begin(), weights.end(),
                                [](const Variable& weight) { return weight.stored().impl()->node->visited; });
  check(path, "[gradients] no path leads from any of the ", weights.size(), " weights to the loss");
  walk.run(start, loss.impl()->output);
  results.clear();
  results.reserve(weights.size());
  for (const Variable& weight : weights) results.push_back({weight, result(weight.stored())});
}

}  // namespace

Gradients gradients(const Tensor& loss, const Variables& weights, const Tensor& seed) {
  Gradients results;
  gradients_into(results, loss, weights, seed);
  return results;
}

void gradients(const Tensor& loss, const Variables& weights, Gradients& results) {
  gradients_into(results, loss, weights, {});
}

KeepTape::KeepTape() : before_(std::exchange(keeps_tape, true)) {}
KeepTape::~KeepTape() { keeps_tape = before_; }

}  // namespace linnet
