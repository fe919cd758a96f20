// KeepTape: several gradients of one computation.
#pragma once

#pragma GCC visibility push(default)
namespace linnet {

/// While one lives, gradients() and backward() on this thread leave the steps that they pass for another time. Keras's
/// programs know it as TensorFlow's GradientTape(persistent=True).
///   Tensor x = tensor({3});
///   x.set_requires_grad();
///   Tensor y = square(x), z = square(y);
///   const KeepTape keep;
///   gradients(sum(z), Tensors{x})[0];  // -> {108}
///   gradients(sum(y), Tensors{x})[0];  // -> {6}
class KeepTape {
 public:
  KeepTape();
  ~KeepTape();
  KeepTape(const KeepTape&) = delete;
  KeepTape& operator=(const KeepTape&) = delete;

 private:
  bool before_;
};

}  // namespace linnet
#pragma GCC visibility pop
