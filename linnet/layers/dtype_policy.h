// Dtype policies: what layers compute in, and what they keep their weights in. Keras: keras.dtype_policies.
#pragma once

#include <string>
#include <string_view>

#include "linnet/base/dtype.h"

#pragma GCC visibility push(default)
namespace linnet {

/// "float32", "float64" and "bfloat16" compute in that dtype and keep weights in it. "mixed_bfloat16" computes in
/// bfloat16 and keeps weights in float32: matrix products multiply numbers of 8 significant bits, which processors with
/// AVX512-BF16 or AMX do twice as fast, and add in float32; gradients of weights, their updates and losses stay
/// float32. On other processors a warning says that the results are those of mixed_bfloat16 but not the speed. Throws
/// for other names. Keras: keras.dtype_policies.DTypePolicy.
///   Dense layer(64, {.dtype = "bfloat16"});
///   layer(zeros({2, 8})).dtype() == bfloat16;  // -> true
class DTypePolicy {
 public:
  /// What set_dtype_policy() has chosen.
  DTypePolicy();
  DTypePolicy(DType dtype) : compute_dtype_(dtype), variable_dtype_(dtype) {}
  DTypePolicy(std::string_view name);
  DTypePolicy(const char* name) : DTypePolicy(std::string_view(name)) {}
  DTypePolicy(const std::string& name) : DTypePolicy(std::string_view(name)) {}

  /// Of inputs, of outputs and of what is computed between them.
  DType compute_dtype() const { return compute_dtype_; }
  /// Of weights.
  DType variable_dtype() const { return variable_dtype_; }
  /// "float32", "mixed_bfloat16", …
  std::string name() const;

  friend bool operator==(const DTypePolicy&, const DTypePolicy&) = default;

 private:
  DType compute_dtype_, variable_dtype_;
};

/// The policy of layers that are made without one; "float32" at first. Layers that exist keep theirs. Keras:
/// keras.config.set_dtype_policy, keras.config.dtype_policy.
///   set_dtype_policy("float64");
///   Dense layer(64);
///   set_dtype_policy("float32");
///   layer.dtype_policy().name();  // -> "float64"
void set_dtype_policy(const DTypePolicy& policy);
/// The policy of layers that are made without one.
DTypePolicy dtype_policy();

}  // namespace linnet
#pragma GCC visibility pop
