// check_op: one call tests an op completely. For every case (a list of input shapes) it compares
//   - the value, shape and dtype with a plain float64 reference, in every dtype the op takes,
//   - the value for inputs that are not contiguous (other memory order, gaps) with the same reference,
//   - every floating input's gradient with central differences in float64 along random directions; an input without a
//     gradient fails, and so does a gradient that changes when fewer gradients are asked for,
// and that an empty tensor, a symbolic tensor and the given wrong calls throw what they should. An op must list a case
// with an empty input, and one that broadcasts if it has several inputs, or say why not.
#pragma once

#include <functional>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "linnet/tensor/tensor.h"

namespace linnet::testing {

/// Plain numbers for references: no strides, no dtype, nothing shared with the code under test.
struct Array {
  Shape shape;
  std::vector<double> values;  // row-major

  /// The element at `index`; axes of size 1 repeat, and leading axes of `index` that the array lacks are ignored.
  double at(const Shape& index) const;
  double& at(const Shape& index);
};
using Arrays = std::vector<Array>;
/// The array whose element at each index is f(index).
Array make_array(const Shape& shape, const std::function<double(const Shape& index)>& f);
Array to_array(const Tensor& x);
/// `index` with `position` put in at `axis`.
Shape with_axis(Shape index, int axis, std::int64_t position);

using Reference = std::function<Array(const Arrays&)>;
/// References of elementwise ops, with NumPy's broadcasting.
Reference elementwise(double (*f)(double));
Reference elementwise(double (*f)(double, double));
Reference elementwise(double (*f)(double, double, double));

struct OpCheck {
  std::string name;                          // the public function under test
  std::function<Tensor(const Tensors&)> op;  // from its inputs to (one of) its results
  Reference reference;                       // the same in plain loops
  std::vector<std::vector<Shape>> cases;     // input shapes
  double low = -2, high = 2;                 // inputs are uniform in [low, high)
  std::vector<DType> dtypes = {float32, float64, bfloat16};
  std::function<DType(DType)> result_dtype = [](DType dtype) { return dtype; };
  std::vector<int> integer_inputs = {};  // inputs that are int32 positions in [low, high), whatever the dtype
  int optional_input = -1;               // the input that may be an empty tensor
  bool differentiable = true;
  std::string never_empty = "";                                            // why no case has an empty input
  std::string never_broadcasts = "";                                       // why no case has inputs of different shapes
  std::vector<std::pair<std::function<void()>, std::string>> errors = {};  // a call, and a part of its message
  double tolerance = 1;                                                    // times the dtype's usual tolerance
};
void PrintTo(const OpCheck& check,
             std::ostream* out);  // NOLINT(readability-identifier-naming): GoogleTest looks for it

/// Standard cases: scalars, rows, matrices, sizes that do not fill a vector register, large ones, empty ones.
std::vector<std::vector<Shape>> unary_cases();
std::vector<std::vector<Shape>> binary_cases();

void check_op(const OpCheck& check);
/// Fails unless `call` throws linnet::Error whose message contains `part`.
void expect_error(const std::function<void()>& call, const std::string& part);

}  // namespace linnet::testing
