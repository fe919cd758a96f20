#include "cli/predictor.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "cli/language.h"
#include "linnet/activations/functions.h"
#include "linnet/layers/layer.h"
#include "linnet/ops/elementwise.h"
#include "linnet/ops/shape.h"

namespace linnet::cli {

namespace {

// How many numbers a sample has; -1 where a size is open.
std::int64_t sample_size(const Shape& batch) {
  std::int64_t size = 1;
  for (int axis = 1; axis < batch.rank(); ++axis) size = batch[axis] < 0 || size < 0 ? -1 : size * batch[axis];
  return size;
}

bool are_probabilities(const std::vector<double>& values) {
  const bool all_in_range = std::all_of(values.begin(), values.end(), [](double p) { return p >= 0 && p <= 1; });
  return all_in_range && std::abs(std::accumulate(values.begin(), values.end(), 0.0) - 1) < 1e-3;
}

}  // namespace

Predictor::Predictor(const std::string& model_file) : model_(load_model(model_file)) {
  is_described_ = load_description(model_file, description_);
  const std::size_t inputs = model_->input_shapes().size(), outputs = model_->outputs().size();
  if (inputs != 1 || outputs > 1)
    fail(
        words({"{}: predict takes models with one input and one output, this one has {} and {}; ask it from a program: "
               "model->predict(Dataset({{x1, x2}}, {{}}))",
               "{}：predict 只支持一个输入、一个输出的模型，这个模型有 {} 个输入、{} 个输出；请在程序里用 "
               "model->predict(Dataset({{x1, x2}}, {{}}))"},
              model_file, inputs, outputs));
}

std::string Predictor::class_name(std::size_t label) const {
  return label < description_.classes.size() ? description_.classes[label] : std::to_string(label);
}

std::optional<std::array<std::int64_t, 3>> Predictor::picture_shape() const {
  const Shape& input = model_->input_shapes()[0];
  if (description_.is_table) return {};
  if (input.rank() == 4 && input[3] >= 1 && input[3] <= 4) return {{input[1], input[2], input[3]}};
  if (input.rank() == 3 && input[1] > 0 && input[2] > 0) return {{input[1], input[2], 1}};
  if (input.rank() == 2 && input[1] == 784) return {{28, 28, 1}};
  return {};
}

bool Predictor::rescales() const {
  return std::any_of(model_->layers().begin(), model_->layers().end(), [](const AnyLayer& layer) {
    return layer->class_name() == "Rescaling" || layer->class_name() == "Normalization";
  });
}

Answer Predictor::answer(const Tensor& x) const {
  const Shape& input = model_->input_shapes()[0];
  if (sample_size(input) >= 0 && x.size() != sample_size(input))
    fail(words({"the model expects {} numbers of shape {} for a sample, received {} of shape {}",
                "模型的每个样本需要 {} 个数（形状 {}），收到的是 {} 个（形状 {}）"},
               sample_size(input), to_string(input), x.size(), to_string(x.shape())));
  Shape wanted = input;
  wanted[0] = 1;
  const Tensor fitting = sample_size(input) >= 0 ? reshape(x, wanted) : x;
  const Tensor scores = model_->predict_on_batch(fitting);
  std::vector<double> values = scores.to_vector<double>();
  const bool classes = is_described_ ? description_.classification : values.size() > 1;
  if (!classes) {
    check(values.size() == 1, "[predict] expected one number as the output of a regression, received shape ",
          scores.shape());
    return {.value = values[0]};
  }
  if (!are_probabilities(values)) values = softmax(scores.to(float64)).to_vector<double>();
  const auto best = static_cast<std::size_t>(std::max_element(values.begin(), values.end()) - values.begin());
  return {.probabilities = values, .best = best};
}

}  // namespace linnet::cli
