// How layers of categories write their answers: Keras's output_mode. Internal.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>

#include "linnet/layers/layer.h"

namespace linnet {

/// The name as it is today: "binary" is "multi_hot", "tf-idf" is "tf_idf".
std::string output_mode_of(std::string name);
/// Throws `[CategoryEncoding "…"] expected output_mode …` unless `mode` is one of `known`.
void check_output_mode(const Layer& layer, const std::string& mode, std::initializer_list<const char*> known);

/// Positions in [0, depth) as they are ("int", int64), or in `dtype`: "one_hot" [...] -> [..., depth], without a last
/// axis of size 1 if there are others; "multi_hot" [..., n] -> [..., depth], 1 where a position occurs; "count" how
/// often, or the sum of the weights beside them. Throws, naming the layer, for positions out of range.
Tensor encode_categories(const Layer& layer, const Tensor& positions, const std::string& mode, std::int64_t depth,
                         DType dtype, const Tensor& weights = {});
/// The shape of the result.
Shape encoded_shape(Shape input, const std::string& mode, std::int64_t depth);

}  // namespace linnet
