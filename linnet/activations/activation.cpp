#include "linnet/activations/activation.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <mutex>

#include "linnet/base/class_table.h"

namespace linnet {

namespace {
using Function = ActivationFunction::Function;
using Bound = std::function<Tensor(const Tensor&)>;

/// What Keras's activation takes besides x: absent entries keep their defaults.
struct Arguments {
  const Config& config;
  double number(std::string_view key, double otherwise) const {
    const Value* value = config.find(key);
    return value == nullptr || value->is_null() ? otherwise : value->as_double();
  }
  int axis() const {
    const Value* value = config.find("axis");
    return value == nullptr ? -1 : static_cast<int>(value->as_int());
  }
};

struct Entry {
  const char* name;
  Function plain;                        // with default arguments; null where an argument has none
  std::vector<const char*> keys = {};    // arguments by their Keras names
  Bound (*bind)(const Arguments&) = {};  // with these arguments
};

Bound bind_relu(const Arguments& given) {
  ReluOptions options{.negative_slope = given.number("negative_slope", 0), .threshold = given.number("threshold", 0)};
  if (const Value* most = given.config.find("max_value"); most != nullptr && !most->is_null())
    options.max_value = most->as_double();
  return [options](const Tensor& x) { return relu(x, options); };
}

/// softmax and log_softmax take one axis or several.
template <auto one_axis, auto many_axes>
Bound bind_axes(const Arguments& given) {
  if (const Value* axes = given.config.find("axis"); axes != nullptr && axes->is_list()) {
    std::vector<int> list;
    from_value(*axes, list);
    return [list](const Tensor& x) { return many_axes(x, list); };
  }
  return [axis = given.axis()](const Tensor& x) { return one_axis(x, axis); };
}

constexpr auto softmax_axis = [](const Tensor& x, int axis) { return softmax(x, axis); };
constexpr auto softmax_axes = [](const Tensor& x, const std::vector<int>& axes) { return softmax(x, axes); };
constexpr auto log_softmax_axis = [](const Tensor& x, int axis) { return log_softmax(x, axis); };
constexpr auto log_softmax_axes = [](const Tensor& x, const std::vector<int>& axes) { return log_softmax(x, axes); };

// One argument that is a number: LINNET_NUMBER(celu, "alpha", 1).
#define LINNET_NUMBER(function, key, otherwise)                                                                   \
  {                                                                                                               \
#function, function,                                                                                          \
        {key },                                                                                                   \
         [](const Arguments& given)                                                                               \
              -> Bound { return [a = given.number(key, otherwise)](const Tensor& x) { return function(x, a); }; } \
  }
#define LINNET_AXIS(function)                                                                                     \
  {                                                                                                               \
#function, function,                                                                                          \
        {"axis" }, [](const Arguments& given)                                                                     \
                        -> Bound { return [axis = given.axis()](const Tensor& x) { return function(x, axis); }; } \
  }

const std::vector<Entry>& table() {
  static const std::vector<Entry> entries = {
      LINNET_NUMBER(celu, "alpha", 1),
      LINNET_NUMBER(elu, "alpha", 1),
      {"exponential", exponential},
      {"gelu",
       gelu,
       {"approximate"},
       [](const Arguments& given) -> Bound {
         const Value* value = given.config.find("approximate");
         return [approximate = value != nullptr && value->as_bool()](const Tensor& x) { return gelu(x, approximate); };
       }},
      LINNET_AXIS(glu),
      LINNET_NUMBER(hard_shrink, "threshold", 0.5),
      {"hard_sigmoid", hard_sigmoid},
      {"hard_silu", hard_silu},
      {"hard_swish", hard_swish},
      {"hard_tanh", hard_tanh},
      LINNET_NUMBER(leaky_relu, "negative_slope", 0.2),
      {"linear", linear},
      {"log_sigmoid", log_sigmoid},
      {"log_softmax", log_softmax, {"axis"}, bind_axes<log_softmax_axis, log_softmax_axes>},
      {"mish", mish},
      {"relu", relu, {"negative_slope", "max_value", "threshold"}, bind_relu},
      {"relu6", relu6},
      {"selu", selu},
      {"sigmoid", sigmoid},
      {"silu", silu},
      LINNET_NUMBER(soft_shrink, "threshold", 0.5),
      {"softmax", softmax, {"axis"}, bind_axes<softmax_axis, softmax_axes>},
      {"softplus", softplus},
      {"softsign", softsign},
      {"sparse_plus", sparse_plus},
      {"sparse_sigmoid", sparse_sigmoid},
      LINNET_AXIS(sparsemax),
      LINNET_NUMBER(squareplus, "b", 4),
      {"swish", swish},
      {"tanh", tanh},
      {"tanh_shrink", tanh_shrink},
      {"threshold",
       nullptr,
       {"threshold", "default_value"},
       [](const Arguments& given) -> Bound {
         return [t = given.config.at("threshold").as_double(), value = given.config.at("default_value").as_double()](
                    const Tensor& x) { return threshold(x, t, value); };
       }},
  };
  return entries;
}
#undef LINNET_NUMBER
#undef LINNET_AXIS

/// "relu", "leaky_relu", and the class names of Keras's activation layers: "ReLU", "LeakyReLU".
const Entry& find_entry(std::string_view name) {
  const std::string wanted = detail::plain_name(name);
  for (const Entry& entry : table())
    if (detail::plain_name(entry.name) == wanted) return entry;
  detail::fail_unknown("activation", name, ActivationFunction::names());
}

Function plain_function(std::string_view name) {
  const Entry& entry = find_entry(name);
  check(entry.plain != nullptr, "[activation] expected the arguments that \"", name,
        "\" needs; use ActivationFunction::get(name, arguments)");
  return entry.plain;
}

/// Functions of users, by their names.
struct OwnFunctions {
  std::mutex mutex;
  std::map<std::string, Bound, std::less<>> functions;
};
OwnFunctions& own_functions() {
  static OwnFunctions instance;
  return instance;
}

/// Empty if nobody has registered that name.
Bound find_own(std::string_view name) {
  const std::lock_guard lock(own_functions().mutex);
  const auto it = own_functions().functions.find(name);
  return it == own_functions().functions.end() ? Bound() : it->second;
}

bool is_known(std::string_view name) {
  const std::string wanted = detail::plain_name(name);
  return std::any_of(table().begin(), table().end(),
                     [&](const Entry& entry) { return detail::plain_name(entry.name) == wanted; });
}

std::string name_of(Function function) {
  for (const Entry& entry : table())
    if (entry.plain == function) return entry.name;
  return "custom";
}
}  // namespace

ActivationFunction::ActivationFunction(const ActivationFunction&) = default;
ActivationFunction::ActivationFunction(ActivationFunction&&) noexcept = default;
ActivationFunction& ActivationFunction::operator=(const ActivationFunction&) = default;
ActivationFunction& ActivationFunction::operator=(ActivationFunction&&) noexcept = default;
ActivationFunction::~ActivationFunction() = default;

ActivationFunction::ActivationFunction(Function function)
    : function_(function), name_(name_of(function)), config_(name_) {}

ActivationFunction::ActivationFunction(const char* name) : ActivationFunction(std::string(name)) {}

ActivationFunction::ActivationFunction(const std::string& name) {
  if (Bound own = find_own(name)) {
    *this = ActivationFunction(std::move(own), name);
  } else {
    function_ = plain_function(name);
    name_ = find_entry(name).name;
    config_ = name_;
  }
}

ActivationFunction::ActivationFunction(std::function<Tensor(const Tensor&)> function, Value config)
    : function_(std::move(function)), name_("custom"), config_(std::move(config)) {
  if (config_.is_string()) name_ = config_.as_string();
  if (config_.is_config() && config_.as_config().contains("class_name"))
    name_ = config_.as_config().at("class_name").as_string();
}

bool ActivationFunction::has_fused() const { return fused() != FusedActivation::none || is_linear(); }

FusedActivation ActivationFunction::fused() const {
  if (!config_.is_string()) return FusedActivation::none;
  if (name_ == "relu") return FusedActivation::relu;
  if (name_ == "sigmoid") return FusedActivation::sigmoid;
  return name_ == "tanh" ? FusedActivation::tanh : FusedActivation::none;
}

ActivationFunction ActivationFunction::get(const Value& name_or_config) {
  if (name_or_config.is_null()) return {};
  const detail::SerializedObject object = detail::read_object(name_or_config, "activation");
  Config arguments = object.config;
  for (const char* of_layers : {"name", "trainable", "dtype"}) arguments.erase(of_layers);
  return get(object.class_name, arguments);
}

ActivationFunction ActivationFunction::get(std::string_view name, const Config& arguments) {
  if (Bound own = find_own(name)) {
    check(arguments.empty(), "[", name, "] expected no arguments for a function that was registered, received ",
          Value(arguments));
    return {std::move(own), name};
  }
  const Entry& entry = find_entry(name);
  if (arguments.empty() && entry.plain != nullptr) return ActivationFunction(entry.name);
  for (const auto& [key, value] : arguments.entries())
    check(std::find(entry.keys.begin(), entry.keys.end(), key) != entry.keys.end(), "[", entry.name,
          "] does not support the argument \"", key, "\" = ", value);
  return {entry.bind({arguments}), object_config(entry.name, arguments)};
}

std::vector<std::string> ActivationFunction::names() {
  std::vector<std::string> names;
  std::transform(table().begin(), table().end(), std::back_inserter(names), [](const Entry& e) { return e.name; });
  return names;
}

void register_activation(std::string name, std::function<Tensor(const Tensor&)> function) {
  check(!name.empty() && !is_known(name),
        "[register_activation] expected a name that Keras has no activation for, received \"", name, "\"");
  check(static_cast<bool>(function), "[register_activation] expected a function for \"", name, "\", received none");
  const std::lock_guard lock(own_functions().mutex);
  own_functions().functions[std::move(name)] = std::move(function);
}

void from_value(const Value& value, ActivationFunction& activation) { activation = ActivationFunction::get(value); }

}  // namespace linnet
