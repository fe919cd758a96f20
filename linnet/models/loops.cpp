#include "linnet/models/loops.h"

#include "linnet/models/progress_bar.h"
#include "linnet/models/sequential.h"
#include "linnet/tensor/autograd.h"

namespace linnet {

std::vector<AnyCallback> all_callbacks(Model& model, const std::vector<AnyCallback>& given,
                                       const LoopParameters& parameters) {
  std::vector<AnyCallback> callbacks = given;
  const bool has_bar = std::any_of(given.begin(), given.end(), [](const AnyCallback& callback) {
    return dynamic_cast<const ProgressBarLogger*>(&*callback) != nullptr;
  });
  if (parameters.verbose > 0 && !has_bar) callbacks.emplace_back(ProgressBarLogger());
  std::stable_partition(callbacks.begin(), callbacks.end(), [](const AnyCallback& c) { return !c->comes_last(); });
  each(callbacks, [&](Callback& c) { c.attach(model, parameters); });
  return callbacks;
}

std::int64_t steps_of(const Feed& feed, std::optional<std::int64_t> wanted) {
  return wanted ? *wanted : feed.steps().value_or(-1);
}

void check_count(const char* who, const char* option, std::optional<std::int64_t> count) {
  check(!count || *count >= 1, "[", who, "] expected ", option, " >= 1, received ", count.value_or(0));
}

void check_loop_options(const char* who, std::int64_t batch_size, int verbose) {
  check_count(who, "batch_size", batch_size);
  check(verbose >= 0 && verbose <= 2, "[", who, "] expected verbose 0, 1 or 2, received ", verbose);
}

void check_weights(const Dataset& data, const char* who) {
  auto check_one = [&](const Tensor& weight) {
    check(!weight.defined() || (weight.rank() >= 1 && weight.shape()[0] == data.size()), "[", who,
          "] expected one sample weight a sample (", data.size(), "), received shape ",
          weight.defined() ? weight.shape() : Shape());
  };
  check_one(data.sample_weight);
  const bool is_one_each = !data.sample_weight.defined() || data.sample_weight.size() == data.size();
  check(data.y.size() < 2 || is_one_each, "[", who,
        "] expected one weight a sample, or a list of weights with an array ", "for each of the ", data.y.size(),
        " targets, received weights of shape ", data.sample_weight.defined() ? data.sample_weight.shape() : Shape());
  check(data.target_weights.empty() || data.target_weights.size() == data.y.size(), "[", who,
        "] expected sample weights for each of the ", data.y.size(), " targets, received ", data.target_weights.size());
  for (const Tensor& weight : data.target_weights) check_one(weight);
}

void check_samples(const Dataset& data, const char* who, const char* what) {
  check(!data.empty() && data.size() > 0, "[", who, "] expected samples in the ", what, ", received none");
  for (const Tensor& y : data.y)
    check(y.rank() >= 1 && y.shape()[0] == data.size(), "[", who, "] expected as many targets as samples (",
          data.size(), ") in the ", what, ", received targets of shape ", y.shape());
  check_weights(data, who);
}

Dataset first_batch(SourceFeed& feed, const char* who) {
  const Dataset* first = feed.peek();
  check(first != nullptr, "[", who, "] expected batches, received none: the source or generator has ended");
  return *first;
}

Dataset match_names(const Model& model, Dataset data) {
  Tensors no_weights;
  auto reorder = [&](Tensors& tensors, Tensors& weights, std::vector<std::string>& given,
                     const std::vector<std::string>& wanted, const char* what) {
    if (given.empty() || wanted.empty()) return;
    Tensors ordered, ordered_weights;
    for (const std::string& name : wanted) {
      const auto it = std::find(given.begin(), given.end(), name);
      check(it != given.end(), "[Model \"", model.name(), "\"] expected ", what, " named \"", name, "\" in the data");
      const auto place = static_cast<std::size_t>(it - given.begin());
      ordered.push_back(tensors[place]);
      if (place < weights.size()) ordered_weights.push_back(weights[place]);
    }
    tensors = std::move(ordered);
    weights = std::move(ordered_weights);
    given = wanted;
  };
  reorder(data.x, no_weights, data.x_names, model.input_names(), "an input");
  reorder(data.y, data.target_weights, data.y_names, model.output_names(), "a target");
  return data;
}

namespace {

/// The outputs of a subclassed model may have names (in Python, its call() gives a dict): the first call tells them,
/// and then by which of them to take targets with names.
void learn_output_names(Model& model, const Dataset& data) {
  if (data.y_names.empty() || !model.output_names().empty() || !model.steps_call_model()) return;
  const NoGrad no_grad;
  Tensors y_pred;
  forward(model, data.slice(0, 1).x, Mode::inference, y_pred);
}

void build_now(Model& model, const Dataset& data) {
  if (model.built()) return;
  if (!model.steps_call_model() && dynamic_cast<Sequential*>(&model) == nullptr) return;  // it may have no call()
  Shapes shapes;
  for (const Tensor& x : data.x) {
    Shape shape = x.shape();
    shape[0] = -1;
    shapes.push_back(shape);
  }
  model.build_for(shapes);
}

}  // namespace

void build_for_data(Model& model, const Dataset& data) {
  build_now(model, data);
  learn_output_names(model, data);
}

}  // namespace linnet
