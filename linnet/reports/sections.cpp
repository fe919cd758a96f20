// The parts of a report that come from answers: confusion, mistakes, regression; and the model's own.
#include "linnet/reports/sections.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "linnet/ops/shape.h"
#include "linnet/reports/pictures.h"

namespace linnet::detail {
namespace {

constexpr std::size_t most_mistakes = 24, most_points = 1000, most_errors = 15;

/// Sample numbers, those with the largest `badness` first.
template <class Badness>
std::vector<std::int64_t> worst(std::vector<std::int64_t> samples, std::size_t count, Badness badness) {
  count = std::min(count, samples.size());
  const auto worse = [&](std::int64_t a, std::int64_t b) {
    return badness(a) != badness(b) ? badness(a) > badness(b) : a < b;
  };
  std::partial_sort(samples.begin(), samples.begin() + static_cast<std::ptrdiff_t>(count), samples.end(), worse);
  samples.resize(count);
  return samples;
}

std::vector<std::int64_t> all_samples(std::int64_t count) {
  std::vector<std::int64_t> samples(static_cast<std::size_t>(count));
  std::iota(samples.begin(), samples.end(), 0);
  return samples;
}

bool label_is_known(const Answers& answers, std::int64_t sample) {
  return answers.label(sample) >= 0 && answers.label(sample) < answers.outputs;
}

/// The three most probable classes and the true one, as [class, probability].
List probable_classes(const Answers& answers, std::int64_t sample) {
  std::vector<std::int64_t> classes =
      worst(all_samples(answers.outputs), 3, [&](std::int64_t c) { return answers.value(sample, c); });
  if (std::find(classes.begin(), classes.end(), answers.label(sample)) == classes.end())
    classes.push_back(answers.label(sample));
  List list;
  for (std::int64_t c : classes) list.emplace_back(List{c, double(answers.value(sample, c))});
  return list;
}

/// What a label means.
std::string class_name(const Dataset& data, std::int64_t label) {
  const auto at = static_cast<std::size_t>(label);
  return at < data.class_names.size() ? data.class_names[at] : std::to_string(label);
}

}  // namespace

Value confusion_section(const Answers& answers, const Dataset& data) {
  if (answers.samples == 0 || answers.task != Task::classification) return {};
  const auto classes = static_cast<std::size_t>(answers.outputs);
  std::vector<std::int64_t> counts(classes * classes, 0);
  for (std::int64_t i = 0; i < answers.samples; ++i)
    if (label_is_known(answers, i))
      ++counts[static_cast<std::size_t>(answers.label(i) * answers.outputs + answers.guess(i))];
  List names, rows;
  for (std::size_t truth = 0; truth < classes; ++truth) {
    names.emplace_back(class_name(data, static_cast<std::int64_t>(truth)));
    const auto first = counts.begin() + static_cast<std::ptrdiff_t>(truth * classes);
    rows.emplace_back(List(first, first + static_cast<std::ptrdiff_t>(classes)));
  }
  return Config{{"classes", std::move(names)}, {"counts", std::move(rows)}, {"samples", answers.samples}};
}

Value mistakes_section(const Answers& answers, const Dataset& data) {
  if (answers.samples == 0 || answers.task != Task::classification) return {};
  std::vector<std::int64_t> wrong;
  for (std::int64_t i = 0; i < answers.samples; ++i)
    if (label_is_known(answers, i) && answers.guess(i) != answers.label(i)) wrong.push_back(i);
  const std::size_t total = wrong.size();
  wrong = worst(wrong, most_mistakes, [&](std::int64_t i) { return -answers.value(i, answers.label(i)); });
  const Pictures pictures(data.x[0]);
  List items;
  for (std::int64_t i : wrong) {
    Config item{{"index", i},
                {"truth", answers.label(i)},
                {"guess", answers.guess(i)},
                {"probable", probable_classes(answers, i)}};
    if (pictures.any()) item.set("pixels", base64(pictures.pixels(i)));
    items.emplace_back(std::move(item));
  }
  Config section{{"total", total}, {"samples", answers.samples}, {"items", std::move(items)}};
  pictures.describe(section);
  return section;
}

Value regression_section(const Answers& answers, const std::string& target) {
  if (answers.samples == 0 || answers.task != Task::regression) return {};
  // of several numbers a sample, the first is shown
  const auto truth = [&](std::int64_t i) {
    return double(answers.truth[static_cast<std::size_t>(i * answers.outputs)]);
  };
  const auto guess = [&](std::int64_t i) { return double(answers.value(i, 0)); };
  double mean = 0, squares = 0, absolute = 0, spread = 0;
  const auto count = static_cast<double>(answers.samples);
  for (std::int64_t i = 0; i < answers.samples; ++i) {
    mean += truth(i) / count;
    absolute += std::abs(guess(i) - truth(i)) / count;
    squares += (guess(i) - truth(i)) * (guess(i) - truth(i)) / count;
  }
  for (std::int64_t i = 0; i < answers.samples; ++i) spread += (truth(i) - mean) * (truth(i) - mean) / count;
  List points, errors;
  const std::int64_t step = (answers.samples - 1) / static_cast<std::int64_t>(most_points) + 1;
  for (std::int64_t i = 0; i < answers.samples; i += step) points.emplace_back(List{truth(i), guess(i)});
  const auto error = [&](std::int64_t i) { return std::abs(guess(i) - truth(i)); };
  for (std::int64_t i : worst(all_samples(answers.samples), most_errors, error))
    errors.emplace_back(List{i, truth(i), guess(i)});
  return Config{{"points", std::move(points)},
                {"worst", std::move(errors)},
                {"samples", answers.samples},
                {"target", target},
                {"mae", absolute},
                {"rmse", std::sqrt(squares)},
                {"r2", spread > 0 ? Value(1 - squares / spread) : Value()}};
}

namespace {

std::string shape_text(const Layer& layer) {
  if (layer.output_shapes().size() != 1) return layer.output_shapes().empty() ? "?" : "…";
  std::string text;
  for (std::int64_t n : layer.output_shapes()[0])
    text += (text.empty() ? "" : ", ") + (n < 0 ? std::string("None") : std::to_string(n));
  return "(" + text + ")";
}

std::int64_t elements(const Variables& variables) {
  std::int64_t count = 0;
  for (const Variable& variable : variables) count += variable.value().size();
  return count;
}

}  // namespace

Config model_section(const Model& model) {
  List layers;
  for (const AnyLayer& layer : model.layers()) {
    const Config config = layer->config();
    const Value* activation = config.find("activation");
    const std::string function = activation != nullptr && activation->is_string() ? activation->as_string() : "";
    layers.emplace_back(Config{{"name", layer->name()},
                               {"type", layer->class_name()},
                               {"activation", function == "linear" ? "" : function},
                               {"shape", shape_text(*layer)},
                               {"parameters", layer->built() ? Value(layer->count_params()) : Value()}});
  }
  Config section{{"layers", std::move(layers)},
                 {"total", elements(model.weights())},
                 {"trainable", elements(model.trainable_weights())},
                 {"text", model.summary_text({.columns = 92})}};
  if (model.compiled()) {
    section.set("optimizer", model.optimizer().class_name());
    section.set("learning_rate", model.optimizer().learning_rate());
    section.set("loss", loss_name(model));
  }
  return section;
}

}  // namespace linnet::detail
