// The graph of a functional model, ready to run: every step reads and writes numbered slots. Internal.
#pragma once

#include <memory>
#include <vector>

#include "linnet/models/model.h"

namespace linnet {

struct Model::Graph {
  Tensors inputs, outputs;                             // symbolic
  std::vector<std::shared_ptr<GraphNode>> nodes;       // in Keras's order
  std::vector<std::string> input_names, output_names;  // given; none: those of the layers

  struct Step {
    AnyLayer layer;
    std::vector<std::size_t> sources;
    std::size_t destination = 0;  // the first of its outputs
    std::size_t output_count = 1;
    CallArguments arguments = {};
    std::vector<std::size_t> spent = {};  // slots that no later step reads
  };
  std::vector<Step> steps;
  std::vector<std::size_t> input_slots, output_slots;
  std::size_t slot_count = 0;
  std::vector<bool> keeps_integers;  // of each input: do its readers convert integers themselves?

  void set(const Tensors& new_inputs, const Tensors& new_outputs);
  /// Input i as the graph expects it: checked against the shape of its Input (a last axis of size 1 may be missing or
  /// too many), and of its dtype.
  Tensor prepared(const Layer& model, std::size_t i, const Tensor& x) const;

 private:
  bool converts_integers(std::size_t slot) const;
  void find_spent_slots();
};

}  // namespace linnet
