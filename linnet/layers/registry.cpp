#include "linnet/layers/registry.h"

#include <map>
#include <mutex>

#include "linnet/layers/layers.h"

namespace linnet {
namespace {

struct Registry {
  std::mutex mutex;
  std::map<std::string, LayerFactory, std::less<>> factories;

  template <class T>
  void add(const char* class_name) {
    factories[class_name] = [](const Config& config) -> AnyLayer { return T::from_config(config); };
  }
  Registry() {
    add<InputLayer>("InputLayer");
    add<Dense>("Dense");
    add<EinsumDense>("EinsumDense");
    add<Conv1D>("Conv1D");
    add<Conv2D>("Conv2D");
    add<Conv3D>("Conv3D");
    add<DepthwiseConv1D>("DepthwiseConv1D");
    add<DepthwiseConv2D>("DepthwiseConv2D");
    add<SeparableConv1D>("SeparableConv1D");
    add<SeparableConv2D>("SeparableConv2D");
    add<Conv1DTranspose>("Conv1DTranspose");
    add<Conv2DTranspose>("Conv2DTranspose");
    add<Conv3DTranspose>("Conv3DTranspose");
    add<MaxPooling1D>("MaxPooling1D");
    add<MaxPooling2D>("MaxPooling2D");
    add<MaxPooling3D>("MaxPooling3D");
    add<AveragePooling1D>("AveragePooling1D");
    add<AveragePooling2D>("AveragePooling2D");
    add<AveragePooling3D>("AveragePooling3D");
    add<GlobalMaxPooling1D>("GlobalMaxPooling1D");
    add<GlobalMaxPooling2D>("GlobalMaxPooling2D");
    add<GlobalMaxPooling3D>("GlobalMaxPooling3D");
    add<GlobalAveragePooling1D>("GlobalAveragePooling1D");
    add<GlobalAveragePooling2D>("GlobalAveragePooling2D");
    add<GlobalAveragePooling3D>("GlobalAveragePooling3D");
    add<AdaptiveMaxPooling1D>("AdaptiveMaxPooling1D");
    add<AdaptiveMaxPooling2D>("AdaptiveMaxPooling2D");
    add<AdaptiveMaxPooling3D>("AdaptiveMaxPooling3D");
    add<AdaptiveAveragePooling1D>("AdaptiveAveragePooling1D");
    add<AdaptiveAveragePooling2D>("AdaptiveAveragePooling2D");
    add<AdaptiveAveragePooling3D>("AdaptiveAveragePooling3D");
    add<UpSampling1D>("UpSampling1D");
    add<UpSampling2D>("UpSampling2D");
    add<UpSampling3D>("UpSampling3D");
    add<ZeroPadding1D>("ZeroPadding1D");
    add<ZeroPadding2D>("ZeroPadding2D");
    add<ZeroPadding3D>("ZeroPadding3D");
    add<Cropping1D>("Cropping1D");
    add<Cropping2D>("Cropping2D");
    add<Cropping3D>("Cropping3D");
    add<Flatten>("Flatten");
    add<Reshape>("Reshape");
    add<Permute>("Permute");
    add<RepeatVector>("RepeatVector");
    add<Activation>("Activation");
    add<ReLU>("ReLU");
    add<LeakyReLU>("LeakyReLU");
    add<PReLU>("PReLU");
    add<ELU>("ELU");
    add<Softmax>("Softmax");
    add<Dropout>("Dropout");
    add<SpatialDropout1D>("SpatialDropout1D");
    add<SpatialDropout2D>("SpatialDropout2D");
    add<SpatialDropout3D>("SpatialDropout3D");
    add<AlphaDropout>("AlphaDropout");
    add<GaussianNoise>("GaussianNoise");
    add<GaussianDropout>("GaussianDropout");
    add<Rescaling>("Rescaling");
    add<Normalization>("Normalization");
    add<Resizing>("Resizing");
    add<CenterCrop>("CenterCrop");
    add<CategoryEncoding>("CategoryEncoding");
    add<Discretization>("Discretization");
    add<STFTSpectrogram>("STFTSpectrogram");
    add<MelSpectrogram>("MelSpectrogram");
    add<TernaryDense>("TernaryDense");
    add<StringLookup>("StringLookup");
    add<IntegerLookup>("IntegerLookup");
    add<TextVectorization>("TextVectorization");
    add<Hashing>("Hashing");
    add<HashedCrossing>("HashedCrossing");
    add<RandomFlip>("RandomFlip");
    add<RandomRotation>("RandomRotation");
    add<RandomZoom>("RandomZoom");
    add<RandomTranslation>("RandomTranslation");
    add<RandomShear>("RandomShear");
    add<RandomPerspective>("RandomPerspective");
    add<RandomCrop>("RandomCrop");
    add<RandomElasticTransform>("RandomElasticTransform");
    add<RandomBrightness>("RandomBrightness");
    add<RandomContrast>("RandomContrast");
    add<RandomSaturation>("RandomSaturation");
    add<RandomHue>("RandomHue");
    add<RandomSharpness>("RandomSharpness");
    add<RandomColorDegeneration>("RandomColorDegeneration");
    add<RandomPosterization>("RandomPosterization");
    add<RandomGrayscale>("RandomGrayscale");
    add<RandomInvert>("RandomInvert");
    add<Solarization>("Solarization");
    add<RandomGaussianBlur>("RandomGaussianBlur");
    add<RandomColorJitter>("RandomColorJitter");
    add<AutoContrast>("AutoContrast");
    add<Equalization>("Equalization");
    add<ContrastLimitedAdaptiveHistogramEqualization>("ContrastLimitedAdaptiveHistogramEqualization");
    add<RandomErasing>("RandomErasing");
    add<CutMix>("CutMix");
    add<MixUp>("MixUp");
    add<RandAugment>("RandAugment");
    add<AugMix>("AugMix");
    add<Pipeline>("Pipeline");
    add<BatchNormalization>("BatchNormalization");
    add<LayerNormalization>("LayerNormalization");
    add<GroupNormalization>("GroupNormalization");
    add<RMSNormalization>("RMSNormalization");
    add<UnitNormalization>("UnitNormalization");
    add<SpectralNormalization>("SpectralNormalization");
    add<Embedding>("Embedding");
    add<ReversibleEmbedding>("ReversibleEmbedding");
    add<Masking>("Masking");
    add<SimpleRNNCell>("SimpleRNNCell");
    add<SimpleRNN>("SimpleRNN");
    add<LSTMCell>("LSTMCell");
    add<LSTM>("LSTM");
    add<GRUCell>("GRUCell");
    add<GRU>("GRU");
    add<StackedRNNCells>("StackedRNNCells");
    add<RNN>("RNN");
    add<Bidirectional>("Bidirectional");
    add<TimeDistributed>("TimeDistributed");
    add<ConvLSTM1D>("ConvLSTM1D");
    add<ConvLSTM2D>("ConvLSTM2D");
    add<ConvLSTM3D>("ConvLSTM3D");
    add<Add>("Add");
    add<Subtract>("Subtract");
    add<Multiply>("Multiply");
    add<Average>("Average");
    add<Maximum>("Maximum");
    add<Minimum>("Minimum");
    add<Concatenate>("Concatenate");
    add<Dot>("Dot");
    add<Attention>("Attention");
    add<AdditiveAttention>("AdditiveAttention");
    add<MultiHeadAttention>("MultiHeadAttention");
    add<GroupQueryAttention>("GroupQueryAttention");
    add<GroupQueryAttention>("GroupedQueryAttention");  // as the class is called in Keras
    add<Identity>("Identity");
    add<Operation>("Operation");
    add<ActivityRegularization>("ActivityRegularization");
  }
};

Registry& registry() {
  static Registry instance;
  return instance;
}

}  // namespace

void register_layer(std::string class_name, LayerFactory factory) {
  const std::lock_guard lock(registry().mutex);
  registry().factories[std::move(class_name)] = std::move(factory);
}

bool is_registered(std::string_view class_name) {
  const std::lock_guard lock(registry().mutex);
  return registry().factories.contains(class_name);
}

std::vector<std::string> registered_layers() {
  const std::lock_guard lock(registry().mutex);
  std::vector<std::string> names;
  for (const auto& entry : registry().factories) names.push_back(entry.first);
  return names;
}

namespace {

bool contains(const Value& whole, const std::string& text) {
  if (to_string(whole) == text) return true;
  if (!whole.is_list()) return false;
  const List& items = whole.as_list();
  return std::any_of(items.begin(), items.end(), [&](const Value& item) { return contains(item, text); });
}

/// An option of another kind than the layer's: `[config] expected an integer, received "a"` becomes
/// `[GRU] expected an integer, received "a"; in the option units = "a"`.
[[noreturn]] void rethrow_naming_option(const InvalidArgument& error, const std::string& class_name,
                                        const Config& config) {
  constexpr std::string_view who = "[config]", entry = "expected an entry ", received = ", received ";
  const std::string text = error.what();
  if (!text.starts_with(who)) throw;
  const std::string rest = text.substr(who.size() + 1);
  const std::size_t end = rest.find(received);
  if (end == rest.npos) fail("[", class_name, "] ", rest);
  if (rest.starts_with(entry))  // one that is missing
    fail("[", class_name, "] expected the option ", rest.substr(entry.size(), end - entry.size()), ", received none");
  const std::string value = rest.substr(end + received.size());
  std::string options;
  for (const auto& [key, option] : config.entries())
    if (contains(option, value)) options += concat(options.empty() ? "; in the option " : " or ", key, " = ", option);
  fail("[", class_name, "] ", rest, options);
}

}  // namespace

namespace {

/// With the penalty of its config, unless that is one of the layer's own options.
AnyLayer with_activity_regularizer(AnyLayer layer, const Config& config) {
  const Value* activity = config.find("activity_regularizer");
  if (activity == nullptr || activity->is_null() || layer->config().contains("activity_regularizer")) return layer;
  AnyRegularizer regularizer;
  from_value(*activity, regularizer);
  layer->set_activity_regularizer(std::move(regularizer));
  return layer;
}

}  // namespace

AnyLayer layer_from_config(const Config& object) {
  const std::string& class_name = object.at("class_name").as_string();
  LayerFactory factory;
  {
    const std::lock_guard lock(registry().mutex);
    const auto it = registry().factories.find(class_name);
    check(it != registry().factories.end(), "[load] unknown layer class \"", class_name,
          "\"; a layer of your own must be registered first: register_layer<", class_name, ">(\"", class_name, "\")");
    factory = it->second;
  }
  const Value* found = object.find("config");
  const Config config = found != nullptr ? found->as_config() : Config();
  try {
    return with_activity_regularizer(factory(config), config);
  } catch (const InvalidArgument& error) {
    rethrow_naming_option(error, class_name, config);
  }
}

Config layer_to_config(const Layer& layer) { return object_config(layer.class_name(), layer.config()); }

}  // namespace linnet
