// Files that Keras saved.
#include <algorithm>

#include "kinds.h"
#include "linnet/ops/elementwise.h"
#include "network.h"

namespace golden {

namespace {

std::shared_ptr<Model> loaded(const Case& c) {
  const std::string path = c.folder() + "/" + c.text("file");
  if (c.text("format") != "weights only") return load_model(path);
  const std::shared_ptr<Model> model = model_of(c);
  if (c.has("optimizer_slots")) model->compile({.optimizer = "adam", .loss = "mse"});
  model->load_weights(path);
  return model;
}

constexpr std::size_t counters = 2;  // the optimizer's first variables: iteration and learning rate

void compare_optimizer(Case& c, const Optimizer& optimizer) {
  c.expect(optimizer.iterations() == c.at("optimizer_iterations").as_int(),
           concat("optimizer iterations: ", optimizer.iterations(), ", expected ", c.at("optimizer_iterations")));
  const Variables variables = optimizer.variables();
  const List& slots = c.at("optimizer_slots").as_list();
  c.expect(variables.size() == slots.size() + counters,
           concat("slots: ", variables.size() - counters, ", expected ", slots.size()));
  for (std::size_t i = 0; i < std::min(slots.size(), variables.size() - counters); ++i) {
    const Fields slot(slots[i].as_config(), "a slot");
    const std::string name = slot.text("name");
    c.compare("slot " + name, variables[i + counters].value(), c.tensor(slot.at("tensor")));
    slot.done();
  }
}

/// Weights of which the loss does not depend - a bias before a batch normalization, that of attention's keys - have
/// gradients of rounding errors alone, which Adam divides by their own size: such an element may move anywhere within
/// the learning rate, in Keras as well. Where they are, as 1, in the order of the trainable weights.
Tensors moved_by_rounding(const Optimizer& optimizer) {
  constexpr double epsilon = 1e-7;  // of Adam: what is smaller is not divided by its own size any more
  Tensors where_they_are;
  if (optimizer.class_name() != "Adam") return where_they_are;
  const Variables variables = optimizer.variables();
  for (std::size_t i = counters + 1; i < variables.size(); i += 2)  // momentum and velocity of each weight
    where_they_are.push_back(
        logical_and(greater(variables[i].value(), 0), less(variables[i].value(), epsilon * epsilon)));
  return where_they_are;
}

/// One more epoch, from where Keras stopped.
void compare_resumed(Case& c, Model& model) {
  const Tensors by_rounding = moved_by_rounding(model.optimizer());
  const Variables trainable = model.trainable_weights();
  const Fields resume(c.at("resume").as_config(), "\"resume\"");
  resume.ignore({"loss"});
  FitOptions options;
  options.epochs = static_cast<int>(resume.at("epochs").as_int());
  options.batch_size = resume.at("batch_size").as_int();
  options.shuffle = false;
  options.verbose = 0;
  model.fit(Dataset(c.tensors("inputs"), c.listed(resume.at("targets"))), options);
  const List& want = resume.at("weights_after").as_list();
  const Variables weights = model.weights();
  c.expect(weights.size() == want.size(), concat(weights.size(), " weights, expected ", want.size()));
  for (std::size_t i = 0; i < std::min(weights.size(), want.size()); ++i) {
    const std::string what = "resumed " + weights[i].path();
    const Tensor expected = c.tensor(want[i]);
    Tensor got = weights[i].value();
    const auto place = std::find(trainable.begin(), trainable.end(), weights[i]) - trainable.begin();
    if (place < std::ssize(by_rounding)) {
      c.compare(what, got, expected, {c.tolerance().rtol, model.optimizer().learning_rate()});
      got = where(by_rounding[static_cast<std::size_t>(place)], expected, got);
    }
    c.compare(what, got, expected);
  }
  resume.done();
}

}  // namespace

void run_file(Case& c) {
  c.ignore({"class", "training", "model"});
  const std::shared_ptr<Model> model = loaded(c);
  if (c.text("format") != "weights only")
    c.expect(model->compiled() == c.flag("compiled"), "compiled, or not, against expectation");
  else
    c.ignore({"compiled"});
  compare_weights(c, *model, c.at("weights"), "loaded ");
  c.compare("output", model->apply(c.tensors("inputs"), Mode::inference), c.tensors("outputs"));
  if (c.has("optimizer_slots")) compare_optimizer(c, model->optimizer());
  if (c.has("resume")) compare_resumed(c, *model);
}

}  // namespace golden
