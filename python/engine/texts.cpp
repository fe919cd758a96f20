// Layers that read text: Python hands over strings and a shape, there being no tensors of strings.
#include <pybind11/functional.h>

#include "bindings.h"
#include "linnet/layers/hashing.h"
#include "linnet/layers/text_vectorization.h"
#include "values.h"

namespace linnet::python {
namespace {

/// The layer as one of these classes. Throws for others.
template <class Known>
Known& as(Layer& layer, const char* expected) {
  auto* known = dynamic_cast<Known*>(&layer);
  check(known != nullptr, "[", layer.class_name(), " \"", layer.name(), "\"] expected ", expected);
  return *known;
}

Tensor look_up(Layer& layer, std::vector<std::string> values, const Shape& shape) {
  const Strings texts(std::move(values), shape);
  if (auto* vectorization = dynamic_cast<TextVectorization*>(&layer)) return (*vectorization)(texts);
  if (auto* lookup = dynamic_cast<StringLookup*>(&layer)) return (*lookup)(texts);
  return as<Hashing>(layer, "a layer that reads text: TextVectorization, StringLookup, Hashing")(texts);
}

/// `next` gives texts row by row and their shape, then None.
void adapt_to_texts(Layer& layer, const py::function& next) {
  const NextBatch<Strings> batches = [&]() -> std::optional<Strings> {
    const py::object batch = next();
    if (batch.is_none()) return std::nullopt;
    auto [values, shape] = batch.cast<std::pair<std::vector<std::string>, Shape>>();
    return Strings(std::move(values), shape);
  };
  if (auto* vectorization = dynamic_cast<TextVectorization*>(&layer)) return vectorization->adapt(batches);
  as<StringLookup>(layer, "a layer with a vocabulary of texts: TextVectorization, StringLookup").adapt(batches);
}

py::object vocabulary(Layer& layer) {
  if (auto* lookup = dynamic_cast<IntegerLookup*>(&layer)) return py::cast(lookup->vocabulary());
  if (auto* lookup = dynamic_cast<StringLookup*>(&layer)) return py::cast(lookup->vocabulary());
  return py::cast(as<TextVectorization>(layer, "a layer with a vocabulary").vocabulary());
}

void set_vocabulary(Layer& layer, const py::list& tokens, const std::vector<double>& weights) {
  if (auto* lookup = dynamic_cast<IntegerLookup*>(&layer))
    return lookup->set_vocabulary(tokens.cast<std::vector<std::int64_t>>(), weights);
  const auto texts = tokens.cast<std::vector<std::string>>();
  if (auto* lookup = dynamic_cast<StringLookup*>(&layer)) return lookup->set_vocabulary(texts, weights);
  as<TextVectorization>(layer, "a layer with a vocabulary").set_vocabulary(texts, weights);
}

/// Features are pairs of values and a shape where they are texts, else tensors.
Tensor cross(Layer& layer, const py::list& features) {
  std::vector<HashedCrossing::Feature> all;
  for (py::handle feature : features) {
    if (py::isinstance<py::tuple>(feature)) {
      const auto pair = feature.cast<std::pair<std::vector<std::string>, Shape>>();
      all.emplace_back(Strings(pair.first, pair.second));
    } else {
      all.emplace_back(tensor_from(feature));
    }
  }
  return as<HashedCrossing>(layer, "a HashedCrossing")(all);
}

using Standardize = std::function<std::string(const std::string&)>;
using Split = std::function<std::vector<std::string>(const std::string&)>;

/// With functions of Python's in place of names.
std::shared_ptr<Layer> text_vectorization(const Config& config, const Standardize& standardize, const Split& split) {
  TextVectorizationOptions options = TextVectorization::options_from_config(config);
  if (standardize) options.standardize = standardize;
  if (split) options.split = split;
  return AnyLayer(TextVectorization(options)).pointer();
}

}  // namespace

void bind_texts(py::module_& m) {
  m.def("look_up_texts", &look_up);
  m.def("adapt_to_texts", &adapt_to_texts);
  m.def("texts_of", [](Layer& layer, const AnyTensor& numbers) {
    return as<StringLookup>(layer, "a StringLookup with invert").to_strings(numbers.value).values();
  });
  m.def("vocabulary", &vocabulary);
  m.def("read_vocabulary", &read_vocabulary);
  m.def("set_vocabulary", &set_vocabulary);
  m.def("cross_texts", &cross);
  m.def("text_vectorization", &text_vectorization, py::arg("config"), py::arg("standardize"), py::arg("split"));
}

}  // namespace linnet::python
