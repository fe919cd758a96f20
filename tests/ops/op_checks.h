// The table of all op checks: one entry or more for every public function of linnet/ops/*.h.
#pragma once

#include <vector>

#include "support/check_op.h"

namespace linnet::testing {

std::vector<OpCheck> elementwise_checks();
std::vector<OpCheck> reduce_checks();
std::vector<OpCheck> shape_checks();
std::vector<OpCheck> gather_checks();
std::vector<OpCheck> linear_algebra_checks();
std::vector<OpCheck> einsum_checks();
std::vector<OpCheck> attention_checks();
std::vector<OpCheck> nn_checks();
std::vector<OpCheck> normalize_checks();
std::vector<OpCheck> convolution_checks();
std::vector<OpCheck> pooling_checks();
std::vector<OpCheck> recurrent_checks();
std::vector<OpCheck> ctc_checks();
std::vector<OpCheck> images_checks();
inline const std::vector<DType> every_dtype = {float32, float64, bfloat16, int32, int64, uint8, boolean};
inline DType always_bool(DType) { return boolean; }
inline DType always_int64(DType) { return int64; }

}  // namespace linnet::testing
