#include "linnet/ops/ctc.h"

#include <cmath>

#include "op_checks.h"

namespace linnet::testing {
namespace {

/// What a path of classes over time spells: repetitions are one, then blanks (0) go.
std::vector<std::int64_t> spelled(const std::vector<std::int64_t>& path) {
  std::vector<std::int64_t> label;
  for (std::size_t t = 0; t < path.size(); ++t)
    if (path[t] != 0 && (t == 0 || path[t] != path[t - 1])) label.push_back(path[t]);
  return label;
}

/// -log of the sum of the probabilities of all paths that spell the label, by trying all of them.
Array by_all_paths(const Arrays& in) {
  const Array &labels = in[0], &log_p = in[1];
  const std::int64_t time = log_p.shape[1], classes = log_p.shape[2];
  return make_array({log_p.shape[0]}, [&](const Shape& i) {
    std::vector<std::int64_t> label;
    for (std::int64_t k = 0; k < labels.shape[1]; ++k) label.push_back(static_cast<std::int64_t>(labels.at({i[0], k})));
    double total = 0;
    const auto paths = static_cast<std::int64_t>(std::pow(classes, time));
    for (std::int64_t number = 0; number < paths; ++number) {
      std::vector<std::int64_t> path;
      double log_probability = 0;
      std::int64_t rest = number;
      for (std::int64_t t = 0; t < time; ++t, rest /= classes) {
        path.push_back(rest % classes);
        log_probability += log_p.at({i[0], t, rest % classes});
      }
      if (spelled(path) == label) total += std::exp(log_probability);
    }
    return -std::log(total);
  });
}

}  // namespace

std::vector<OpCheck> ctc_checks() {
  const Tensor log_p = zeros({1, 3, 3});
  return {{
      .name = "ctc_loss",
      .op = [](const Tensors& in) { return ctc_loss(in[0], in[1]); },
      .reference = by_all_paths,
      .cases =
          {{{2, 2}, {2, 4, 3}}, {{3, 1}, {3, 1, 3}}, {{1, 3}, {1, 6, 3}}, {{2, 0}, {2, 3, 3}}, {{0, 2}, {0, 3, 3}}},
      .low = 1,
      .high = 3,
      .result_dtype = [](DType dtype) { return dtype == float64 ? float64 : float32; },
      .integer_inputs = {0},
      .never_broadcasts = "labels and outputs have different shapes, which are checked",
      .errors = {{[=] {
                    ctc_loss(tensor({{1, 3}}, int32), log_p);
                  },
                  "expected labels from 1 to 2"},
                 {[=] {
                    ctc_loss(tensor({{0, 1}}, int32), log_p);
                  },
                  "only after the end of a label"},
                 {[=] { ctc_loss(tensor({1}, int32), log_p); }, "expected labels (batch, length)"}},
  }};
}

}  // namespace linnet::testing
