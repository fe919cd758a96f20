#include "linnet/layers/dtype_policy.h"

#include <atomic>
#include <bit>
#include <cstdint>

#include "linnet/base/check.h"
#include "linnet/base/warning.h"
#include "linnet/kernels/kernels.h"

namespace linnet {
namespace {

constexpr std::string_view mixed_bfloat16 = "mixed_bfloat16";
// As a word, which every compiler reads and writes in one step; 0 is float32.
static_assert(sizeof(DTypePolicy) == sizeof(std::uint16_t) && static_cast<int>(DType::float32) == 0);
std::atomic<std::uint16_t> chosen = 0;

}  // namespace

DTypePolicy::DTypePolicy() : DTypePolicy(std::bit_cast<DTypePolicy>(chosen.load())) {}

DTypePolicy::DTypePolicy(std::string_view name) : compute_dtype_(bfloat16), variable_dtype_(float32) {
  if (name != mixed_bfloat16) {
    for (DType dtype : {float32, float64, bfloat16, int32, int64, uint8, boolean})
      if (linnet::name(dtype) == name) {
        *this = dtype;
        return;
      }
    fail("[DTypePolicy] expected float32, float64, bfloat16 or mixed_bfloat16, received \"", name, "\"",
         name == "mixed_float16" ? "; Linnet has no float16, and bfloat16 needs no scaling of the loss" : "");
  }
  if (!kernels::multiplies_bfloat16())
    warn(
        "[DTypePolicy] mixed_bfloat16: this processor has no instructions for products of bfloat16 (AVX512-BF16, AMX); "
        "they are computed in float32, with the same roundings but slower than under the policy float32");
}

std::string DTypePolicy::name() const {
  return std::string(compute_dtype_ == variable_dtype_ ? linnet::name(compute_dtype_) : mixed_bfloat16);
}

void set_dtype_policy(const DTypePolicy& policy) {
  check(is_floating(policy.compute_dtype()), "[set_dtype_policy] expected a floating dtype, received \"", policy.name(),
        "\"");
  chosen = std::bit_cast<std::uint16_t>(policy);
}
DTypePolicy dtype_policy() { return {}; }

}  // namespace linnet
