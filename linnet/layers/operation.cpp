#include "linnet/layers/operation.h"

#include <algorithm>
#include <utility>

#include "linnet/activations/activation.h"
#include "linnet/base/class_table.h"
#include "linnet/layers/fields.h"
#include "linnet/layers/operation_functions.h"
#include "linnet/tensor/autograd.h"

namespace linnet {
namespace {

constexpr std::string_view of_activations = "activations.";

bool is_activation(const std::string& function) {
  const std::vector<std::string> names = ActivationFunction::names();
  return std::find(names.begin(), names.end(), function) != names.end();
}

/// An activation takes the input, and arguments by name.
Tensors activated(const std::string& function, const List& arguments, const Config& given, const Tensors& xs) {
  const OperationArguments input(function, "x", arguments, {}, xs);
  const Tensor x = input.tensor("x");
  Config options;
  for (const auto& [name, value] : given.entries())
    if (!value.is_null()) options.set(name, value);
  return {ActivationFunction::get(function, options)(is_floating(x.dtype()) ? x : x.to(float32))};
}

/// Numbers to find shapes with.
Tensor numbers_for(const Shape& shape, DType dtype) {
  constexpr std::int64_t most = std::int64_t{1} << 27;
  std::int64_t count = 1;
  for (const std::int64_t size : shape) {
    check(size == 0 || count <= most / std::max<std::int64_t>(size, 1), "expected inputs of at most ", most,
          " numbers, received shape ", shape);
    count *= size;
  }
  return zeros(shape, dtype);
}

}  // namespace

Operation::Operation(OperationOptions options)
    : LayerOf("Operation", layer_options(options)),
      options_(std::move(options)),
      output_dtypes_(std::make_shared<std::vector<DType>>()) {
  state().built = true;
  std::string& function = options_.function;
  if (function.starts_with(of_activations)) function.erase(0, of_activations.size());
  if (!operation_functions().contains(function) && !is_activation(function))
    detail::fail_unknown(concat("Operation \"", name(), "\""), function, operation_names());
}

Tensors Operation::result(const Tensors& xs) const {
  const auto found = operation_functions().find(options_.function);
  if (found == operation_functions().end())
    return activated(options_.function, options_.arguments, options_.options, xs);
  return found->second.compute(
      OperationArguments(options_.function, found->second.parameters, options_.arguments, options_.options, xs));
}

Tensors Operation::call_many(const Tensors& xs, Mode) { return result(xs); }

Tensors Operation::outputs_for(const Shapes& inputs, std::int64_t unknown) const {
  const NoGrad no_grad;
  Tensors xs;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    Shape shape = inputs[i];
    for (std::int64_t& size : shape) size = size < 0 ? unknown : size;
    xs.push_back(numbers_for(shape, i < options_.input_dtypes.size() ? options_.input_dtypes[i] : float32));
  }
  return result(xs);
}

Shape Operation::compute_output_shape(const Shape& input) const { return compute_output_shapes({input}).at(0); }

Shapes Operation::compute_output_shapes(const Shapes& inputs) const {
  const auto shapes_with = [&](std::int64_t small, std::int64_t large) {
    const Tensors few = outputs_for(inputs, small), many = outputs_for(inputs, large);
    Shapes shapes;
    output_dtypes_->clear();
    for (std::size_t i = 0; i < std::min(few.size(), many.size()); ++i) {
      Shape shape = few[i].shape();
      for (int axis = 0; axis < shape.rank(); ++axis)
        if (shape[axis] != many[i].shape()[axis]) shape[axis] = -1;
      shapes.push_back(shape);
      output_dtypes_->push_back(few[i].dtype());
    }
    return shapes;
  };
  try {
    return shapes_with(2, 3);
  } catch (const InvalidArgument&) {
    return shapes_with(64, 65);  // an index may want more
  }
}

std::vector<DType> Operation::compute_output_dtypes(std::size_t count, DType) const {
  return output_dtypes_->size() == count ? *output_dtypes_ : std::vector<DType>(count, compute_dtype());
}

Config Operation::config() const {
  Config config = base_config();
  config.set("function", options_.function);
  config.set("arguments", Config{{"tuple", options_.arguments}});
  config.set("options", Config{{"dict", options_.options}});
  List dtypes;
  for (const DType dtype : options_.input_dtypes) dtypes.emplace_back(linnet::name(dtype));
  config.set("input_dtypes", dtypes);
  return config;
}

AnyLayer Operation::from_config(const Config& config) {
  LayerOptions common;
  read_layer_options(config, common);
  OperationOptions options;
  options.name = common.name;
  options.trainable = common.trainable;
  options.dtype = common.dtype;
  options.function = config.at("function").as_string();
  const List* arguments = elements_of(config.at("arguments"));
  check(arguments != nullptr, "[Operation] expected arguments {\"tuple\": […]}, received ", config.at("arguments"));
  options.arguments = *arguments;
  options.options = config.at("options").as_config().at("dict").as_config();
  for (const Value& dtype : config.at("input_dtypes").as_list())
    options.input_dtypes.push_back(dtype_from_name(dtype.as_string()));
  return Operation(std::move(options));
}

std::vector<std::string> operation_names() {
  std::vector<std::string> names;
  for (const auto& entry : operation_functions()) names.push_back(entry.first);
  return names;
}

}  // namespace linnet
