// The config entries of the metrics' options: Keras's names. "dtype" is written by Metric's config.
#pragma once

#include "linnet/base/fields.h"
#include "linnet/metrics/confusion.h"
#include "linnet/metrics/means.h"

namespace linnet::metrics {

template <class Visitor>
void fields(Visitor& visit, MetricOptions& o) {
  visit("name", o.name);
}
template <class Visitor>
void fields(Visitor& visit, CosineSimilarityOptions& o) {
  visit("name", o.name);
  visit("axis", o.axis);
}
template <class Visitor>
void fields(Visitor& visit, BinaryAccuracyOptions& o) {
  visit("name", o.name);
  visit("threshold", o.threshold);
}
template <class Visitor>
void fields(Visitor& visit, TopKCategoricalAccuracyOptions& o) {
  visit("name", o.name);
  visit("k", o.k);
}
template <class Visitor>
void fields(Visitor& visit, SparseTopKCategoricalAccuracyOptions& o) {
  visit("name", o.name);
  visit("k", o.k);
}
template <class Visitor>
void fields(Visitor& visit, BinaryCrossentropyOptions& o) {
  visit("name", o.name);
  visit("from_logits", o.from_logits);
  visit("label_smoothing", o.label_smoothing);
}
template <class Visitor>
void fields(Visitor& visit, CategoricalCrossentropyOptions& o) {
  visit("name", o.name);
  visit("from_logits", o.from_logits);
  visit("label_smoothing", o.label_smoothing);
  visit("axis", o.axis);
}
template <class Visitor>
void fields(Visitor& visit, SparseCategoricalCrossentropyOptions& o) {
  visit("name", o.name);
  visit("from_logits", o.from_logits);
  visit("ignore_class", o.ignore_class);
  visit("axis", o.axis);
}
template <class Visitor>
void fields(Visitor& visit, CountOptions& o) {
  visit("name", o.name);
  visit("thresholds", o.thresholds);
}
template <class Visitor>
void fields(Visitor& visit, PrecisionOptions& o) {
  visit("name", o.name);
  visit("thresholds", o.thresholds);
  visit("top_k", o.top_k);
  visit("class_id", o.class_id);
}
template <class Visitor>
void fields(Visitor& visit, AUCOptions& o) {
  visit("name", o.name);
  visit("num_thresholds", o.num_thresholds);
  visit("curve", o.curve);
  visit("summation_method", o.summation_method);
  visit("thresholds", o.thresholds);
  visit("multi_label", o.multi_label);
  visit("num_labels", o.num_labels);
  visit("label_weights", o.label_weights);
  visit("from_logits", o.from_logits);
}
template <class Visitor>
void fields(Visitor& visit, ConfusionMatrixOptions& o) {
  visit("name", o.name);
  visit("num_classes", o.num_classes);
}

}  // namespace linnet::metrics
