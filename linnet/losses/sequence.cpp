#include "linnet/losses/sequence.h"

#include "linnet/losses/fields.h"
#include "linnet/losses/targets.h"
#include "linnet/ops/ctc.h"
#include "linnet/ops/elementwise.h"
#include "linnet/ops/matmul.h"
#include "linnet/ops/nn.h"
#include "linnet/ops/reduce.h"
#include "linnet/ops/shape.h"

namespace linnet {

Tensor CTC::call(const Tensor& y_true, const Tensor& y_pred) const {
  check(y_pred.rank() == 3 && y_true.rank() == 2 && y_true.shape()[0] == y_pred.shape()[0],
        "[CTC] expected y_true (batch, length) and y_pred (batch, time, classes), received ", y_true.shape(), " and ",
        y_pred.shape());
  return ctc_loss(y_true, log_softmax(y_pred, -1));
}

namespace {
/// log Σ exp(x) over the places of each row where `mask` is not 0; without any, a number whose exponential is 0.
Tensor masked_logsumexp(const Tensor& x, const Tensor& mask) { return logsumexp(where(mask, x, -1e30), -1); }
}  // namespace

namespace {
/// A class number for each embedding.
Tensor labels_of(const Tensor& embeddings, const Tensor& y_true) {
  check(embeddings.rank() == 2, "[Circle] expected embeddings of shape (batch, size of the embeddings), received ",
        embeddings.shape());
  const Tensor labels = y_true.rank() == 2 && y_true.shape()[1] == 1 ? squeeze(y_true, -1) : y_true;
  check(labels.rank() == 1 && labels.shape()[0] == embeddings.shape()[0],
        "[Circle] expected a class number for each of the ", embeddings.shape()[0],
        " samples, received classes of shape ", y_true.shape());
  return labels.to(int64);
}
Tensor places_in(const Tensor& x) { return arange(0, static_cast<double>(x.shape()[0])); }
}  // namespace

Tensor Circle::call(const Tensor& y_true, const Tensor& y_pred) const {
  return compare(y_true, y_pred, y_true, y_pred);
}

Tensor Circle::compare(const Tensor& y_true, const Tensor& y_pred, const Tensor& ref_labels,
                       const Tensor& ref_embeddings) const {
  const Tensor labels = labels_of(y_pred, y_true), others = labels_of(ref_embeddings, ref_labels);
  const Tensor same = equal(expand_dims(labels, 1), expand_dims(others, 0)), other = logical_not(same);
  const Tensor self = equal(expand_dims(places_in(labels), 1), expand_dims(places_in(others), 0));
  const Tensor positive = options_.remove_diagonal ? logical_and(same, logical_not(self)) : same;

  const double gamma = options_.gamma, margin = options_.margin;
  const Tensor distances = relu(1.0 - matmul(y_pred, transpose(ref_embeddings)));
  const Tensor near = -gamma * (margin + distances) * (margin - distances);
  const Tensor far = gamma * relu(1 + margin - distances) * (1 - margin - distances);
  const Tensor values = softplus(masked_logsumexp(near, positive) + masked_logsumexp(far, other));
  return values.with_mask(greater(values.detach(), 0.0));
}
Config Circle::config() const { return write_config(options_); }

}  // namespace linnet
