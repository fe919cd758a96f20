// The graph of a functional model, ready to run: every step reads and writes numbered slots. Internal.
#pragma once

#include <memory>
#include <vector>

#include "linnet/models/model.h"

namespace linnet {

struct Model::Graph {
  Tensors inputs, outputs;                        // symbolic
  std::vector<std::shared_ptr<GraphNode>> nodes;  // in Keras's order

  struct Step {
    AnyLayer layer;
    std::vector<std::size_t> sources;
    std::size_t destination = 0;  // the first of its outputs
  };
  std::vector<Step> steps;
  std::vector<std::size_t> input_slots, output_slots;
  std::size_t slot_count = 0;

  void set(const Tensors& new_inputs, const Tensors& new_outputs);
};

}  // namespace linnet
