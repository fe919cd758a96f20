// oneDNN's C++ interface, with the library behind it loaded by the first call (libraries.h).
#pragma once

#include <oneapi/dnnl/dnnl.h>

#include "linnet/kernels/cpu/libraries.h"

namespace linnet::kernels::cpu {

/// What is called instead of a function of oneDNN's C interface.
template <auto& original, class Signature = decltype(original)>
class OneDnnFunction;
template <auto& original, class Result, class... Arguments>
class OneDnnFunction<original, Result (&)(Arguments...)> {
 public:
  explicit constexpr OneDnnFunction(const char* name) : name_(name) {}
  Result operator()(Arguments... arguments) const {
    static const auto function = reinterpret_cast<Result (*)(Arguments...)>(onednn_symbol(name_));
    return function(arguments...);
  }

 private:
  const char* name_;
};

}  // namespace linnet::kernels::cpu

// dnnl.hpp, whose code stands in this namespace, finds these before the functions themselves. One that is missing here
// is an undefined reference for the linker.
namespace dnnl {
#define LINNET_ONEDNN(name) constexpr linnet::kernels::cpu::OneDnnFunction<::name> name(#name);
LINNET_ONEDNN(dnnl_dilated_convolution_backward_data_desc_init)
LINNET_ONEDNN(dnnl_dilated_convolution_backward_weights_desc_init)
LINNET_ONEDNN(dnnl_dilated_convolution_forward_desc_init)
LINNET_ONEDNN(dnnl_engine_create)
LINNET_ONEDNN(dnnl_engine_destroy)
LINNET_ONEDNN(dnnl_get_effective_cpu_isa)
LINNET_ONEDNN(dnnl_matmul_desc_init)
LINNET_ONEDNN(dnnl_memory_create)
LINNET_ONEDNN(dnnl_memory_desc_get_size)
LINNET_ONEDNN(dnnl_memory_desc_equal)
LINNET_ONEDNN(dnnl_memory_desc_init_by_strides)
LINNET_ONEDNN(dnnl_memory_desc_init_by_tag)
LINNET_ONEDNN(dnnl_memory_destroy)
LINNET_ONEDNN(dnnl_memory_set_data_handle_v2)
LINNET_ONEDNN(dnnl_post_ops_append_eltwise)
LINNET_ONEDNN(dnnl_post_ops_create)
LINNET_ONEDNN(dnnl_post_ops_destroy)
LINNET_ONEDNN(dnnl_primitive_attr_create)
LINNET_ONEDNN(dnnl_primitive_attr_destroy)
LINNET_ONEDNN(dnnl_primitive_attr_set_post_ops)
LINNET_ONEDNN(dnnl_primitive_attr_set_scratchpad_mode)
LINNET_ONEDNN(dnnl_primitive_create)
LINNET_ONEDNN(dnnl_primitive_desc_destroy)
LINNET_ONEDNN(dnnl_primitive_desc_iterator_create)
LINNET_ONEDNN(dnnl_primitive_desc_iterator_destroy)
LINNET_ONEDNN(dnnl_primitive_desc_iterator_fetch)
LINNET_ONEDNN(dnnl_primitive_desc_query)
LINNET_ONEDNN(dnnl_primitive_desc_query_md)
LINNET_ONEDNN(dnnl_primitive_destroy)
LINNET_ONEDNN(dnnl_primitive_execute)
LINNET_ONEDNN(dnnl_reorder_primitive_desc_create)
LINNET_ONEDNN(dnnl_stream_create)
LINNET_ONEDNN(dnnl_stream_destroy)
#undef LINNET_ONEDNN
}  // namespace dnnl

#include <oneapi/dnnl/dnnl.hpp>
