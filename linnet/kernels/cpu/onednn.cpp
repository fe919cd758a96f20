#include "linnet/kernels/cpu/onednn.h"

#include <unordered_map>

#include "linnet/kernels/cpu/onednn_session.h"

namespace linnet::kernels::cpu {
namespace {

struct Hash {
  std::size_t operator()(const MatmulShape& s) const {
    std::size_t hash = (s.has_bias ? 1 : 0) + (s.relu ? 2 : 0) + (s.dtype == DType::bfloat16 ? 4 : 0) +
                       (s.c_dtype == DType::bfloat16 ? 8 : 0);
    for (std::int64_t n : {s.m, s.n, s.k, s.a_row, s.a_column, s.b_row, s.b_column, s.c_row})
      hash = (hash ^ static_cast<std::size_t>(n)) * 0x9E3779B97F4A7C15ull;
    return hash ^ hash >> 32;
  }
};

/// What one thread needs to run primitives. The compiled code itself is shared by all threads, in oneDNN's own cache;
/// this one in front of it saves the 1.5 µs that asking costs.
class Session {
 public:
  void run(const MatmulShape& shape, const void* a, const void* b, const float* bias, void* c) {
    auto it = matmuls_.find(shape);
    if (it == matmuls_.end()) {
      if (matmuls_.size() >= most_primitives) matmuls_.clear();
      it = matmuls_.emplace(shape, create(shape)).first;
    }
    Matmul& matmul = it->second;
    auto bind = [&](int argument, const void* data) {
      matmul.arguments[argument].set_data_handle(const_cast<void*>(data));
    };
    bind(DNNL_ARG_SRC, a);
    bind(DNNL_ARG_WEIGHTS, b);
    if (shape.has_bias) bind(DNNL_ARG_BIAS, bias);
    bind(DNNL_ARG_DST, c);
    bind(DNNL_ARG_SCRATCHPAD, thread_.scratch(matmul.scratchpad_size));
    matmul.primitive.execute(thread_.stream, matmul.arguments);
  }

 private:
  struct Matmul {
    dnnl::matmul primitive;
    std::unordered_map<int, dnnl::memory> arguments;
    std::size_t scratchpad_size;
  };
  static constexpr std::size_t most_primitives = 1024;

  Matmul create(const MatmulShape& s) {
    using Memory = dnnl::memory;
    auto type_of = [](DType dtype) {
      return dtype == DType::bfloat16 ? Memory::data_type::bf16 : Memory::data_type::f32;
    };
    const auto type = type_of(s.dtype);
    const Memory::desc a({s.m, s.k}, type, Memory::dims{s.a_row, s.a_column});
    const Memory::desc b({s.k, s.n}, type, Memory::dims{s.b_row, s.b_column});
    const Memory::desc bias({1, s.n}, Memory::data_type::f32, Memory::dims{s.n, 1}),
        c({s.m, s.n}, type_of(s.c_dtype), Memory::dims{s.c_row, 1});
    dnnl::primitive_attr attributes;
    attributes.set_scratchpad_mode(dnnl::scratchpad_mode::user);
    if (s.relu) {
      dnnl::post_ops post_ops;
      post_ops.append_eltwise(1, dnnl::algorithm::eltwise_relu, 0, 0);
      attributes.set_post_ops(post_ops);
    }
    const auto description = s.has_bias ? dnnl::matmul::desc(a, b, bias, c) : dnnl::matmul::desc(a, b, c);
    const dnnl::matmul::primitive_desc primitive(description, attributes, thread_.engine);
    Matmul matmul{dnnl::matmul(primitive), {}, primitive.scratchpad_desc().get_size()};
    auto add = [&](int argument, const Memory::desc& desc) {
      matmul.arguments.emplace(argument, Memory(desc, thread_.engine, nullptr));
    };
    add(DNNL_ARG_SRC, a);
    add(DNNL_ARG_WEIGHTS, b);
    if (s.has_bias) add(DNNL_ARG_BIAS, bias);
    add(DNNL_ARG_DST, c);
    add(DNNL_ARG_SCRATCHPAD, primitive.scratchpad_desc());
    return matmul;
  }

  OneDnnThread thread_;
  std::unordered_map<MatmulShape, Matmul, Hash> matmuls_;
};

}  // namespace

void onednn_matmul(const MatmulShape& shape, const void* a, const void* b, const float* bias, void* c) {
  const SingleThreadedOpenMp guard;
  thread_local Session session;
  session.run(shape, a, b, bias, c);
}

bool onednn_multiplies_bfloat16() {
  static const bool answer = [] {
    const auto isa = static_cast<unsigned>(dnnl::dnnl_get_effective_cpu_isa());
    constexpr auto needed = static_cast<unsigned>(dnnl_cpu_isa_avx512_core_bf16);
    return (isa & needed) == needed;
  }();
  return answer;
}

}  // namespace linnet::kernels::cpu
