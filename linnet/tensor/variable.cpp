#include "linnet/tensor/variable.h"

#include <utility>

#include "linnet/tensor/trial.h"

namespace linnet {

Variable::Variable() : state_(std::make_shared<State>()) {}

Variable::Variable(std::string name, const Tensor& initial, bool trainable) : Variable() {
  state_->value = initial.clone();
  state_->name = std::move(name);
  state_->path = state_->name;
  state_->trainable = trainable;
  if (trainable && is_floating(initial.dtype())) state_->value.set_requires_grad();
}

namespace {
thread_local std::optional<DType> autocast_dtype;
}  // namespace

Autocast::Autocast(DType dtype)
    : before_(std::exchange(autocast_dtype, is_floating(dtype) ? std::optional(dtype) : std::nullopt)) {}
Autocast::~Autocast() { autocast_dtype = before_; }

Tensor Variable::value() const {
  const Tensor& kept = stored();
  return autocast_dtype && is_floating(kept.dtype()) ? kept.to(*autocast_dtype) : kept;
}

const Tensor& Variable::stored() const {
  if (!defined()) [[unlikely]]  // the text is built on failure only: this runs for every weight of every step
    fail("[Variable] expected a weight that is built, received ",
         state_->name.empty() ? "one" : "\"" + state_->name + "\"",
         " without a value; build the layer or the model first");
  return state_->value;
}

void Variable::assign(const Tensor& value) {
  check(value.shape() == shape(), "[", name(), "] expected shape ", shape(), ", received ", value.shape());
  detail::Trial::before_assigning(*this);
  state_->value.copy_(value);
}

}  // namespace linnet
