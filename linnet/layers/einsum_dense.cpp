#include "linnet/layers/einsum_dense.h"

#include <algorithm>
#include <utility>

#include "linnet/layers/fields.h"
#include "linnet/ops/einsum.h"
#include "linnet/ops/einsum_equation.h"
#include "linnet/ops/elementwise.h"
#include "linnet/ops/matmul.h"
#include "linnet/ops/shape.h"

namespace linnet {

template <class Visitor>
void fields(Visitor& visit, EinsumDenseOptions& o) {
  visit("activation", o.activation);
  visit("bias_axes", o.bias_axes);
  visit("kernel_initializer", o.kernel_initializer);
  visit("bias_initializer", o.bias_initializer);
  visit("kernel_regularizer", o.kernel_regularizer);
  visit("bias_regularizer", o.bias_regularizer);
  visit("activity_regularizer", o.activity_regularizer);
  visit("kernel_constraint", o.kernel_constraint);
  visit("bias_constraint", o.bias_constraint);
}

namespace {

bool has(const std::string& letters, char letter) { return letters.find(letter) != std::string::npos; }

std::string without_dot(std::string letters) {
  std::erase(letters, '.');
  return letters;
}

/// How many axes one matrix product would sum over: those that end the input and begin the kernel, if y is the rest of
/// both and the bias is for all of the kernel's rest, or for nothing. 0 if it takes more than a matrix product.
int summed_axes(const std::string& input, const std::string& kernel, const std::string& output,
                const std::optional<std::string>& bias_axes) {
  std::size_t count = 0;
  while (count < kernel.size() && has(input, kernel[count])) ++count;
  if (count == 0 || count > input.size()) return 0;
  const std::string summed = kernel.substr(0, count), rest = kernel.substr(count);
  const bool plain = input.ends_with(summed) && output == input.substr(0, input.size() - count) + rest;
  return plain && (!bias_axes || *bias_axes == rest) ? static_cast<int>(count) : 0;
}

}  // namespace

EinsumDense::EinsumDense(std::string equation, const Shape& output_shape, EinsumDenseOptions options)
    : LayerOf("EinsumDense", layer_options(options)),
      equation_(std::move(equation)),
      partial_output_shape_(output_shape),
      options_(std::move(options)) {
  const ops::EinsumEquation parts(equation_);
  const auto form = [&](const char* where) {
    fail("[EinsumDense \"", name(),
         "\"] expected an equation such as \"ab,bc->ac\", \"...ab,bc->...ac\" or \"ab...,bc->ac...\", received \"",
         equation_, "\": ", where);
  };
  if (parts.operands.size() != 2 || equation_.find("->") == std::string::npos) form("not two tensors and a result");
  const std::string &input = parts.operands[0], &kernel = parts.operands[1], &output = parts.result;
  input_letters_ = without_dot(input);
  kernel_letters_ = kernel;
  output_letters_ = without_dot(output);
  open_left_ = input.starts_with('.') && output.starts_with('.');
  open_right_ = !open_left_ && input.ends_with('.') && output.ends_with('.');
  if (has(kernel, '.') || (has(input, '.') || has(output, '.')) != (open_left_ || open_right_))
    form("\"...\" must stand at one end of the input and of the result, and not in the kernel");
  for (const std::string& letters : {input_letters_, kernel_letters_})
    for (char c : letters)
      if (std::count(letters.begin(), letters.end(), c) > 1) form("a letter twice for one tensor");
  for (char c : kernel_letters_)
    if (!has(input_letters_, c) && !has(output_letters_, c)) form("the kernel has a letter of its own");
  for (char c : options_.bias_axes.value_or(""))
    check(has(output_letters_, c), "[EinsumDense \"", name(), "\"] expected bias_axes of \"", output_letters_,
          "\", received \"", *options_.bias_axes, "\"");
  if (!open_right_) summed_axes_ = summed_axes(input, kernel, output, options_.bias_axes);
}

struct EinsumDense::Shapes {
  Shape kernel, bias, output;
};

EinsumDense::Shapes EinsumDense::shapes_for(const Shape& input) const {
  const int letters = static_cast<int>(input_letters_.size()), open_axes = input.rank() - letters;
  check(open_left_ || open_right_ ? open_axes >= 0 : open_axes == 0, "[EinsumDense \"", name(),
        "\"] expected inputs with ", open_left_ || open_right_ ? "at least " : "", letters, " axes for \"", equation_,
        "\", received shape ", input);
  // Where letter i of the input and of the output is.
  const int input_start = open_left_ ? open_axes : 0;
  Shape output;
  if (open_left_) {
    output = input.slice(0, open_axes);
  } else {
    output.push_back(input[0]);
  }
  for (std::int64_t n : partial_output_shape_) output.push_back(n);
  if (open_left_ && open_axes == 0) output.insert(0, input[0]);
  if (open_right_)
    for (int i = letters; i < input.rank(); ++i) output.push_back(input[i]);
  const int output_start = open_left_ ? open_axes : 0,
            output_rank = static_cast<int>(output_letters_.size()) + open_axes;
  check(output.rank() == output_rank, "[EinsumDense \"", name(), "\"] expected an output_shape of ",
        output_rank - (output.rank() - partial_output_shape_.rank()), " sizes for \"", equation_, "\", received ",
        partial_output_shape_);
  const auto size_of = [&](char letter) -> std::int64_t {
    const std::size_t i = input_letters_.find(letter), o = output_letters_.find(letter);
    const std::int64_t in = i == std::string::npos ? -1 : input[input_start + static_cast<int>(i)],
                       out = o == std::string::npos ? -1 : output[output_start + static_cast<int>(o)];
    check(in < 0 || out < 0 || in == out, "[EinsumDense \"", name(), "\"] expected the size ", in, " of the input for ",
          std::string(1, letter), " in \"", equation_, "\", received ", out, " in output_shape");
    return std::max(in, out);
  };
  Shapes shapes;
  for (char letter : kernel_letters_) shapes.kernel.push_back(size_of(letter));
  for (std::size_t i = 0; i < output_letters_.size(); ++i)
    output[output_start + static_cast<int>(i)] = size_of(output_letters_[i]);
  shapes.output = output;
  if (!options_.bias_axes) return shapes;
  const std::size_t first = output_letters_.find_first_of(*options_.bias_axes);
  for (std::size_t i = first; i < output_letters_.size(); ++i)
    shapes.bias.push_back(has(*options_.bias_axes, output_letters_[i]) ? size_of(output_letters_[i]) : 1);
  if (open_right_)
    for (int i = 0; i < open_axes; ++i) shapes.bias.push_back(1);
  return shapes;
}

void EinsumDense::build(const Shape& input) {
  const Shapes shapes = shapes_for(input);
  add_weight(kernel_, "kernel", shapes.kernel, options_.kernel_initializer,
             {options_.kernel_regularizer, options_.kernel_constraint, true, dtype()});
  if (options_.bias_axes)
    add_weight(bias_, "bias", shapes.bias, options_.bias_initializer,
               {options_.bias_regularizer, options_.bias_constraint, true, dtype()});
}

/// As one matrix product; what linear() can do in the same pass, it does.
Tensor EinsumDense::product(const Tensor& x) const {
  const Shape &input = x.shape(), &kernel = kernel_.shape();
  const Shape free = input.slice(0, input.rank() - summed_axes_), columns = kernel.slice(summed_axes_, kernel.rank());
  const std::int64_t inner = kernel.slice(0, summed_axes_).size();
  Shape rows = free, output = free;
  rows.push_back(inner);
  for (std::int64_t n : columns) output.push_back(n);
  const Tensor matrix = reshape(kernel_.stored(), {inner, columns.size()}),
               bias = options_.bias_axes ? reshape(bias_.stored(), {columns.size()}) : Tensor();
  return reshape(linear(reshape(x, rows), matrix, bias, options_.activation.fused(), compute_dtype()), output);
}

Tensor EinsumDense::call(const Tensor& x, Mode) {
  const Shapes shapes = shapes_for(x.shape());
  check(shapes.kernel == kernel_.shape(), "[EinsumDense \"", name(), "\"] expected inputs for a kernel of shape ",
        kernel_.shape(), " under \"", equation_, "\", received shape ", x.shape());
  const Tensor real = x.to(compute_dtype());
  Tensor y;
  if (summed_axes_ > 0) {
    y = product(real);
  } else {
    y = einsum(equation_, {real, kernel_});
    if (options_.bias_axes) y = y + bias_;
  }
  const ActivationFunction& activation = options_.activation;
  const bool applied = summed_axes_ > 0 && activation.has_fused();
  if (!applied && !activation.is_linear()) y = activation(y);
  if (options_.activity_regularizer) add_activity_loss(*options_.activity_regularizer, y);
  return y;
}

Shape EinsumDense::compute_output_shape(const Shape& input) const { return shapes_for(input).output; }

Config EinsumDense::config() const {
  Config config = base_config();
  config.set("output_shape", to_value(partial_output_shape_));
  config.set("equation", equation_);
  config = with_fields(std::move(config), options_);
  config.set("quantization_config", nullptr);
  return config;
}

AnyLayer EinsumDense::from_config(const Config& config) {
  Config rest = config;
  for (const char* key : {"equation", "output_shape"}) rest.erase(key);
  const Value& sizes = config.at("output_shape");
  Shape output_shape;
  from_value(sizes.is_list() ? sizes : Value(List{sizes}), output_shape);
  return EinsumDense(config.at("equation").as_string(), output_shape,
                     read_options<EinsumDenseOptions>(rest, "EinsumDense"));
}

}  // namespace linnet
