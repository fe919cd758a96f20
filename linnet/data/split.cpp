#include "linnet/data/split.h"

#include <cmath>

#include "linnet/base/random.h"
#include "linnet/data/batches.h"

namespace linnet {

namespace {

Dataset part(const Dataset& data, const std::vector<std::int64_t>& order, std::int64_t first, std::int64_t last) {
  Dataset result = data;
  Batch rows = gather_batch(data, order, first, last);
  result.x = std::move(rows.x);
  result.y = std::move(rows.y);
  result.sample_weight = std::move(rows.sample_weight);
  result.target_weights = std::move(rows.target_weights);
  return result;
}

}  // namespace

TrainTest split_dataset(const Dataset& data, const SplitOptions& options) {
  const std::int64_t n = data.size();
  const double wanted = options.right_size < 1 ? options.right_size * static_cast<double>(n) : options.right_size;
  check(options.right_size > 0 && wanted < static_cast<double>(n),
        "[split_dataset] expected right_size to be a part in (0, 1) or a number of samples below ", n, ", received ",
        options.right_size);
  const auto right = static_cast<std::int64_t>(std::llround(wanted));
  check(right > 0 && right < n, "[split_dataset] expected samples in both halves, received ", n,
        n == 1 ? " sample" : " samples", " of which ", right, " go to the second");
  const auto order = epoch_order(n, options.shuffle, options.seed.value_or(random_seed()), 0);
  return {part(data, order, 0, n - right), part(data, order, n - right, n)};
}

}  // namespace linnet
