// The config entries of the losses' options: Keras's names.
#pragma once

#include "linnet/base/fields.h"
#include "linnet/losses/crossentropy.h"
#include "linnet/losses/overlap.h"
#include "linnet/losses/regression.h"
#include "linnet/losses/sequence.h"

namespace linnet {

/// Axes that Keras also takes as a number.
struct AxesField {
  std::optional<std::vector<int>>& axes;
};
inline Value to_value(const AxesField& field) { return to_value(field.axes); }
inline void from_value(const Value& value, AxesField& field) {
  if (!value.is_int()) return from_value(value, field.axes);
  field.axes = {static_cast<int>(value.as_int())};
}

template <class Visitor, class Options>
void loss_fields(Visitor& visit, Options& o) {
  visit("name", o.name);
  visit("reduction", o.reduction);
}
template <class Visitor>
void fields(Visitor& visit, LossOptions& o) {
  loss_fields(visit, o);
}
template <class Visitor>
void fields(Visitor& visit, HuberOptions& o) {
  loss_fields(visit, o);
  visit("delta", o.delta);
}
template <class Visitor>
void fields(Visitor& visit, CosineSimilarityOptions& o) {
  loss_fields(visit, o);
  visit("axis", o.axis);
}
template <class Visitor>
void fields(Visitor& visit, BinaryCrossentropyOptions& o) {
  loss_fields(visit, o);
  visit("from_logits", o.from_logits);
  visit("label_smoothing", o.label_smoothing);
  visit("axis", o.axis);
}
template <class Visitor>
void fields(Visitor& visit, CategoricalCrossentropyOptions& o) {
  loss_fields(visit, o);
  visit("from_logits", o.from_logits);
  visit("label_smoothing", o.label_smoothing);
  visit("axis", o.axis);
}
template <class Visitor>
void fields(Visitor& visit, SparseCategoricalCrossentropyOptions& o) {
  loss_fields(visit, o);
  visit("from_logits", o.from_logits);
  visit("ignore_class", o.ignore_class);
  visit("axis", o.axis);
}
template <class Visitor>
void fields(Visitor& visit, BinaryFocalCrossentropyOptions& o) {
  loss_fields(visit, o);
  visit("from_logits", o.from_logits);
  visit("label_smoothing", o.label_smoothing);
  visit("axis", o.axis);
  visit("apply_class_balancing", o.apply_class_balancing);
  visit("alpha", o.alpha);
  visit("gamma", o.gamma);
}
template <class Visitor>
void fields(Visitor& visit, CategoricalFocalCrossentropyOptions& o) {
  loss_fields(visit, o);
  visit("from_logits", o.from_logits);
  visit("label_smoothing", o.label_smoothing);
  visit("axis", o.axis);
  visit("alpha", o.alpha);
  visit("gamma", o.gamma);
}
template <class Visitor>
void fields(Visitor& visit, CategoricalGeneralizedCrossEntropyOptions& o) {
  loss_fields(visit, o);
  visit("q", o.q);
}
template <class Visitor>
void fields(Visitor& visit, DiceOptions& o) {
  loss_fields(visit, o);
  AxesField axis{o.axis};
  visit("axis", axis);
}
template <class Visitor>
void fields(Visitor& visit, TverskyOptions& o) {
  loss_fields(visit, o);
  visit("alpha", o.alpha);
  visit("beta", o.beta);
  AxesField axis{o.axis};
  visit("axis", axis);
}
template <class Visitor>
void fields(Visitor& visit, CTCOptions& o) {
  loss_fields(visit, o);
}
template <class Visitor>
void fields(Visitor& visit, CircleOptions& o) {
  loss_fields(visit, o);
  visit("gamma", o.gamma);
  visit("margin", o.margin);
  visit("remove_diagonal", o.remove_diagonal);
}

}  // namespace linnet
