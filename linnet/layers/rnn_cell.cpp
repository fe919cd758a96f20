#include "linnet/layers/rnn_cell.h"

namespace linnet {
namespace {

Shape with_batch(Shape shape, std::int64_t batch_size) {
  shape.insert(0, batch_size);
  return shape;
}

}  // namespace

Tensors RNNCell::initial_states(std::int64_t batch_size) const {
  Tensors states;
  for (const Shape& shape : state_shapes()) states.push_back(zeros(with_batch(shape, batch_size), compute_dtype()));
  return states;
}

std::optional<SequenceResult> RNNCell::whole_sequence(const Tensor&, const Tensors&, const Tensor&, Mode) { return {}; }

void RNNCell::build_many(const Shapes& inputs) {
  check(!inputs.empty(), "[", class_name(), " \"", name(), "\"] expected an input and its states, received none");
  build(inputs[0]);
}

Tensors RNNCell::call_many(const Tensors& xs, Mode mode) {
  const std::vector<Shape> shapes = state_shapes();
  check(xs.size() == shapes.size() + 1, "[", class_name(), " \"", name(), "\"] expected an input and ", shapes.size(),
        shapes.size() == 1 ? " state" : " states", ", received ", xs.size(), " tensors");
  for (std::size_t i = 0; i < shapes.size(); ++i)
    check(xs[i + 1].shape() == with_batch(shapes[i], xs[0].shape()[0]), "[", class_name(), " \"", name(),
          "\"] expected state ", i, " of shape ", with_batch(shapes[i], xs[0].shape()[0]), ", received ",
          xs[i + 1].shape());
  return step(xs[0], Tensors(xs.begin() + 1, xs.end()), mode);
}

Shapes RNNCell::compute_output_shapes(const Shapes& inputs) const {
  const std::int64_t batch_size = inputs.at(0)[0];
  Shapes shapes{with_batch(output_shape(), batch_size)};
  for (const Shape& shape : state_shapes()) shapes.push_back(with_batch(shape, batch_size));
  return shapes;
}

RNNCell& as_cell(const AnyLayer& layer, const Layer& who) {
  auto* cell = layer ? dynamic_cast<RNNCell*>(&*layer) : nullptr;
  check(cell != nullptr, "[", who.class_name(), " \"", who.name(),
        "\"] expected a cell, such as LSTMCell(32) or a class derived from RNNCell, received ",
        layer ? layer->class_name() : "none");
  return *cell;
}

}  // namespace linnet
