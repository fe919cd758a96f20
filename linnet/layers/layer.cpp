#include "linnet/layers/layer.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include "linnet/base/profile_scope.h"
#include "linnet/layers/described.h"
#include "linnet/layers/graph.h"
#include "linnet/ops/elementwise.h"
#include "linnet/tensor/autograd.h"
#include "linnet/tensor/trial.h"

namespace linnet {
namespace {

Shapes shapes_of(const Tensors& xs) {
  Shapes shapes;
  for (const Tensor& x : xs) shapes.push_back(x.shape());
  return shapes;
}

/// Of the inputs without the tensors that are call arguments.
Shapes input_shapes_of(const Tensors& xs, const CallArguments& arguments) {
  Shapes shapes = shapes_of(xs);
  shapes.resize(shapes.size() - arguments.tensors.size());
  return shapes;
}

/// The batch axis is open: what was built with 64 samples serves any number.
Shape with_open_batch(Shape shape) {
  if (shape.rank() > 0) shape[0] = -1;
  return shape;
}

}  // namespace

Layer::Layer(std::string class_name, const LayerOptions& options) : state_(std::make_shared<State>()) {
  state_->name = options.name.empty() ? unique_name(class_name) : options.name;
  state_->class_name = std::move(class_name);
  state_->trainable = options.trainable;
  state_->dtype_policy = options.dtype;
  state_->activity_regularizer = options.activity_regularizer;
}

/// The layers that are being called on this thread: the outermost call starts the penalties anew, and each sees weights
/// in the dtype it computes in.
class Layer::CallScope {
 public:
  explicit CallScope(const Layer& layer) : autocast_(layer.compute_dtype()) {
    if (depth++ == 0) layer.clear_losses();
  }
  ~CallScope() { --depth; }
  CallScope(const CallScope&) = delete;
  CallScope& operator=(const CallScope&) = delete;

 private:
  static thread_local int depth;
  const Autocast autocast_;
};
thread_local int Layer::CallScope::depth = 0;

// ---- what layers override

void Layer::build(const Shape&) {}

void Layer::build_many(const Shapes& inputs) {
  check(inputs.size() == 1, "[", class_name(), " \"", name(), "\"] expected one input, received ", inputs.size());
  build(inputs[0]);
}

namespace {
thread_local const Layer* in_default_call = nullptr;  // whose call() went to call_many(): it must not come back
}  // namespace

Tensor Layer::call(const Tensor& x, Mode mode) {
  check(in_default_call != this, described(*this), " expected call() or call_many() to be overridden");
  const Layer* const previous = std::exchange(in_default_call, this);
  struct Restore {
    const Layer* layer;
    ~Restore() { in_default_call = layer; }
  } const restore{previous};
  Tensors outputs = call_many({x}, mode);
  check(outputs.size() == 1, described(*this), " has ", outputs.size(), " outputs: expected apply() to be called");
  return std::move(outputs[0]);
}

Tensors Layer::call_many(const Tensors& xs, Mode mode) {
  check(xs.size() == 1, "[", class_name(), " \"", name(), "\"] expected one input, received ", xs.size());
  return {call(xs[0], mode)};
}

Tensors Layer::call_with(const Tensors& xs, const CallArguments&, Mode mode) { return call_many(xs, mode); }

namespace {

Shapes output_shapes_of_zeros(Layer& layer, Shapes inputs, std::int64_t unknown) {
  Tensors zero_inputs;
  for (Shape& shape : inputs) {
    for (std::int64_t& n : shape) n = n < 0 ? unknown : n;
    zero_inputs.push_back(zeros(shape, layer.compute_dtype()));
  }
  const Autocast autocast(layer.compute_dtype());
  return shapes_of(layer.call_many(zero_inputs, Mode::inference));
}

}  // namespace

/// Runs the layer on zeros with two guesses for the unknown sizes: output sizes that follow the guess are unknown too.
Shapes Layer::infer_output_shapes(const Shapes& inputs) const {
  const NoGrad no_grad;
  const detail::Trial trial;
  const AnyLayer layer = handle();
  try {
    Shapes outputs = output_shapes_of_zeros(*layer, inputs, 2);
    const Shapes others = output_shapes_of_zeros(*layer, inputs, 3);
    for (std::size_t i = 0; i < outputs.size(); ++i)
      for (int axis = 0; axis < outputs[i].rank(); ++axis)
        if (outputs[i][axis] != others[i][axis]) outputs[i][axis] = -1;
    clear_losses();
    return outputs;
  } catch (const InvalidArgument& error) {
    rethrow_naming_layer(error, inputs);
  }
}

namespace {

/// compute_output_shapes() of a layer with one input asks compute_output_shape(), which a class may have of its own;
/// the default, which finds all outputs, leaves them here.
struct AllOutputs {
  const Layer* layer = nullptr;
  Shapes shapes = {};
};
thread_local AllOutputs* all_outputs = nullptr;

}  // namespace

Shape Layer::compute_output_shape(const Shape& input) const {
  AllOutputs* const wanted = std::exchange(all_outputs, nullptr);
  const Shapes outputs = infer_output_shapes({input});
  if (wanted != nullptr && wanted->layer == this && !outputs.empty()) return (wanted->shapes = outputs)[0];
  check(outputs.size() == 1, described(*this), " has ", outputs.size(),
        " outputs: expected compute_output_shapes() to be overridden");
  return outputs[0];
}

Shapes Layer::compute_output_shapes(const Shapes& inputs) const {
  if (inputs.size() != 1) return infer_output_shapes(inputs);
  AllOutputs all{this};
  struct Restore {
    AllOutputs* before;
    ~Restore() { all_outputs = before; }
  } const restore{std::exchange(all_outputs, &all)};
  const Shape first = compute_output_shape(inputs[0]);
  return all.shapes.empty() ? Shapes{first} : all.shapes;
}

Shapes Layer::compute_output_shapes_with(const Shapes& inputs, const CallArguments&) const {
  return compute_output_shapes(inputs);
}

DType Layer::compute_output_dtype(DType) const { return compute_dtype(); }

std::vector<DType> Layer::compute_output_dtypes(std::size_t count, DType input) const {
  return std::vector<DType>(count, compute_output_dtype(input));
}

Tensor Layer::compute_mask(const Tensors& inputs) const {
  if (!supports_masking()) return {};
  for (const Tensor& x : inputs)
    if (Tensor mask = x.mask(); mask.defined()) return mask;
  return {};
}

Config Layer::config() const { return base_config(); }

Config Layer::base_config() const {
  Config config{{"name", name()}, {"trainable", trainable()}, {"dtype", dtype_policy().name()}};
  if (state_->activity_regularizer) config.set("activity_regularizer", to_value(state_->activity_regularizer));
  return config;
}

// ---- building

/// A layer whose build failed is as it was before.
void Layer::unbuild(std::size_t weights_before) {
  Variables& weights = state_->own_weights;
  for (std::size_t i = weights_before; i < weights.size(); ++i) weights[i].state() = {};
  weights.resize(weights_before);
  state_->built = false;
}

void Layer::build_now(const Shapes& inputs) {
  const std::size_t weights_before = state_->own_weights.size();
  try {
    build_many(inputs);
  } catch (...) {
    unbuild(weights_before);
    throw;
  }
  state_->built = true;
  set_paths("");
}

void Layer::build_for(const Shapes& inputs) {
  if (built()) return;
  const std::size_t weights_before = state_->own_weights.size();
  build_now(inputs);
  if (!state_->output_shapes.empty()) return;  // a model: its graph has said
  Shapes open;
  for (const Shape& shape : inputs) open.push_back(with_open_batch(shape));
  try {
    remember_shapes(open, compute_output_shapes(open));  // builds the sublayers of a layer that calls them
  } catch (...) {
    unbuild(weights_before);
    throw;
  }
}

/// Of the first call.
void Layer::remember_shapes(const Shapes& inputs, const Shapes& outputs) {
  state_->input_shapes.clear();
  for (const Shape& shape : inputs) state_->input_shapes.push_back(with_open_batch(shape));
  for (const Shape& shape : outputs) state_->output_shapes.push_back(with_open_batch(shape));
  if (!state_->sublayers.empty()) set_paths("");  // those that were built by the call
}

void Layer::set_paths(const std::string& prefix) {
  const std::string path = prefix.empty() ? name() : prefix + "/" + name();
  for (const Variable& weight : state_->own_weights) weight.state().path = path + "/" + weight.name();
  for (const AnyLayer& layer : state_->sublayers) layer->set_paths(path);
}

// ---- calling

Tensor Layer::cast_input(const Tensor& x) const {
  const DType wanted = compute_dtype();
  if (x.dtype() == wanted || !is_floating(x.dtype()) || !is_floating(wanted) || !autocasts()) return x;
  const Tensor mask = x.mask();
  return mask.defined() ? x.to(wanted).with_mask(mask) : x.to(wanted);
}

void Layer::rethrow_naming_layer(const InvalidArgument& error, const Shapes& inputs) const {
  const std::string_view text = error.what();
  const std::size_t end_of_who = text.find(']');
  const bool names_one = end_of_who != text.npos && end_of_who > 0 && text[end_of_who - 1] == '"';
  if (names_one || text.find("; in the layer ") != text.npos) throw;  // the innermost layer has said it
  std::string shapes;
  for (const Shape& shape : inputs) shapes += (shapes.empty() ? "" : ", ") + to_string(shape);
  fail(text, "; in the layer ", class_name(), " \"", name(), "\", called with shape ", shapes);
}

Tensor Layer::operator()(const Tensor& x, Mode mode) {
  if (!x.defined()) fail(described(*this), " expected a tensor, received an empty one");
  if (x.is_symbolic()) return (*this)(Tensors{x}, mode);
  const CallScope scope(*this);
  const detail::ProfileScope profile(detail::ProfileKind::layer, name());
  if (!built()) build_now({x.shape()});
  try {
    Tensor y = call(cast_input(x), mode);
    penalize(y);
    if (x.mask().defined() || makes_mask()) y = with_output_mask(y, {x});
    if (state_->output_shapes.empty()) remember_shapes({x.shape()}, {y.shape()});
    return y;
  } catch (const InvalidArgument& error) {
    rethrow_naming_layer(error, {x.shape()});
  }
}

Tensor Layer::operator()(const Tensors& xs, Mode mode) {
  const Tensors outputs = apply(xs, mode);
  if (outputs.size() != 1) fail(described(*this), " has ", outputs.size(), " outputs: expected apply() to be called");
  return outputs[0];
}

namespace {

/// Of the call arguments "mask", "mask_1", "mask_2", …, which every layer has: the input that it belongs to.
std::optional<std::size_t> masked_input(std::string_view argument) {
  constexpr std::string_view mask = "mask", numbered = "mask_";
  if (argument == mask) return 0;
  if (!argument.starts_with(numbered) || argument.size() != numbered.size() + 1) return {};
  const char digit = argument.back();
  return digit >= '1' && digit <= '9' ? std::optional(static_cast<std::size_t>(digit - '0')) : std::nullopt;
}

bool has_masks(const CallArguments& arguments) {
  return std::any_of(arguments.tensors.begin(), arguments.tensors.end(),
                     [](const std::string& name) { return masked_input(name).has_value(); });
}

/// Masks that are given beside the inputs become masks of these.
void take_masks(const Layer& layer, Tensors& xs, CallArguments& arguments) {
  Tensors inputs(xs.begin(), xs.end() - static_cast<std::ptrdiff_t>(arguments.tensors.size())), named;
  std::vector<std::string> names;
  for (std::size_t i = 0; i < arguments.tensors.size(); ++i) {
    const Tensor& tensor = xs[inputs.size() + i];
    const std::optional<std::size_t> place = masked_input(arguments.tensors[i]);
    if (place && *place < inputs.size()) {
      inputs[*place] = inputs[*place].with_mask(tensor.to(boolean));
    } else {
      if (place)
        fail(described(layer), " expected masks of its ", inputs.size(), " inputs, received one more, \"",
             arguments.tensors[i], "\"");
      named.push_back(tensor);
      names.push_back(arguments.tensors[i]);
    }
  }
  inputs.insert(inputs.end(), named.begin(), named.end());
  xs = std::move(inputs);
  arguments.tensors = std::move(names);
}

}  // namespace

Tensors Layer::apply(const Tensors& xs, Mode mode) { return apply(xs, CallArguments(), mode); }

void Layer::check_call_arguments(const Tensors& xs, const CallArguments& arguments) const {
  if (arguments.empty()) return;
  const std::vector<std::string> known = call_argument_names();
  auto check_known = [&](const std::string& argument) {
    if (std::find(known.begin(), known.end(), argument) == known.end() && !masked_input(argument))
      fail(described(*this), " does not support the call argument \"", argument, "\"");
  };
  for (const auto& entry : arguments.values.entries()) check_known(entry.first);
  for (const std::string& argument : arguments.tensors) check_known(argument);
  if (arguments.tensors.size() >= xs.size()) fail(described(*this), " expected inputs, received call arguments only");
}

Tensors Layer::apply(const Tensors& xs, const CallArguments& arguments, Mode mode) {
  if (mode == Mode::unspecified && arguments.training) mode = *arguments.training ? Mode::train : Mode::inference;
  for (const Tensor& x : xs)
    if (!x.defined()) fail(described(*this), " expected tensors, received an empty one");
  check_call_arguments(xs, arguments);
  const auto symbolic = std::count_if(xs.begin(), xs.end(), [](const Tensor& x) { return x.is_symbolic(); });
  if (symbolic != 0 && symbolic != static_cast<std::ptrdiff_t>(xs.size()))
    fail(described(*this), " expected symbolic inputs or tensors with values, received both");
  if (symbolic > 0) {
    CallArguments recorded = arguments;
    if (mode != Mode::unspecified) recorded.training = mode == Mode::train;
    return record_call(handle(), xs, recorded);
  }
  if (!arguments.tensors.empty() && has_masks(arguments)) {
    Tensors inputs = xs;
    CallArguments rest = arguments;
    take_masks(*this, inputs, rest);
    return apply(inputs, rest, mode);
  }
  const CallScope scope(*this);
  const detail::ProfileScope profile(detail::ProfileKind::layer, name());
  if (!built()) build_now(input_shapes_of(xs, arguments));
  try {
    Tensors inputs;
    for (const Tensor& x : xs) inputs.push_back(cast_input(x));
    Tensors outputs = arguments.empty() ? call_many(inputs, mode) : call_with(inputs, arguments, mode);
    for (const Tensor& y : outputs) penalize(y);
    if (outputs.size() == 1) outputs[0] = with_output_mask(outputs[0], xs);
    if (state_->output_shapes.empty()) remember_shapes(input_shapes_of(xs, arguments), shapes_of(outputs));
    return outputs;
  } catch (const InvalidArgument& error) {
    rethrow_naming_layer(error, shapes_of(xs));
  }
}

Tensor Layer::with_output_mask(const Tensor& y, const Tensors& inputs) const {
  if (y.mask().defined()) return y;  // a model: its layers have said
  const Tensor mask = compute_mask(inputs);
  return mask.defined() || y.mask().defined() ? y.with_mask(mask) : y;
}

std::shared_ptr<Layer> Layer::get(std::string_view wanted) {
  fail("[layer] expected a layer such as Dense(64), received the name \"", wanted, "\"");
}

template class Handle<Layer>;

}  // namespace linnet
