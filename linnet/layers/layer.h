// Layer: what every layer is. Keras: keras.layers.Layer.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "linnet/base/config.h"
#include "linnet/base/handle.h"
#include "linnet/base/random.h"
#include "linnet/constraints/constraint.h"
#include "linnet/initializers/initializer.h"
#include "linnet/layers/dtype_policy.h"
#include "linnet/layers/names.h"
#include "linnet/regularizers/regularizer.h"
#include "linnet/tensor/tensor.h"
#include "linnet/tensor/variable.h"

#pragma GCC visibility push(default)
namespace linnet {

/// Keras's `training` argument: dropout and the like act in Mode::train only. Where a caller does not say, that is
/// inference, but calls in a graph that were recorded with a `training` of their own keep it.
enum class Mode : std::uint8_t { inference, train, unspecified };

class Layer;
extern template class Handle<Layer>;
using AnyLayer = Handle<Layer>;
using Shapes = std::vector<Shape>;

/// What a call of a layer has beside its inputs and its mode, by Keras's names. Layers that have such arguments offer a
/// struct for them (AttentionArguments); this is what graphs and files keep.
///   MultiHeadAttention layer(2, 8);
///   Tensor x = zeros({1, 3, 4}), mask = ones({1, 3, 3}, boolean);
///   CallArguments arguments{.values = {{"use_causal_mask", true}}, .tensors = {"attention_mask"}};
///   layer.apply({x, x, mask}, arguments)[0];  // -> [1, 3, 4]
struct CallArguments {
  Config values = {};  // flags and numbers
  /// Names of the last of the inputs, which are then no inputs as such. Every layer has "mask", the first input's, and
  /// "mask_1", … of the others.
  std::vector<std::string> tensors = {};
  std::optional<bool> training = {};  // Keras's: the mode of a call whose caller specifies none

  /// Nothing but perhaps `training`?
  bool empty() const { return values.empty() && tensors.empty(); }
};
Tensors record_call(const AnyLayer& layer, const Tensors& inputs, const CallArguments& arguments);  // layers/graph.h

/// What every layer's constructor takes; options of a layer have these fields too.
struct LayerOptions {
  std::string name = {};  // empty: automatic, "dense", "dense_1", …
  bool trainable = true;
  DTypePolicy dtype = {};
  AnyRegularizer activity_regularizer = {};  // of each output; see Layer::set_activity_regularizer
};

/// How a weight is made; see Layer::add_weight.
struct WeightOptions {
  AnyRegularizer regularizer = {};
  AnyConstraint constraint = {};
  bool trainable = true;
  std::optional<DType> dtype = {};  // the layer's
};

/// What a layer does with integers. A model converts its input to the dtype of its Input unless everything that reads
/// it converts integers itself (Rescaling: in the same pass; Embedding: not at all), perhaps behind layers that pass
/// them on (Flatten).
enum class IntegerInput : std::uint8_t { computes, converts, passes_on };

/// A computation, its weights, a name: x [...] -> y [...]. A layer is a value handle: copies share weights, name and
/// state, so layers go into models by value and sharing one means calling it twice. It has up to five parts, of which
/// the last two are optional. Keras: keras.layers.Layer.
///   class Scale final : public LayerOf<Scale> {  // y = x * factor
///    public:
///     explicit Scale(LayerOptions options = {}) : LayerOf("Scale", options) {}
///     void build(const Shape& input) override { add_weight(factor_, "factor", {input.back()}, Constant(2)); }
///     Tensor call(const Tensor& x, Mode) override { return x * factor_; }
///     Shape compute_output_shape(const Shape& input) const override { return input; }
///     Config config() const override { return base_config(); }  // for saving
///
///    private:
///     Variable factor_;
///   };
///   Scale scale;
///   scale(tensor({{1, 2}}));     // -> {{2, 4}}
///   scale.weights()[0].shape();  // -> [2]
class Layer {
 public:
  Layer(std::string class_name, const LayerOptions& options);
  virtual ~Layer() = default;

  // ---- the parts of a layer; those with `_many` are for layers with several inputs or outputs
  /// Creates the weights, once, when the input shape (with the batch axis) is known.
  virtual void build(const Shape& input);
  virtual void build_many(const Shapes& inputs);  // default: exactly one input, build()
  /// The computation. One of the two must be overridden.
  virtual Tensor call(const Tensor& x, Mode mode);          // default: call_many() with one input
  virtual Tensors call_many(const Tensors& xs, Mode mode);  // default: exactly one input, call()
  /// The computation of a layer whose calls may have arguments, of which it lists the names. Default: call_many().
  virtual Tensors call_with(const Tensors& xs, const CallArguments& arguments, Mode mode);
  virtual std::vector<std::string> call_argument_names() const { return {}; }
  /// Output shape from input shape, -1 for unknown sizes. Default: runs call() on zeros, with two guesses for unknown
  /// sizes. A layer with one input and several outputs overrides compute_output_shapes().
  virtual Shape compute_output_shape(const Shape& input) const;
  virtual Shapes compute_output_shapes(const Shapes& inputs) const;
  /// The same where call arguments change the outputs; `inputs` are without named tensors.
  virtual Shapes compute_output_shapes_with(const Shapes& inputs, const CallArguments& arguments) const;
  virtual DType compute_output_dtype(DType input) const;
  /// Of each of `count` outputs. Default: compute_output_dtype() for all.
  virtual std::vector<DType> compute_output_dtypes(std::size_t count, DType input) const;
  virtual IntegerInput integer_input() const { return IntegerInput::computes; }
  /// Are floating inputs and, while call() runs, weights of another dtype converted to compute_dtype()? Keras:
  /// autocast.
  virtual bool autocasts() const { return true; }
  /// Mask of the output, given inputs that may carry one. Default: a mask passes through if supports_masking().
  virtual Tensor compute_mask(const Tensors& inputs) const;
  virtual bool supports_masking() const { return false; }
  /// Does compute_mask() give a mask even if no input carries one (Embedding with mask_zero, Masking)?
  virtual bool makes_mask() const { return false; }
  /// What from_config needs: Keras's get_config(), starting with base_config().
  virtual Config config() const;

  // ---- calling
  /// Builds on the first call, then computes. With symbolic tensors (Input) it adds a node to a functional graph
  /// instead. An error of an operation inside names the layer; a first call that fails leaves the layer unbuilt.
  ///   Tensor x = zeros({2, 3}), y = Dense(3)(x);  // -> [2, 3]
  ///   Add()({x, y});                              // -> [2, 3]
  Tensor operator()(const Tensor& x, Mode mode = Mode::unspecified);
  Tensor operator()(const Tensors& xs, Mode mode = Mode::unspecified);  // one output
  Tensors apply(const Tensors& xs, Mode mode = Mode::unspecified);      // any number of outputs
  /// With call arguments. Throws `[Dense "d"] does not support the call argument …` for one that the layer does not
  /// have.
  Tensors apply(const Tensors& xs, const CallArguments& arguments, Mode mode = Mode::unspecified);

  const std::string& name() const { return state_->name; }
  const std::string& class_name() const { return state_->class_name; }  // "Dense"
  /// The same for all handles of one layer, different for different layers.
  const void* identity() const { return state_.get(); }
  bool built() const { return state_->built; }
  /// Frozen layers (false) have no trainable weights. Applies to sublayers too.
  bool trainable() const { return state_->trainable; }
  void set_trainable(bool trainable);
  /// What the layer computes in and keeps its weights in.
  const DTypePolicy& dtype_policy() const { return state_->dtype_policy; }
  /// What the layer computes in, and its output has: of its dtype policy.
  DType compute_dtype() const { return dtype_policy().compute_dtype(); }
  /// What the layer keeps its weights in. Keras: dtype, variable_dtype.
  DType dtype() const { return dtype_policy().variable_dtype(); }

  /// Keras's order: own trainable weights, own others, then the sublayers'.
  Variables weights() const;
  /// The own ones alone.
  Variables own_weights() const;
  Variables trainable_weights() const;
  Variables non_trainable_weights() const;
  std::int64_t count_params() const;
  std::vector<Tensor> get_weights() const;              // copies
  void set_weights(const std::vector<Tensor>& values);  // throws unless number and shapes agree; all or nothing
  const std::vector<AnyLayer>& sublayers() const { return state_->sublayers; }
  /// Penalties: what layers added by add_loss since the last call from outside began (all calls of shared layers
  /// count), then weight regularizers. Scalars.
  Tensors losses() const;
  /// Adds a penalty on each output of a call, regularizer(y) / batch size, to losses(). Every layer can have one, as in
  /// Keras; layers whose options name it have it by their options. Saved in the config when set.
  ///   ReLU layer;
  ///   layer.set_activity_regularizer(L2(0.5));
  ///   layer(tensor({{1, -2}}));
  ///   layer.losses()[0];  // -> 0.5
  void set_activity_regularizer(AnyRegularizer regularizer) { state_->activity_regularizer = std::move(regularizer); }
  const AnyRegularizer& activity_regularizer() const { return state_->activity_regularizer; }
  /// Random state of this layer and its sublayers (dropout), for saving.
  std::vector<SeedGenerator*> seed_generators() const;

  /// Input and output shapes of the first call (summary, config); empty before.
  const Shapes& input_shapes() const { return state_->input_shapes; }
  const Shapes& output_shapes() const { return state_->output_shapes; }

  /// Builds for input shapes, as the first call would; does nothing when built. Sets weight paths "prefix/name/weight".
  void build_for(const Shapes& inputs);

  /// Sets the paths of all weights below: prefix/name/weight.
  void set_paths(const std::string& prefix);

  /// A pointer to a copy (which shares everything): LayerOf writes it.
  virtual AnyLayer handle() const = 0;
  /// A layer with these options by name: not possible, layers need arguments. (For Handle.)
  static std::shared_ptr<Layer> get(std::string_view name);

 protected:
  /// Makes `variable` a weight of this layer: `name`, `shape`, first values from `initializer`.
  void add_weight(Variable& variable, const std::string& name, const Shape& shape, const AnyInitializer& initializer,
                  const WeightOptions& options = {});
  /// Registers a layer that is a member, so that its weights are this layer's:  Dense hidden_ = track(Dense(64));
  template <std::derived_from<Layer> Member>
  Member track(Member member) {
    state_->sublayers.push_back(member.handle());
    return member;
  }
  void add_loss(const Tensor& scalar);
  /// Adds the penalty on a layer's output: regularizer(y) / batch size, as Keras does.
  void add_activity_loss(const Regularizer& regularizer, const Tensor& y);
  /// A random source of this layer, from `seed` or the global seed; shared by copies.
  std::shared_ptr<SeedGenerator> add_seed_generator(std::optional<std::int64_t> seed = std::nullopt);
  /// {"name", "trainable", "dtype"}, and "activity_regularizer" where set_activity_regularizer() has set one.
  Config base_config() const;

  /// Of any number of outputs, found by running call_many() on zeros.
  Shapes infer_output_shapes(const Shapes& inputs) const;

  struct State {
    std::string class_name, name;
    bool trainable = true, built = false;
    DTypePolicy dtype_policy = float32;  ///< what it computes in and keeps its weights in
    Variables own_weights;
    std::vector<AnyLayer> sublayers;
    std::vector<std::shared_ptr<SeedGenerator>> seed_generators;
    Tensors losses;
    AnyRegularizer activity_regularizer;
    Shapes input_shapes, output_shapes;
    int node_count = 0;  // calls on symbolic tensors so far
  };
  State& state() const { return *state_; }

 private:
  class CallScope;
  void check_call_arguments(const Tensors& xs, const CallArguments& arguments) const;
  void build_now(const Shapes& inputs);
  void unbuild(std::size_t weights_before);
  void penalize(const Tensor& y);
  void remember_shapes(const Shapes& inputs, const Shapes& outputs);
  Tensor cast_input(const Tensor& x) const;
  Tensor with_output_mask(const Tensor& y, const Tensors& inputs) const;
  bool has_losses() const;
  void collect_losses(Tensors& all, std::vector<const State*>& seen) const;
  void clear_losses() const;
  [[noreturn]] void rethrow_naming_layer(const InvalidArgument& error, const Shapes& inputs) const;
  friend Tensors record_call(const AnyLayer& layer, const Tensors& inputs, const CallArguments& arguments);

  std::shared_ptr<State> state_;
};

/// Base of concrete layers: gives Self value semantics behind a Handle. Base may be Model.
template <class Self, class Base = Layer>
class LayerOf : public Base {
 public:
  AnyLayer handle() const override { return std::make_shared<Self>(static_cast<const Self&>(*this)); }

 protected:
  LayerOf(std::string class_name, const LayerOptions& options) : Base(std::move(class_name), options) {}
};

}  // namespace linnet
#pragma GCC visibility pop
