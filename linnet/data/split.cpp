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

/// A part in (0, 1) of n samples, or a number of them.
std::int64_t samples_of(const char* side, double size, std::int64_t n) {
  const bool is_part = size > 0 && size < 1, is_number = size >= 1 && size < static_cast<double>(n);
  check(is_part || is_number, "[split_dataset] expected ", side,
        " to be a part in (0, 1) or a number of samples below ", n, ", received ", size);
  return std::llrint(is_part ? size * static_cast<double>(n) : size);
}

}  // namespace

TrainTest split_dataset(const Dataset& data, const SplitOptions& options) {
  const std::int64_t n = data.size();
  check(options.left_size || options.right_size, "[split_dataset] expected left_size or right_size, received neither");
  std::int64_t left = options.left_size ? samples_of("left_size", *options.left_size, n) : 0,
               right = options.right_size ? samples_of("right_size", *options.right_size, n) : n - left;
  if (!options.left_size) left = n - right;
  check(left > 0 && right > 0, "[split_dataset] expected samples in both halves, received ", n,
        n == 1 ? " sample" : " samples", " of which ", right, " go to the second");
  check(left + right <= n, "[split_dataset] expected left_size and right_size of at most ", n,
        " samples together, received ", left, " and ", right);
  const auto order = epoch_order(n, options.shuffle, options.seed.value_or(random_seed()), 0);
  return {part(data, order, 0, left), part(data, order, n - right, n)};
}

}  // namespace linnet
