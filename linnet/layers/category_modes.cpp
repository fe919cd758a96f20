#include "linnet/layers/category_modes.h"

#include <algorithm>

#include "linnet/ops/elementwise.h"
#include "linnet/ops/gather.h"
#include "linnet/ops/reduce.h"
#include "linnet/ops/shape.h"

namespace linnet {
namespace {

void check_range(const Layer& layer, const Tensor& positions, std::int64_t depth) {
  if (positions.size() == 0) return;
  for (double found : {min(positions).item(), max(positions).item()})
    check(found >= 0 && found < static_cast<double>(depth), "[", layer.class_name(), " \"", layer.name(),
          "\"] expected integers in [0, ", depth, "), received ", static_cast<std::int64_t>(found));
}

}  // namespace

std::string output_mode_of(std::string name) {
  if (name == "binary") return "multi_hot";
  return name == "tf-idf" ? "tf_idf" : name;
}

void check_output_mode(const Layer& layer, const std::string& mode, std::initializer_list<const char*> known) {
  if (std::find(known.begin(), known.end(), mode) != known.end()) return;
  std::string names;
  for (const char* name : known) names += concat(names.empty() ? "\"" : ", \"", name, "\"");
  fail("[", layer.class_name(), " \"", layer.name(), "\"] expected output_mode ", names, ", received \"", mode, "\"");
}

Tensor encode_categories(const Layer& layer, const Tensor& positions, const std::string& mode, std::int64_t depth,
                         DType dtype, const Tensor& weights) {
  if (mode == "int") return positions.to(int64);
  const Tensor whole = positions.rank() == 0 ? expand_dims(positions.to(int64), 0) : positions.to(int64);
  check_range(layer, whole, depth);
  if (mode == "one_hot") return reshape(one_hot(whole, depth, dtype), encoded_shape(positions.shape(), mode, depth));
  check(mode == "multi_hot" || whole.rank() <= 2, "[", layer.class_name(), " \"", layer.name(),
        "\"] expected at most 2 axes for output_mode \"", mode, "\", received shape ", positions.shape());
  const Tensor counts = bincount(whole, depth, weights, dtype);
  return mode == "multi_hot" ? greater(counts, 0).to(dtype) : counts;
}

Shape encoded_shape(Shape input, const std::string& mode, std::int64_t depth) {
  if (mode == "int") return input;
  const bool is_sample = mode != "one_hot" && input.rank() > 0;
  if (is_sample || (input.rank() > 1 && input.back() == 1)) input.pop_back();
  input.push_back(depth);
  return input;
}

}  // namespace linnet
