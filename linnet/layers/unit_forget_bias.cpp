#include "linnet/layers/unit_forget_bias.h"

#include "linnet/ops/shape.h"

namespace linnet {
namespace {

class UnitForgetBias final : public Initializer {
 public:
  explicit UnitForgetBias(const AnyInitializer& others) : others_(others ? others : "glorot_uniform") {}
  Tensor operator()(const Shape& shape, DType dtype) const override {
    const std::int64_t units = shape[0] / 4;
    return concatenate({(*others_)({units}, dtype), ones({units}, dtype), (*others_)({2 * units}, dtype)}, 0);
  }
  std::string class_name() const override { return "UnitForgetBias"; }
  Config config() const override { return {}; }  // never written: layers say unit_forget_bias

 private:
  AnyInitializer others_;
};

}  // namespace

AnyInitializer unit_forget_bias(const AnyInitializer& others) { return UnitForgetBias(others); }

}  // namespace linnet
