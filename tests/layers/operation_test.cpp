// Operation: functions by their names in keras.ops, as Python writes them into a file.
#include "linnet/layers/operation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <set>

#include "linnet/layers/dense.h"
#include "linnet/layers/graph.h"
#include "linnet/layers/registry.h"
#include "linnet/ops/einsum.h"
#include "linnet/ops/elementwise.h"
#include "linnet/ops/gather.h"
#include "linnet/ops/matmul.h"
#include "linnet/ops/nn.h"
#include "linnet/ops/reduce.h"
#include "linnet/ops/shape.h"
#include "linnet/saving/json.h"

namespace linnet {
namespace {

using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

/// The layer that a file describes: its arguments and options are JSON.
Operation operation(const std::string& function, const std::string& arguments, const std::string& options = "{}") {
  return Operation({.function = function,
                    .arguments = parse_json(arguments).as_list(),
                    .options = parse_json(options).as_config(),
                    .name = "operation"});
}

const Tensor x = tensor({{1, -2, 3}, {4, 5, -6}}), y = tensor({{2, 2, 2}, {3, 3, 3}});

struct Example {
  std::string function, arguments, options;
  std::function<Tensors()> expected;
};

const std::string one = R"([{"input": 0}])", two = R"([{"input": 0}, {"input": 1}])";

std::vector<Example> examples() {
  std::vector<Example> all;
  const auto add_one = [&](const char* function, Tensor (*f)(const Tensor&)) {
    all.push_back({function, one, "{}", [f] { return Tensors{f(x)}; }});
  };
  const auto add_two = [&](const char* function, Tensor (*f)(const Tensor&, const Tensor&)) {
    all.push_back({function, two, "{}", [f] { return Tensors{f(x, y)}; }});
  };
  const auto add_result = [&](const char* function, const std::string& arguments, const char* options,
                              std::function<Tensor()> f) {
    all.push_back({function, arguments, options, [f] { return Tensors{f()}; }});
  };
  add_two("add", add);
  add_two("subtract", subtract);
  add_two("multiply", multiply);
  add_two("divide", divide);
  add_two("true_divide", divide);
  add_two("floor_divide", floor_divide);
  add_two("mod", mod);
  add_two("power", power);
  add_two("maximum", maximum);
  add_two("minimum", minimum);
  add_two("equal", equal);
  add_two("not_equal", not_equal);
  add_two("less", less);
  add_two("less_equal", less_equal);
  add_two("greater", greater);
  add_two("greater_equal", greater_equal);
  add_two("logical_and", logical_and);
  add_two("logical_or", logical_or);
  add_two("logical_xor", logical_xor);
  add_one("logical_not", logical_not);
  add_one("negative", negative);
  add_one("abs", abs);
  add_one("absolute", abs);
  add_one("sign", sign);
  add_one("square", square);
  add_one("isnan", isnan);
  add_one("isinf", isinf);
  add_one("isfinite", isfinite);
  add_one("floor", floor);
  add_one("ceil", ceil);
  add_one("exp", exp);
  add_one("expm1", expm1);
  add_one("log", log);
  add_one("log1p", log1p);
  add_one("sqrt", sqrt);
  add_one("rsqrt", rsqrt);
  add_one("reciprocal", reciprocal);
  add_one("sin", sin);
  add_one("cos", cos);
  add_one("tan", tan);
  add_one("tanh", tanh);
  add_one("erf", erf);
  add_one("relu", relu);
  add_one("activations.sigmoid", sigmoid);
  add_result("leaky_relu", one, R"({"negative_slope": 0.5})", [] { return leaky_relu(x, 0.5); });
  add_result("add", R"([{"input": 0}, 2])", "{}", [] { return x + 2; });
  add_result("subtract", R"([{"float": "inf"}, {"input": 0}])", "{}", [] { return INFINITY - x; });
  add_result("multiply", R"([{"input": 0}, {"array": [1, 2, 3], "dtype": "float32", "shape": [3]}])", "{}", [] {
    return x * tensor({1, 2, 3});
  });
  add_result("where", R"([{"input": 0}, {"input": 1}, 0.5])", "{}", [] { return where(x, y, 0.5); });
  add_result("clip", one, R"({"x_min": -1, "x_max": 2})", [] { return clip(x, -1, 2); });
  add_result("cast", one, R"({"dtype": "int32"})", [] { return x.to(int32); });
  add_result("stop_gradient", one, "{}", [] { return x; });
  add_result("full_like", R"([{"input": 0}, 7])", "{}", [] { return full({2, 3}, 7); });
  add_result("ones_like", one, R"({"dtype": "int32"})", [] { return full({2, 3}, 1, int32); });
  add_result("zeros_like", one, "{}", [] { return zeros({2, 3}); });
  add_result("sum", one, R"({"axis": 1})", [] { return sum(x, 1); });
  add_result("mean", one, R"({"axis": {"tuple": [0, 1]}, "keepdims": true})", [] { return mean(x, {0, 1}, true); });
  add_result("prod", one, R"({"axis": null})", [] { return prod(x); });
  for (const char* name : {"max", "amax"}) add_result(name, one, R"({"axis": -1})", [] { return max(x, -1); });
  for (const char* name : {"min", "amin"}) add_result(name, one, R"({"axis": 0})", [] { return min(x, 0); });
  add_result("any", one, R"({"axis": 0})", [] { return any(x, 0); });
  add_result("all", one, R"({"axis": 0})", [] { return linnet::all(x, 0); });
  add_result("var", one, R"({"axis": 1})", [] { return variance(x, 1); });
  add_result("std", one, R"({"axis": 1})", [] { return stddev(x, 1); });
  add_result("logsumexp", one, R"({"axis": 1})", [] { return logsumexp(x, 1); });
  add_result("norm", one, R"({"ord": null, "axis": 1})", [] { return norm(x, 1); });
  add_result("argmax", one, R"({"axis": 1})", [] { return tensor({2, 1}, int32); });
  add_result("argmax", one, R"({"keepdims": true})", [] { return tensor({{4}}, int32); });
  add_result("argmin", one, "{}", [] { return scalar(5, int32); });
  add_result("sort", one, "{}", [] { return sort(x); });
  add_result("argsort", one, R"({"axis": 1})", [] { return argsort(x, 1).to(int32); });
  add_result("softmax", one, "{}", [] { return softmax(x, -1); });
  add_result("log_softmax", one, R"({"axis": 0})", [] { return log_softmax(x, 0); });
  add_result("cumsum", one, R"({"axis": 1})", [] { return cumsum(x, 1); });
  add_result("cumsum", one, "{}", [] { return cumsum(flatten(x), 0); });
  add_result("matmul", R"([{"input": 0}, {"array": [1, 2, 3], "dtype": "float32", "shape": [3, 1]}])", "{}", [] {
    return matmul(x, tensor({{1}, {2}, {3}}));
  });
  add_result("einsum", R"(["ab,cb->ac", {"input": 0}, {"input": 1}])", "{}", [] {
    return einsum("ab,cb->ac", {x, y});
  });
  add_result("get_item", R"([{"input": 0}, {"tuple": [{"slice": [null, null, null]}, 0]}])", "{}", [] {
    return tensor({1, 4});
  });
  const char* truths =
      R"([{"array": [1, 0], "dtype": "bool", "shape": [2]}, {"array": [1, 1], "dtype": "bool", "shape": [2]}])";
  add_result("add", truths, "{}", [] { return tensor({1, 1}).to(boolean); });  // as in Keras
  add_result("multiply", truths, "{}", [] { return tensor({1, 0}).to(boolean); });
  add_result("get_item", R"([{"input": 0}, -1])", "{}", [] { return tensor({4, 5, -6}); });
  add_result("get_item", R"([{"input": 0}, {"tuple": [{"ellipsis": true}, null, {"slice": [null, null, -2]}]}])", "{}",
             [] {
               return tensor({{{3, 1}}, {{-6, 4}}});
             });
  add_result("reshape", one, R"({"newshape": {"tuple": [-1, 2]}})", [] { return reshape(x, {3, 2}); });
  add_result("broadcast_to", one, R"({"shape": [2, 2, 3]})", [] { return broadcast_to(x, {2, 2, 3}); });
  add_result("ravel", one, "{}", [] { return flatten(x); });
  add_result("transpose", one, "{}", [] { return transpose(x); });
  add_result("transpose", one, R"({"axes": [1, 0]})", [] { return transpose(x); });
  add_result("swapaxes", R"([{"input": 0}, 0, 1])", "{}", [] { return transpose(x); });
  add_result("expand_dims", R"([{"input": 0}, {"tuple": [0, -1]}])", "{}", [] { return reshape(x, {1, 2, 3, 1}); });
  add_result("squeeze", R"([{"array": [1, 2], "dtype": "int32", "shape": [1, 2, 1]}])", R"({"axis": [0, 2]})", [] {
    return tensor({1, 2}, int32);
  });
  add_result("squeeze", R"([{"array": [1, 2], "dtype": "float32", "shape": [1, 2, 1]}])", "{}", [] {
    return tensor({1, 2});
  });
  add_result("concatenate", R"([{"list": [{"input": 0}, {"input": 1}]}])", R"({"axis": 1})", [] {
    return concatenate({x, y}, 1);
  });
  add_result("stack", R"([{"list": [{"input": 0}, {"input": 1}]}])", "{}", [] { return stack({x, y}, 0); });
  all.push_back({"split", R"([{"input": 0}, 3])", R"({"axis": 1})", [] { return split(x, 3, 1); }});
  all.push_back({"split", R"([{"input": 0}, {"list": [1]}])", R"({"axis": 1})", [] {
                   return split(x, std::vector<std::int64_t>{1, 2}, 1);
                 }});
  all.push_back({"unstack", one, R"({"axis": 0})", [] { return unstack(x, 0); }});
  add_result("pad", R"([{"input": 0}, {"list": [{"tuple": [0, 1]}, {"tuple": [2, 0]}]}])",
             R"({"mode": "constant", "constant_values": 3})", [] {
               return pad(x, {{0, 1}, {2, 0}}, 3);
             });
  add_result("pad", R"([{"input": 0}, 1])", "{}", [] { return pad(x, {{1, 1}, {1, 1}}); });
  add_result("repeat", R"([{"input": 0}, 2])", R"({"axis": 0})", [] { return repeat(x, 2, 0); });
  add_result("repeat", R"([{"input": 0}, 2])", "{}", [] { return repeat(flatten(x), 2, 0); });
  add_result("tile", R"([{"input": 0}, {"tuple": [2, 1]}])", "{}", [] { return tile(x, {2, 1}); });
  add_result("flip", one, R"({"axis": 1})", [] { return flip(x, 1); });
  add_result("flip", one, "{}", [] { return flip(flip(x, 0), 1); });
  add_result("take", R"([{"input": 0}, [2, 0]])", R"({"axis": 1})", [] { return take(x, tensor({2, 0}, int32), 1); });
  add_result("take", R"([{"input": 0}, 4])", "{}", [] { return scalar(5); });
  add_result("one_hot", R"([{"array": [2, 0], "dtype": "int32", "shape": [2]}, 3])", "{}", [] {
    return one_hot(tensor({2, 0}, int32), 3);
  });
  add_result("one_hot", R"([{"array": [2, 0], "dtype": "int32", "shape": [2]}, 3])", R"({"axis": 0, "dtype": "int32"})",
             [] {
               return transpose(one_hot(tensor({2, 0}, int32), 3, int32));
             });
  return all;
}

TEST(Operation, ComputesWhatItsNameSays) {
  for (const Example& example : examples()) {
    SCOPED_TRACE(example.function + example.arguments + example.options);
    Operation layer = operation(example.function, example.arguments, example.options);
    const Tensors expected = example.expected(), received = layer.call_many({x, y}, Mode::inference);
    ASSERT_EQ(received.size(), expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i) {
      EXPECT_EQ(received[i].shape(), expected[i].shape());
      EXPECT_EQ(received[i].dtype(), expected[i].dtype());
      EXPECT_THAT(received[i].to_vector(),
                  ::testing::Pointwise(::testing::NanSensitiveFloatEq(), expected[i].to_vector()));
    }
  }
}

TEST(Operation, HasAnExampleOfEveryFunction) {
  std::set<std::string> tried;
  for (const Example& example : examples()) tried.insert(example.function);
  for (const std::string& name : operation_names()) EXPECT_TRUE(tried.contains(name)) << name;
}

TEST(Operation, NumbersTakeTheDtypeOfTheTensorBesideThem) {
  const Tensor whole = tensor({1, 2}, int32), half = tensor({1, 2}, bfloat16);
  EXPECT_EQ(operation("add", R"([{"input": 0}, 1])").call_many({whole}, Mode::inference)[0].dtype(), int32);
  EXPECT_EQ(operation("add", R"([{"input": 0}, 0.5])").call_many({whole}, Mode::inference)[0].dtype(), float32);
  EXPECT_EQ(operation("multiply", R"([0.5, {"input": 0}])").call_many({half}, Mode::inference)[0].dtype(), bfloat16);
}

TEST(Operation, KnowsShapesAndDtypesInAGraph) {
  const Tensor input = Input({3});
  const Tensor first = operation("get_item", R"([{"input": 0}, {"tuple": [{"slice": [null, null, null]}, 0]}])")(input);
  EXPECT_EQ(first.shape(), (Shape{-1}));
  const Tensor place = operation("argmax", one, R"({"axis": 1})")(Dense(4)(input));
  EXPECT_EQ(place.shape(), (Shape{-1}));
  EXPECT_EQ(place.dtype(), int32);
  EXPECT_EQ(operation("get_item", R"([{"input": 0}, 40])")(Input({5})).shape(), (Shape{5}));  // 40 rows and more
}

TEST(Operation, LetsGradientsThrough) {
  Tensor leaf = tensor({{1, 2}, {3, 4}});
  leaf.set_requires_grad();
  sum(operation("get_item", R"([{"input": 0}, 1])")(leaf)).backward();
  EXPECT_EQ(leaf.grad().to_vector(), (std::vector<float>{0, 0, 1, 1}));
}

TEST(Operation, ComesBackFromItsConfig) {
  const Operation layer({.function = "mean",
                         .arguments = {Config{{"input", 0}}},
                         .options = {{"axis", 1}},
                         .input_dtypes = {float32},
                         .name = "average"});
  // As Python writes it: tests/python/graph_operations_test.py.
  EXPECT_EQ(
      to_string(layer.config()),
      R"({"name": "average", "trainable": true, "dtype": "float32", "function": "mean", )"
      R"("arguments": {"tuple": [{"input": 0}]}, "options": {"dict": {"axis": 1}}, "input_dtypes": ["float32"]})");
  const AnyLayer again = layer_from_config(layer_to_config(layer));
  EXPECT_EQ(again->config(), layer.config());
  EXPECT_EQ((*again)(x).to_vector(), mean(x, 1).to_vector());
}

TEST(Operation, SaysWhatItCannotDo) {
  const auto message = [](const std::function<void()>& call, const char* part) {
    EXPECT_THAT(call, ThrowsMessage<InvalidArgument>(HasSubstr(part)));
  };
  const auto run = [](const char* function, const std::string& arguments, const char* options = "{}") {
    return [=] { operation(function, arguments, options).call_many({x, y}, Mode::inference); };
  };
  message(run("system", one), "[Operation \"operation\"] unknown name \"system\"; expected one of: abs, ");
  message(run("mean", one, R"({"ord": 2})"), "[mean] does not support the argument ord = 2; it has: x, axis, keepdims");
  message(run("mean", R"([{"input": 0}, 1, true, 5])"), "[mean] expected at most 3 arguments (x, axis, keepdims)");
  message(run("mean", R"([{"input": 0}, 1])", R"({"axis": 1})"), "[mean] received axis twice");
  message(run("mean", one, R"({"axis": "a"})"), "[mean] expected an integer or several as axis, received \"a\"");
  message(run("mean", R"([{"input": 2}])"), "[mean] expected one of 2 inputs as x, received input 2");
  message(run("mean", R"(["a"])"), "[mean] expected a tensor or numbers as x, received \"a\"");
  message(run("mean", "[]"), "[mean] expected the argument x, received none");
  message(run("get_item", R"([{"input": 0}, 2])"), "[get_item] expected places that there are as key, received 2");
  message(run("get_item", R"([{"input": 0}, {"tuple": [0, 0, 0]}])"),
          "[get_item] expected at most an index for each axis");
  message(run("get_item", R"([{"input": 0}, "a"])"), "[get_item] expected numbers, slices, None and ... as key");
  message(run("get_item", R"([{"input": 0}, {"list": [0, 1]}])"),
          "[get_item] expected numbers, slices, None and ... as key");
  message(run("pad", R"([{"input": 0}, [[1, 1]]])"), "[pad] expected two numbers for each axis as pad_width");
  message(run("pad", R"([{"input": 0}, 1])", R"({"mode": "reflect"})"), "[pad] expected \"constant\" as mode");
  message(run("norm", one, R"({"ord": 1})"), "[norm] expected None as ord, received 1");
  message(run("concatenate", one), "[concatenate] expected a list of tensors as xs");
  message([] { operation("mean", one)(Input({std::int64_t{1} << 40})); },
          "expected inputs of at most 134217728 numbers");
}

}  // namespace
}  // namespace linnet
