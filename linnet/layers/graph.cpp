#include "linnet/layers/graph.h"

#include <algorithm>
#include <map>
#include <set>

#include "linnet/layers/input.h"

namespace linnet {

const GraphOrigin& graph_origin(const Tensor& x) {
  check(x.defined() && x.is_symbolic(),
        "[Model] expected a symbolic tensor, the result of Input() or of a layer called on one");
  return static_cast<const GraphOrigin&>(*x.origin());
}

namespace {

Tensor symbolic_output(const std::shared_ptr<GraphNode>& node, int index, DType dtype) {
  auto origin = std::make_shared<GraphOrigin>();
  origin->node = node;
  origin->index = index;
  return Tensor::symbolic(node->output_shapes[static_cast<std::size_t>(index)], dtype, std::move(origin));
}

}  // namespace

Tensors record_call(const AnyLayer& layer, const Tensors& inputs, const CallArguments& arguments) {
  Shapes shapes;
  for (const Tensor& x : inputs) shapes.push_back(x.shape());
  shapes.resize(shapes.size() - arguments.tensors.size());
  layer->build_for(shapes);
  auto node = std::make_shared<GraphNode>();
  node->layer = layer;
  node->inputs = inputs;
  node->arguments = arguments;
  node->output_shapes = layer->compute_output_shapes_with(shapes, arguments);
  if (layer->output_shapes().empty()) layer->remember_shapes(shapes, node->output_shapes);
  node->index = layer->state().node_count++;
  const std::vector<DType> dtypes =
      layer->compute_output_dtypes(node->output_shapes.size(), inputs.empty() ? layer->dtype() : inputs[0].dtype());
  Tensors outputs;
  for (std::size_t i = 0; i < dtypes.size(); ++i)
    outputs.push_back(symbolic_output(node, static_cast<int>(i), dtypes[i]));
  return outputs;
}

Tensor Input(const Shape& shape, const InputOptions& options) {
  Shape with_batch = shape;
  with_batch.insert(0, options.batch_size);
  return symbolic_input(InputLayer({.batch_shape = with_batch, .dtype = options.dtype, .name = options.name}));
}

Tensor symbolic_input(const InputLayer& layer) {
  auto node = std::make_shared<GraphNode>();
  node->layer = layer.handle();
  node->output_shapes = {layer.batch_shape()};
  return symbolic_output(node, 0, layer.dtype());
}

namespace {

using NodePointer = std::shared_ptr<GraphNode>;

/// Keras's order (ops/function.py, map_graph): by depth, the distance to the outputs, deepest first; layers of one
/// depth in the order in which a walk from the outputs meets them. All calls of a shared layer have the depth of the
/// deepest.
class GraphWalk {
 public:
  explicit GraphWalk(const Tensors& inputs) {
    for (const Tensor& x : inputs) sources_.insert(graph_origin(x).node.get());
  }

  std::vector<NodePointer> order(const Tensors& inputs, const Tensors& outputs) {
    for (const Tensor& y : outputs) visit(graph_origin(y).node);
    for (auto it = finished_.rbegin(); it != finished_.rend(); ++it) set_depth(**it);
    for (const Tensor& x : inputs)  // an input that no output needs still belongs to the model
      if (met_.insert(graph_origin(x).node.get()).second) finished_.push_back(graph_origin(x).node);
    std::stable_sort(finished_.begin(), finished_.end(), [this](const NodePointer& a, const NodePointer& b) {
      if (depth_[a.get()] != depth_[b.get()]) return depth_[a.get()] > depth_[b.get()];
      return layer_order_[a->layer->identity()] < layer_order_[b->layer->identity()];
    });
    return finished_;
  }

 private:
  void visit(const NodePointer& node) {
    if (!met_.insert(node.get()).second) return;
    layer_order_.emplace(node->layer->identity(), layer_order_.size() + 1);
    if (!sources_.contains(node.get())) {
      check(!node->inputs.empty(), "[Model] graph disconnected: an output depends on the Input \"", node->layer->name(),
            "\", which is not among the model's inputs");
      for (const Tensor& x : node->inputs) visit(graph_origin(x).node);
    }
    finished_.push_back(node);
  }

  void set_depth(const GraphNode& node) {
    int& of_layer = layer_depth_[node.layer->identity()];
    const int depth = depth_[&node] = of_layer = std::max(depth_[&node], of_layer);
    if (sources_.contains(&node)) return;
    for (const Tensor& x : node.inputs) {
      int& below = depth_[graph_origin(x).node.get()];
      below = std::max(below, depth + 1);
    }
  }

  std::set<const GraphNode*> sources_, met_;
  std::vector<NodePointer> finished_;  // inputs before what uses them
  std::map<const GraphNode*, int> depth_;
  std::map<const void*, int> layer_depth_;  // by layer
  std::map<const void*, std::size_t> layer_order_;
};

}  // namespace

std::vector<std::shared_ptr<GraphNode>> nodes_between(const Tensors& inputs, const Tensors& outputs) {
  return GraphWalk(inputs).order(inputs, outputs);
}

}  // namespace linnet
