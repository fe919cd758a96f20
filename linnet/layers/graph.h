// The functional graph: what is recorded when a layer is called on symbolic tensors.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "linnet/layers/layer.h"

#pragma GCC visibility push(default)
namespace linnet {

/// One call of a layer on symbolic tensors. Holds its inputs, so a graph lives as long as its last tensor; does not
/// hold its outputs (no cycle): an output is (node, index).
struct GraphNode {
  AnyLayer layer;
  int index = 0;  // the layer's first, second, … symbolic call
  Tensors inputs;
  Shapes output_shapes;
  CallArguments arguments = {};
};

/// Where a symbolic tensor comes from: output `index` of `node`.
struct GraphOrigin final : SymbolicOrigin {
  std::shared_ptr<GraphNode> node;
  int index = 0;
};

/// Throws unless `x` is symbolic.
const GraphOrigin& graph_origin(const Tensor& x);
/// Adds a node and returns its symbolic outputs.
Tensors record_call(const AnyLayer& layer, const Tensors& inputs, const CallArguments& arguments = {});
/// Every node needed to compute `outputs`, in topological order (Keras's order: depth, then order of creation). Throws
/// when an input of a node is reached that `inputs` does not cover ("graph disconnected"), naming the layers.
std::vector<std::shared_ptr<GraphNode>> nodes_between(const Tensors& inputs, const Tensors& outputs);

struct InputOptions {
  std::string name = {};
  DType dtype = float32;
  std::int64_t batch_size = -1;
};
/// A symbolic tensor of shape (batch, shape…): the start of a functional graph.
///   Tensor x = Input({28, 28, 1});          // -> [-1, 28, 28, 1]
///   Tensor y = Dense(10)(Flatten()(x));     // -> [-1, 10]
///   Model model(x, y);
Tensor Input(const Shape& shape, const InputOptions& options = {});

}  // namespace linnet
#pragma GCC visibility pop
