#include "linnet/layers/stacked_rnn_cells.h"

#include <iterator>

#include "linnet/layers/fields.h"
#include "linnet/layers/registry.h"

namespace linnet {

StackedRNNCells::StackedRNNCells(const std::vector<AnyLayer>& cells, const LayerOptions& options)
    : LayerOf("StackedRNNCells", options) {
  check(!cells.empty(), "[StackedRNNCells \"", name(), "\"] expected at least one cell, received none");
  for (const AnyLayer& each : cells) {
    as_cell(each, *this);
    state().sublayers.push_back(each);
  }
}

std::vector<Shape> StackedRNNCells::state_shapes() const {
  std::vector<Shape> all;
  for (std::size_t i = 0; i < cells().size(); ++i)
    for (const Shape& shape : cell(i).state_shapes()) all.push_back(shape);
  return all;
}

Shape StackedRNNCells::output_shape() const { return cell(cells().size() - 1).output_shape(); }

Tensors StackedRNNCells::initial_states(std::int64_t batch_size) const {
  Tensors all;
  for (std::size_t i = 0; i < cells().size(); ++i)
    for (const Tensor& first : cell(i).initial_states(batch_size)) all.push_back(first);
  return all;
}

void StackedRNNCells::build(const Shape& input) {
  Shape shape = input;
  for (std::size_t i = 0; i < cells().size(); ++i) {
    cell(i).build_for({shape});
    shape = cell(i).output_shape();
    shape.insert(0, input[0]);
  }
}

Tensors StackedRNNCells::step(const Tensor& x, const Tensors& states, Mode mode) {
  Tensors results{x};  // the output of the cells so far, then their new states
  auto next = states.begin();
  for (std::size_t i = 0; i < cells().size(); ++i) {
    const auto count = static_cast<std::ptrdiff_t>(cell(i).state_shapes().size());
    Tensors inputs{results[0]};
    std::copy_n(next, count, std::back_inserter(inputs));
    next += count;
    const Tensors outputs = cell(i).apply(inputs, mode);
    results[0] = outputs[0];
    results.insert(results.end(), outputs.begin() + 1, outputs.end());
  }
  return results;
}

void StackedRNNCells::begin_sequence() {
  for (std::size_t i = 0; i < cells().size(); ++i) cell(i).begin_sequence();
}

void StackedRNNCells::end_sequence() {
  for (std::size_t i = 0; i < cells().size(); ++i) cell(i).end_sequence();
}

Config StackedRNNCells::config() const {
  Config config = base_config();
  List list;
  for (const AnyLayer& each : cells()) list.push_back(layer_to_config(*each));
  config.set("cells", list);
  return config;
}

AnyLayer StackedRNNCells::from_config(const Config& config) {
  const LayerOptions options = read_layer_options(config, "StackedRNNCells", {"cells"});
  std::vector<AnyLayer> cells;
  for (const Value& each : config.at("cells").as_list()) cells.push_back(layer_from_config(each.as_config()));
  return StackedRNNCells(cells, options);
}

}  // namespace linnet
