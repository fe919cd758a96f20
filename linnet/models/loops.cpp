#include "linnet/models/loops.h"

#include "linnet/models/progress_bar.h"
#include "linnet/models/sequential.h"

namespace linnet {

std::vector<AnyCallback> all_callbacks(Model& model, const std::vector<AnyCallback>& given,
                                       const LoopParameters& parameters) {
  std::vector<AnyCallback> callbacks = given;
  if (parameters.verbose > 0) callbacks.emplace_back(ProgressBarLogger());
  std::stable_partition(callbacks.begin(), callbacks.end(), [](const AnyCallback& c) { return !c->comes_last(); });
  each(callbacks, [&](Callback& c) { c.attach(model, parameters); });
  return callbacks;
}

std::int64_t steps_of(const Feed& feed, std::optional<std::int64_t> wanted) {
  return wanted ? *wanted : feed.steps().value_or(-1);
}

void check_samples(const Dataset& data, const char* who, const char* what) {
  check(!data.empty() && data.size() > 0, "[", who, "] expected samples in the ", what, ", received none");
  for (const Tensor& y : data.y)
    check(y.rank() >= 1 && y.shape()[0] == data.size(), "[", who, "] expected as many targets as samples (",
          data.size(), ") in the ", what, ", received targets of shape ", y.shape());
}

Dataset first_batch(SourceFeed& feed, const char* who) {
  const Dataset* first = feed.peek();
  check(first != nullptr, "[", who, "] expected batches, received none: the source or generator has ended");
  return *first;
}

Dataset match_names(const Model& model, Dataset data) {
  auto reorder = [&](Tensors& tensors, std::vector<std::string>& given, const std::vector<std::string>& wanted,
                     const char* what) {
    if (given.empty() || wanted.empty()) return;
    Tensors ordered;
    for (const std::string& name : wanted) {
      const auto it = std::find(given.begin(), given.end(), name);
      check(it != given.end(), "[Model \"", model.name(), "\"] expected ", what, " named \"", name, "\" in the data");
      ordered.push_back(tensors[static_cast<std::size_t>(it - given.begin())]);
    }
    tensors = std::move(ordered);
    given = wanted;
  };
  reorder(data.x, data.x_names, model.input_names(), "an input");
  reorder(data.y, data.y_names, model.output_names(), "a target");
  return data;
}

void build_for_data(Model& model, const Dataset& data) {
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

}  // namespace linnet
