// The config entries of the metrics' options: Keras's names. "dtype" is written by Metric's config.
#pragma once

#include "linnet/base/fields.h"
#include "linnet/metrics/metrics.h"

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
void fields(Visitor& visit, PearsonCorrelationOptions& o) {
  visit("name", o.name);
  visit("axis", o.axis);
}
template <class Visitor>
void fields(Visitor& visit, ConcordanceCorrelationOptions& o) {
  visit("name", o.name);
  visit("axis", o.axis);
}
template <class Visitor>
void fields(Visitor& visit, FBetaScoreOptions& o) {
  visit("name", o.name);
  visit("average", o.average);
  visit("beta", o.beta);
  visit("threshold", o.threshold);
}
template <class Visitor>
void fields(Visitor& visit, F1ScoreOptions& o) {
  visit("name", o.name);
  visit("average", o.average);
  visit("threshold", o.threshold);
}
template <class Visitor>
void fields(Visitor& visit, R2ScoreOptions& o) {
  visit("name", o.name);
  visit("class_aggregation", o.class_aggregation);
  visit("num_regressors", o.num_regressors);
}
template <class Visitor>
void fields(Visitor& visit, SensitivityAtSpecificityOptions& o) {
  visit("name", o.name);
  visit("class_id", o.class_id);
  visit("num_thresholds", o.num_thresholds);
  visit("specificity", o.specificity);
}
template <class Visitor>
void fields(Visitor& visit, SpecificityAtSensitivityOptions& o) {
  visit("name", o.name);
  visit("class_id", o.class_id);
  visit("num_thresholds", o.num_thresholds);
  visit("sensitivity", o.sensitivity);
}
template <class Visitor>
void fields(Visitor& visit, PrecisionAtRecallOptions& o) {
  visit("name", o.name);
  visit("class_id", o.class_id);
  visit("num_thresholds", o.num_thresholds);
  visit("recall", o.recall);
}
template <class Visitor>
void fields(Visitor& visit, RecallAtPrecisionOptions& o) {
  visit("name", o.name);
  visit("class_id", o.class_id);
  visit("num_thresholds", o.num_thresholds);
  visit("precision", o.precision);
}
template <class Visitor>
void fields(Visitor& visit, IoUOptions& o) {
  visit("name", o.name);
  visit("dtype", o.dtype);
  visit("num_classes", o.num_classes);
  visit("target_class_ids", o.target_class_ids);
  visit("ignore_class", o.ignore_class);
  visit("sparse_y_true", o.sparse_y_true);
  visit("sparse_y_pred", o.sparse_y_pred);
  visit("axis", o.axis);
}
template <class Visitor>
void fields(Visitor& visit, MeanIoUOptions& o) {
  visit("name", o.name);
  visit("dtype", o.dtype);
  visit("num_classes", o.num_classes);
  visit("ignore_class", o.ignore_class);
  visit("sparse_y_true", o.sparse_y_true);
  visit("sparse_y_pred", o.sparse_y_pred);
  visit("axis", o.axis);
}
template <class Visitor>
void fields(Visitor& visit, OneHotIoUOptions& o) {
  visit("name", o.name);
  visit("dtype", o.dtype);
  visit("num_classes", o.num_classes);
  visit("target_class_ids", o.target_class_ids);
  visit("ignore_class", o.ignore_class);
  visit("sparse_y_pred", o.sparse_y_pred);
  visit("axis", o.axis);
}
template <class Visitor>
void fields(Visitor& visit, OneHotMeanIoUOptions& o) {
  visit("name", o.name);
  visit("dtype", o.dtype);
  visit("num_classes", o.num_classes);
  visit("ignore_class", o.ignore_class);
  visit("sparse_y_pred", o.sparse_y_pred);
  visit("axis", o.axis);
}
template <class Visitor>
void fields(Visitor& visit, BinaryIoUOptions& o) {
  visit("name", o.name);
  visit("dtype", o.dtype);
  visit("target_class_ids", o.target_class_ids);
  visit("threshold", o.threshold);
}
template <class Visitor>
void fields(Visitor& visit, ConfusionMatrixOptions& o) {
  visit("name", o.name);
  visit("num_classes", o.num_classes);
}

}  // namespace linnet::metrics
