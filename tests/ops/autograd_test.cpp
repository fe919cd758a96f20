// The tape: what it computes, what it refuses, what it frees.
#include "linnet/tensor/autograd.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <thread>

#include "linnet/ops/elementwise.h"
#include "linnet/ops/gather.h"
#include "linnet/ops/matmul.h"
#include "linnet/ops/nn.h"
#include "linnet/ops/reduce.h"
#include "linnet/ops/shape.h"
#include "linnet/tensor/keep_tape.h"
#include "linnet/tensor/memory.h"
#include "linnet/tensor/record.h"

namespace linnet {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

Tensor leaf(std::initializer_list<detail::Number> values) { return tensor(values).set_requires_grad(); }

TEST(Backward, AddsUpInLeaves) {
  Tensor x = leaf({1, 2, 3});
  sum(x * x + x).backward();
  EXPECT_THAT(x.grad().to_vector(), ElementsAre(3, 5, 7));
  sum(x * 10).backward();
  EXPECT_THAT(x.grad().to_vector(), ElementsAre(13, 15, 17));
  x.clear_grad();
  EXPECT_FALSE(x.grad().defined());
}

TEST(Backward, TakesASeed) {
  const Tensor x = leaf({1, 2});
  square(x).backward(tensor({1, 10}));
  EXPECT_THAT(x.grad().to_vector(), ElementsAre(2, 40));
  EXPECT_THAT(
      [&] { square(x).backward(); },
      ThrowsMessage<InvalidArgument>(HasSubstr("[backward] expected a loss with one element, received shape (2,)")));
  EXPECT_THAT(
      [&] { square(x).backward(ones({3})); },
      ThrowsMessage<InvalidArgument>(HasSubstr("[backward] expected a seed of the loss's shape (2,), received (3,)")));
}

TEST(Backward, SumsOverBroadcastAxes) {
  const Tensor row = leaf({1, 2, 3}), column = tensor({{1}, {2}}).set_requires_grad(),
               one = scalar(4).set_requires_grad();
  sum((row + column) * one).backward();
  EXPECT_THAT(row.grad().to_vector(), ElementsAre(8, 8, 8));
  EXPECT_EQ(column.grad().shape(), (Shape{2, 1}));
  EXPECT_THAT(column.grad().to_vector(), ElementsAre(12, 12));
  EXPECT_EQ(one.grad().item(), 21);
}

TEST(Backward, ConvertsToTheInputsDtype) {
  const Tensor x = leaf({1, 2}), y = tensor({3, 4}, float64).set_requires_grad(),
               z = tensor({5, 6}, bfloat16).set_requires_grad();
  const Tensor loss = sum(x * y * z);
  EXPECT_EQ(loss.dtype(), float64);
  loss.backward();
  EXPECT_EQ(x.grad().dtype(), float32);
  EXPECT_EQ(z.grad().dtype(), bfloat16);
  EXPECT_THAT(x.grad().to_vector(), ElementsAre(15, 24));
  EXPECT_THAT(z.grad().to_vector(), ElementsAre(3, 8));
}

TEST(Backward, FollowsEveryPath) {
  const Tensor x = leaf({2});
  const Tensor a = x * 3, b = a * a, c = a + b;
  sum(b * c).backward();  // 81 x⁴ + 27 x³
  EXPECT_THAT(x.grad().to_vector(), ElementsAre(4 * 81 * 8 + 3 * 27 * 4));
}

TEST(Backward, FreesTheTapeAndRefusesToUseItTwice) {
  const Tensor x = leaf({1, 2});
  const Tensor hidden = exp(x), loss = sum(hidden);
  loss.backward();
  EXPECT_THAT(
      [&] { loss.backward(); },
      ThrowsMessage<InvalidArgument>(HasSubstr("[backward] the tape behind this tensor was already used and freed")));
  EXPECT_THAT([&] { gradients(mean(hidden), Tensors{x}); },
              ThrowsMessage<InvalidArgument>(HasSubstr("[gradients] the tape behind this tensor was already used")));
  EXPECT_THAT(x.grad().to_vector(), ElementsAre(std::exp(1.0f), std::exp(2.0f)));  // nothing was added
}

TEST(Backward, KeepsTheTapeWhereItIsAskedTo) {
  const Tensor x = leaf({1, 2});
  const Tensor y = square(x), z = exp(y) * y;
  {
    const KeepTape keep;
    for (int i = 0; i < 2; ++i) {
      const Tensor dx = gradients(sum(z), Tensors{x})[0];
      EXPECT_FLOAT_EQ(dx.to_vector()[0], 4 * std::exp(1.0f));
      EXPECT_FLOAT_EQ(dx.to_vector()[1], 20 * std::exp(4.0f));
    }
  }
  EXPECT_THAT(gradients(sum(y), Tensors{x})[0].to_vector(), ElementsAre(2, 4));  // this one frees it
  EXPECT_THAT([&] { gradients(sum(y), Tensors{x}); }, ThrowsMessage<InvalidArgument>(HasSubstr("already used")));
}

TEST(Backward, FreesSavedTensorsOnItsWay) {
  const Tensor x = ones({1000}).set_requires_grad();
  const std::size_t before = memory_statistics().live_bytes;
  Tensor y = x;
  for (int i = 0; i < 100; ++i) y = exp(y * 0.001);
  const Tensor loss = sum(y);
  EXPECT_GT(memory_statistics().live_bytes, before + 100 * 4000);
  y = Tensor();
  loss.backward();
  EXPECT_LT(memory_statistics().live_bytes, before + 20 * 4000);
}

TEST(Backward, RefusesWhatWasChangedInPlace) {
  Tensor x = tensor({1, 2});
  const Tensor w = leaf({3, 4}), loss = sum(x * w);
  x.fill_(0);
  EXPECT_THAT(
      [&] { loss.backward(); },
      ThrowsMessage<InvalidArgument>(HasSubstr("[multiply] a tensor saved for its gradient was changed in place")));
  Variable v("w", tensor({1, 2}));
  const Tensor second = sum(square(v));
  v.assign(tensor({5, 6}));
  EXPECT_THAT([&] { second.backward(); }, ThrowsMessage<InvalidArgument>(HasSubstr("[square] a tensor saved")));
}

TEST(Backward, LeavesTheTapeUsableWhenARuleThrows) {
  const Tensor x = leaf({1, 1});
  const Tensor y = record("broken", x.clone(), {x}, [](const Tensor&) -> Grads { return {}; });
  EXPECT_THAT([&] { y.backward(ones({2})); },
              ThrowsMessage<InvalidArgument>(HasSubstr("[broken] expected 1 gradients, one an input, received 0")));
  EXPECT_FALSE(x.grad().defined());
  sum(x * 2).backward();
  EXPECT_THAT(x.grad().to_vector(), ElementsAre(2, 2));
  const Tensor wrong = record("wrong", x.clone(), {x}, [](const Tensor&) -> Grads { return {ones({3})}; });
  EXPECT_THAT(
      [&] { sum(wrong * 1).backward(); },
      ThrowsMessage<InvalidArgument>(HasSubstr(
          "[wrong] expected a gradient of input 0 of shape (2,), or one that was broadcast from it, received (3,)")));
}

TEST(Backward, NeedsSomethingToDifferentiate) {
  EXPECT_THAT([] { sum(ones({2})).backward(); },
              ThrowsMessage<InvalidArgument>(
                  HasSubstr("[backward] expected a loss that depends on something that requires a gradient")));
  EXPECT_THAT(
      [] { ones({2}, int32).set_requires_grad(); },
      ThrowsMessage<InvalidArgument>(HasSubstr("[set_requires_grad] expected a floating dtype, received int32")));
  const Tensor x = leaf({1});
  Tensor y = x * 2;
  EXPECT_THAT([&] { y.set_requires_grad(false); },
              ThrowsMessage<InvalidArgument>(
                  HasSubstr("[set_requires_grad] expected a leaf, received the result of multiply")));
  EXPECT_THAT([&] { y.fill_(1); }, ThrowsMessage<InvalidArgument>(HasSubstr(
                                       "[fill_] expected a tensor without history, received the result of multiply")));
}

TEST(Backward, ManagesDeepTapes) {
  const Tensor x = scalar(1).set_requires_grad();
  constexpr int depth = 100000;
  {
    Tensor y = x;
    for (int i = 0; i < depth; ++i) y = y + 1;
    y.backward();
    EXPECT_EQ(x.grad().item(), 1);
  }
  {
    Tensor y = x;
    for (int i = 0; i < depth; ++i) y = y * 1.00001;  // dropped without a backward pass
    EXPECT_GT(y.item(), 2.7);
  }
}

TEST(Backward, KeepsGradientsApart) {
  const Tensor a = leaf({1}), b = leaf({2});
  (a + b).backward();  // both receive the same dy
  (a * 10).backward();
  EXPECT_THAT(a.grad().to_vector(), ElementsAre(11));
  EXPECT_THAT(b.grad().to_vector(), ElementsAre(1));
  const Tensor kept = a.grad();
  (a * 10).backward();
  EXPECT_THAT(kept.to_vector(), ElementsAre(11));
  EXPECT_THAT(a.grad().to_vector(), ElementsAre(21));
}

TEST(Gradients, OfTensors) {
  const Tensor x = leaf({1, 2}), w = leaf({3, 4});
  const Tensor hidden = x * w, loss = sum(square(hidden));
  const Tensors grads = gradients(loss, Tensors{w, hidden, w});
  EXPECT_THAT(grads[0].to_vector(), ElementsAre(6, 32));
  EXPECT_THAT(grads[1].to_vector(), ElementsAre(6, 16));
  EXPECT_THAT(grads[2].to_vector(), ElementsAre(6, 32));
  EXPECT_FALSE(w.grad().defined());
  EXPECT_THAT(gradients(x * 5, Tensors{x}, tensor({1, 2}))[0].to_vector(), ElementsAre(5, 10));
  EXPECT_THAT(gradients(scalar(2).set_requires_grad() * 1, Tensors{}), ElementsAre());
}

TEST(Gradients, NeedAPath) {
  const Tensor x = leaf({1}), other = leaf({2});
  EXPECT_THAT(
      [&] {
        gradients(sum(x * 2), Tensors{x, other});
      },
      ThrowsMessage<InvalidArgument>(HasSubstr("[gradients] no path leads from tensor 1 of shape (1,) to the loss")));
  EXPECT_THAT([&] { gradients(sum(x * stop_gradient(other)), Tensors{other}); },
              ThrowsMessage<InvalidArgument>(HasSubstr("no path leads")));
  EXPECT_THAT(
      [&] { gradients(sum(x), Tensors{ones({1})}); },
      ThrowsMessage<InvalidArgument>(HasSubstr("[gradients] tensor 0 of shape (1,) does not require a gradient")));
}

TEST(Gradients, OfWeights) {
  const Variable used("used", tensor({1, 2})), unused("unused", tensor({3}));
  const Gradients grads = gradients(sum(square(used)), Variables{used, unused});
  EXPECT_TRUE(grads[0].variable == used);
  EXPECT_THAT(grads[0].value.to_vector(), ElementsAre(2, 4));
  EXPECT_FALSE(grads[1].value.defined());
  EXPECT_THAT(
      [&] { gradients(sum(square(used)), Variables{unused}); },
      ThrowsMessage<InvalidArgument>(HasSubstr("[gradients] no path leads from any of the 1 weights to the loss")));
  const Variable sums("sums", tensor({{1, 2}, {3, 4}}));
  EXPECT_TRUE(gradients(sum(sums), Variables{sums})[0].value.is_contiguous());  // not a broadcast view
}

TEST(Gradients, OfOneOfSeveralOutputs) {
  const Tensor x = leaf({1, 2, 3, 4});
  const Tensors halves = split(x * 1, 2);
  const Tensors grads = gradients(sum(halves[1] * 3), Tensors{x, halves[1], halves[0]});
  EXPECT_THAT(grads[0].to_vector(), ElementsAre(0, 0, 3, 3));
  EXPECT_THAT(grads[1].to_vector(), ElementsAre(3, 3));
  EXPECT_THAT(grads[2].to_vector(), ElementsAre(0, 0));
}

TEST(Gradients, AreComputedOnlyWhereNeeded) {
  const Tensor x = tensor({1, 2}), w = leaf({3, 4});
  int asked_for_x = 0;
  const auto spy = [&](const Tensor& a, const Tensor& b) {
    return record("spy", Tensor(a.shape()), {a, b}, [&asked_for_x](const Tensor& dy, Needs needs) -> Grads {
      asked_for_x += needs[0] ? 1 : 0;
      return {needs[0] ? dy : Tensor(), needs[1] ? dy : Tensor()};
    });
  };
  gradients(sum(spy(x, w)), Tensors{w});
  EXPECT_EQ(asked_for_x, 0);
  const Tensor tracked = leaf({1, 2});
  gradients(sum(spy(tracked, w)), Tensors{w});  // x requires a gradient, but nobody asks for it
  EXPECT_EQ(asked_for_x, 0);
  gradients(sum(spy(tracked, w)), Tensors{tracked});
  EXPECT_EQ(asked_for_x, 1);
}

TEST(NoGrad, RecordsNothing) {
  const Tensor x = leaf({1, 2});
  {
    const NoGrad guard;
    EXPECT_FALSE(is_grad_enabled());
    EXPECT_FALSE((x * 2).requires_grad());
  }
  EXPECT_TRUE((x * 2).requires_grad());
  EXPECT_FALSE(stop_gradient(x * 2).requires_grad());
  std::thread([&] { EXPECT_TRUE(is_grad_enabled()); }).join();
}

TEST(Tape, IsNotKeptByIntegers) {
  const Tensor x = leaf({1.5, 2.5});
  EXPECT_FALSE(x.to(int32).requires_grad());
  EXPECT_FALSE(greater(x, 2).requires_grad());
  EXPECT_FALSE(argmax(x).requires_grad());
}

TEST(Tape, MayCrossThreads) {
  const Tensor x = leaf({1, 2});
  Tensor y;
  std::thread([&] {
    for (int i = 0; i < 50; ++i) square(x);  // sequence numbers of this thread run ahead
    y = square(x);
  }).join();
  sum(y * x).backward();
  EXPECT_THAT(x.grad().to_vector(), ElementsAre(3, 12));
}

TEST(Tape, AllocatesNothingInTheSteadyState) {
  const Variable w1("w1", random_normal({8, 16})), b1("b1", zeros({16})), w2("w2", random_normal({16, 4}));
  const Tensor x = random_normal({32, 8}), labels = zeros({32}, int32);
  const auto step = [&] {
    const Tensor hidden = linear(x, w1, b1, FusedActivation::relu);
    return gradients(mean(sparse_softmax_cross_entropy(labels, linear(hidden, w2))), Variables{w1, b1, w2});
  };
  step();
  const MemoryStatistics before = memory_statistics();
  for (int i = 0; i < 10; ++i) step();
  const MemoryStatistics after = memory_statistics();
  EXPECT_EQ(after.live_bytes, before.live_bytes);
  EXPECT_TRUE(before.cached_bytes == 0 || after.system_allocations == before.system_allocations);
}

TEST(Backward, HasTheSameBitsEveryTime) {
  const Tensor x = random_normal({64, 32}), w = random_normal({32, 16}).set_requires_grad();
  const auto run = [&] {
    return gradients(mean(softmax(tanh(matmul(x, w))) * random_uniform({1}, 1, 1)), Tensors{w})[0].to_vector();
  };
  EXPECT_EQ(run(), run());
}

}  // namespace
}  // namespace linnet
