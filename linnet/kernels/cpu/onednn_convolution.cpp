#include <string_view>
#include <unordered_map>
#include <utility>

#include "linnet/kernels/cpu/onednn.h"
#include "linnet/kernels/cpu/onednn_session.h"

namespace linnet::kernels::cpu {
namespace {

using Memory = dnnl::memory;
using Desc = Memory::desc;
using Dims = Memory::dims;

struct Hash {
  std::size_t operator()(const ConvolutionShape& s) const {
    std::size_t hash = static_cast<std::size_t>(s.pass) * 8 + (s.has_bias ? 4 : 0) + (s.relu ? 2 : 0) +
                       (s.dtype == DType::bfloat16 ? 1 : 0);
    auto add = [&](std::int64_t n) { hash = (hash ^ static_cast<std::size_t>(n)) * 0x9E3779B97F4A7C15ull; };
    for (std::int64_t n : {s.batch, s.groups, s.in, s.out, s.layout_batch}) add(n);
    for (const auto* list : {&s.src, &s.window, &s.dst, &s.strides, &s.dilation, &s.padding})
      for (std::int64_t n : *list) add(n);
    return hash ^ hash >> 32;
  }
};

Dims dims_of(const ConvolutionShape& s, const ConvolutionShape::List& list) {
  return Dims(list.begin(), list.begin() + s.axes);
}

Memory::data_type type_of(const ConvolutionShape& s) {
  return s.dtype == DType::bfloat16 ? Memory::data_type::bf16 : Memory::data_type::f32;
}
/// Of packed weights: those that are computed are sums.
Memory::data_type type_of_weights(const ConvolutionShape& s) {
  return s.pass == ConvolutionPass::backward_weights ? Memory::data_type::f32 : type_of(s);
}

/// [batch, spatial…, channels] in memory, as [batch, channels, spatial…] for oneDNN.
Desc image(const ConvolutionShape& s, const ConvolutionShape::List& sizes, std::int64_t channels) {
  Dims dims{s.batch, channels}, strides(static_cast<std::size_t>(s.axes) + 2);
  std::int64_t step = channels;
  for (int a = 0; a < s.axes; ++a) dims.push_back(sizes[static_cast<std::size_t>(a)]);
  for (auto a = static_cast<std::size_t>(s.axes); a-- > 0; step *= sizes[a]) strides[a + 2] = step;
  strides[0] = step;
  strides[1] = 1;
  return {dims, type_of(s), strides};
}

/// [window…, in, groups * out] in memory, as [groups?, out, in, window…] for oneDNN.
std::pair<Dims, Dims> weight_dims(const ConvolutionShape& s) {
  const std::int64_t row = s.groups * s.out;
  Dims dims, strides;
  if (s.groups > 1) {
    dims = {s.groups};
    strides = {s.out};
  }
  dims.insert(dims.end(), {s.out, s.in});
  strides.insert(strides.end(), {1, row});
  std::int64_t step = row * s.in;
  Dims of_window(static_cast<std::size_t>(s.axes));
  for (auto a = static_cast<std::size_t>(s.axes); a-- > 0; step *= s.window[a]) of_window[a] = step;
  for (std::size_t a = 0; a < of_window.size(); ++a) {
    dims.push_back(s.window[a]);
    strides.push_back(of_window[a]);
  }
  return {dims, strides};
}

struct Convolution {
  bool exists = false;
  dnnl::primitive primitive;
  Desc src, packed, dst, bias, scratchpad;
  std::unordered_map<int, Memory> arguments;
};

/// How a pass is described to oneDNN, which counts dilation from 0 and wants the padding of both ends.
class Description {
 public:
  Description(const ConvolutionShape& s, const Desc& weights) : s_(s), weights_(weights) {
    for (int i = 0; i < s.axes; ++i) {
      const auto a = static_cast<std::size_t>(i);
      const std::int64_t reach = (s.window[a] - 1) * s.dilation[a] + 1;
      const std::int64_t after = (s.dst[a] - 1) * s.strides[a] + reach - s.src[a] - s.padding[a];
      if (s.padding[a] < 0 || after <= -s.strides[a]) possible_ = false;
      dilation_.push_back(s.dilation[a] - 1);
      after_.push_back(std::max<std::int64_t>(after, 0));
    }
    attributes_.set_scratchpad_mode(dnnl::scratchpad_mode::user);
    if (s.relu) {
      dnnl::post_ops post_ops;
      post_ops.append_eltwise(1, dnnl::algorithm::eltwise_relu, 0, 0);
      attributes_.set_post_ops(post_ops);
    }
  }

  Convolution compile(const dnnl::engine& engine) const {
    if (!possible_) return {};
    try {
      const auto forward = forward_desc(engine);
      if (s_.pass == ConvolutionPass::forward)
        return compiled<dnnl::convolution_forward>(forward, forward.src_desc(), forward.weights_desc(),
                                                   forward.dst_desc());
      if (s_.pass == ConvolutionPass::backward_src) {
        const dnnl::convolution_backward_data::desc description(algorithm, src(), weights_, dst(), strides(), dilation_,
                                                                before(), after_);
        const dnnl::convolution_backward_data::primitive_desc desc(description, attributes_, engine, forward);
        return compiled<dnnl::convolution_backward_data>(desc, desc.diff_src_desc(), desc.weights_desc(),
                                                         desc.diff_dst_desc());
      }
      const dnnl::convolution_backward_weights::desc description(algorithm, src(), weights_, dst(), strides(),
                                                                 dilation_, before(), after_);
      const dnnl::convolution_backward_weights::primitive_desc desc(description, attributes_, engine, forward);
      return compiled<dnnl::convolution_backward_weights>(desc, desc.src_desc(), desc.diff_weights_desc(),
                                                          desc.diff_dst_desc());
    } catch (const dnnl::error&) {  // nothing that fits
      return {};
    }
  }

 private:
  static constexpr auto algorithm = dnnl::algorithm::convolution_direct;

  Desc src() const { return image(s_, s_.src, s_.groups * s_.in); }
  Desc dst() const { return image(s_, s_.dst, s_.groups * s_.out); }
  Desc bias() const { return {{s_.groups * s_.out}, Memory::data_type::f32, Dims{1}}; }
  Dims strides() const { return dims_of(s_, s_.strides); }
  Dims before() const { return dims_of(s_, s_.padding); }

  dnnl::convolution_forward::primitive_desc forward_desc(const dnnl::engine& engine) const {
    const bool training = s_.pass != ConvolutionPass::forward;
    const auto kind = training ? dnnl::prop_kind::forward_training : dnnl::prop_kind::forward_inference;
    const Desc weights = training ? Desc(weights_.dims(), type_of(s_), Memory::format_tag::any) : weights_;
    if (s_.has_bias)
      return {{kind, algorithm, src(), weights, bias(), dst(), strides(), dilation_, before(), after_},
              attributes_,
              engine};
    return {{kind, algorithm, src(), weights, dst(), strides(), dilation_, before(), after_}, attributes_, engine};
  }

  template <class Primitive, class PrimitiveDesc>
  Convolution compiled(const PrimitiveDesc& desc, const Desc& src, const Desc& packed, const Desc& dst) const {
    if (std::string_view(desc.impl_info_str()).starts_with("ref")) return {};  // slower than our own loops
    return {true, Primitive(desc), src, packed, dst, bias(), desc.scratchpad_desc(), {}};
  }

  const ConvolutionShape& s_;
  Desc weights_;
  Dims dilation_, after_;
  dnnl::primitive_attr attributes_;
  bool possible_ = true;
};

/// The compiled convolutions of one thread.
class Session {
 public:
  Convolution& find(const ConvolutionShape& shape) {
    const auto it = convolutions_.find(shape);
    if (it != convolutions_.end()) return it->second;
    if (convolutions_.size() >= most_primitives) convolutions_.clear();
    const auto [dims, strides] = weight_dims(shape);
    Desc weights(dims, type_of_weights(shape), Memory::format_tag::any);
    if (shape.layout_batch != shape.batch) {
      ConvolutionShape other = shape;
      other.batch = other.layout_batch;
      const Convolution& like = find(other);
      if (!like.exists) return convolutions_.emplace(shape, Convolution()).first->second;
      weights = like.packed;
    }
    return convolutions_.emplace(shape, Description(shape, weights).compile(thread_.engine)).first->second;
  }

  void run(const ConvolutionShape& shape, void* src, float* packed, const float* bias, void* dst) {
    Convolution& c = find(shape);
    auto bind = [&](int argument, const Desc& desc, void* data) {
      const auto it = c.arguments.find(argument);
      if (it == c.arguments.end())
        c.arguments.emplace(argument, Memory(desc, thread_.engine, data));
      else
        it->second.set_data_handle(data);
    };
    const bool to_src = shape.pass == ConvolutionPass::backward_src,
               to_weights = shape.pass == ConvolutionPass::backward_weights;
    bind(to_src ? DNNL_ARG_DIFF_SRC : DNNL_ARG_SRC, c.src, src);
    bind(to_weights ? DNNL_ARG_DIFF_WEIGHTS : DNNL_ARG_WEIGHTS, c.packed, packed);
    bind(to_src || to_weights ? DNNL_ARG_DIFF_DST : DNNL_ARG_DST, c.dst, dst);
    if (shape.has_bias) bind(DNNL_ARG_BIAS, c.bias, const_cast<float*>(bias));
    bind(DNNL_ARG_SCRATCHPAD, c.scratchpad, thread_.scratch(c.scratchpad.get_size()));
    c.primitive.execute(thread_.stream, c.arguments);
  }

  /// Between the two orders of weights.
  void reorder(const ConvolutionShape& shape, void* plain, void* packed, bool pack) {
    const auto [dims, strides] = weight_dims(shape);
    const Desc dense(dims, Memory::data_type::f32, strides), own = find(shape).packed;
    dnnl::primitive_attr attributes;
    attributes.set_scratchpad_mode(dnnl::scratchpad_mode::user);
    const dnnl::engine& engine = thread_.engine;
    const dnnl::reorder::primitive_desc desc(engine, pack ? dense : own, engine, pack ? own : dense, attributes);
    const Desc scratchpad = desc.scratchpad_desc();
    const Memory plain_memory(dense, engine, plain), packed_memory(own, engine, packed);
    dnnl::reorder(desc).execute(
        thread_.stream, {{DNNL_ARG_FROM, pack ? plain_memory : packed_memory},
                         {DNNL_ARG_TO, pack ? packed_memory : plain_memory},
                         {DNNL_ARG_SCRATCHPAD, Memory(scratchpad, engine, thread_.scratch(scratchpad.get_size()))}});
  }

 private:
  static constexpr std::size_t most_primitives = 256;

  OneDnnThread thread_;
  std::unordered_map<ConvolutionShape, Convolution, Hash> convolutions_;
};

Session& session() {
  thread_local Session instance;
  return instance;
}

}  // namespace

std::int64_t onednn_packed_size(const ConvolutionShape& shape) {
  const SingleThreadedOpenMp guard;
  const Convolution& convolution = session().find(shape);
  constexpr std::size_t room = sizeof(float);
  return convolution.exists ? static_cast<std::int64_t>((convolution.packed.get_size() + room - 1) / room) : 0;
}

void onednn_pack(const ConvolutionShape& shape, const float* weights, float* packed) {
  const SingleThreadedOpenMp guard;
  session().reorder(shape, const_cast<float*>(weights), packed, true);
}

void onednn_unpack(const ConvolutionShape& shape, const float* packed, float* weights) {
  const SingleThreadedOpenMp guard;
  session().reorder(shape, weights, const_cast<float*>(packed), false);
}

void onednn_convolve(const ConvolutionShape& shape, void* src, float* packed, const float* bias, void* dst) {
  const SingleThreadedOpenMp guard;
  session().run(shape, src, packed, bias, dst);
}

}  // namespace linnet::kernels::cpu
