#include "linnet/kernels/reference/reference.h"
#include "tests/kernels/views.h"

namespace linnet::kernels {
namespace {

using Layout = Generator::Layout;

struct Case {
  std::int64_t batch, queries, heads, keys, shared, features, value_features;
  bool causal = false, masked = false;
};

void PrintTo(const Case& c, std::ostream* out) {
  *out << c.batch << ' ' << c.queries << ' ' << c.heads << ' ' << c.keys << ' ' << c.shared << ' ' << c.features << ' '
       << c.value_features << (c.causal ? " causal" : "") << (c.masked ? " masked" : "");
}

/// Random operands of a case, and what the reference makes of them.
struct Operands {
  Array query, key, value, mask, diff_dst, dst, log_sum;
  Case c;

  Operands(Generator& generator, DType dtype, const Case& sizes, Layout layout)
      : query(generator.array(dtype, {sizes.batch, sizes.queries, sizes.heads, sizes.features}, layout, -1, 1)),
        key(generator.array(dtype, {sizes.batch, sizes.keys, sizes.shared, sizes.features}, layout, -1, 1)),
        value(generator.array(dtype, {sizes.batch, sizes.keys, sizes.shared, sizes.value_features}, layout, -1, 1)),
        mask(generator.array(boolean, {sizes.batch, sizes.heads, sizes.queries, sizes.keys},
                             layout == Layout::dense ? layout : Layout::any_or_broadcast, -1, 2)),
        diff_dst(
            generator.array(dtype, {sizes.batch, sizes.queries, sizes.heads, sizes.value_features}, layout, -1, 1)),
        dst(dtype, {sizes.batch, sizes.queries, sizes.heads, sizes.value_features}),
        log_sum(dtype, {sizes.batch, sizes.heads, sizes.queries}),
        c(sizes) {
    reference::attention(problem(), dst, log_sum);
  }
  Attention problem() { return {query, key, value, c.masked ? View(mask) : View(), 0.5, c.causal}; }
};

void expect_attention(Generator& generator, DType dtype, const Case& c, Layout layout = Layout::any) {
  SCOPED_TRACE(::testing::PrintToString(c));
  Operands o(generator, dtype, c, layout);
  const Attention problem = o.problem();
  const double near = dtype == bfloat16 ? 0.05 : 2e-5;
  Array log_sum = o.log_sum;
  expect_same_result(
      o.dst, [&](const MutableView& out) { attention(problem, out, log_sum); },
      [&](const MutableView& out) { reference::attention(problem, out, log_sum); }, near, near);
  Array dst = o.dst;
  expect_same_result(
      o.log_sum, [&](const MutableView& out) { attention(problem, dst, out); },
      [&](const MutableView& out) { reference::attention(problem, dst, out); }, near, near);
  for (int part = 0; part < 3; ++part) {
    SCOPED_TRACE(part == 0 ? "diff_query" : part == 1 ? "diff_key" : "diff_value");
    Array diffs[] = {generator.array(dtype, View(o.query).shape, layout),
                     generator.array(dtype, View(o.key).shape, layout),
                     generator.array(dtype, View(o.value).shape, layout)};
    const auto with = [&](const MutableView& out, auto backward) {
      MutableView views[] = {diffs[0], diffs[1], diffs[2]};
      views[part] = out;
      backward(problem, o.dst, o.log_sum, o.diff_dst, views[0], views[1], views[2]);
    };
    expect_same_result(
        diffs[part], [&](const MutableView& out) { with(out, attention_backward); },
        [&](const MutableView& out) { with(out, reference::attention_backward); }, near, 4 * near);
  }
}

TEST(AttentionKernel, EqualsTheReferenceForAnySizesAndStrides) {
  Generator generator(1);
  constexpr std::int64_t shared[] = {1, 2, 3}, groups[] = {1, 2, 4};
  for (int repetition = 0; repetition < 120; ++repetition) {
    const DType dtype = generator.integer(0, 9) > 1 ? float32 : generator.integer(0, 1) ? float64 : bfloat16;
    Case c{};
    c.batch = generator.integer(1, 3);
    c.shared = shared[generator.integer(0, 2)];
    c.heads = c.shared * groups[generator.integer(0, 2)];
    c.queries = generator.integer(1, 20);
    c.keys = generator.integer(1, 20);
    c.features = generator.integer(1, 9);
    c.value_features = generator.integer(1, 9);
    c.causal = generator.integer(0, 1) == 0;
    c.masked = generator.integer(0, 1) == 0;
    expect_attention(generator, dtype, c);
  }
}

TEST(AttentionKernel, EqualsTheReferenceInManyBlocks) {
  Generator generator(2);
  for (bool causal : {false, true})
    for (bool masked : {false, true}) {
      expect_attention(generator, float32, {1, 150, 2, 150, 1, 20, 17, causal, masked}, Layout::dense);
      expect_attention(generator, float32, {2, 65, 4, 200, 2, 8, 8, causal, masked}, Layout::dense);
      expect_attention(generator, float32, {1, 200, 1, 70, 1, 33, 5, causal, masked}, Layout::dense);
    }
}

TEST(AttentionKernel, WeighsAllKeysTheSameWhereNoneIsVisible) {
  Generator generator(3);
  Operands o(generator, float32, {1, 100, 1, 130, 1, 4, 3, true, true}, Layout::dense);
  const MutableView mask = o.mask.view();
  for (std::int64_t i = 0; i < mask.size(); ++i) mask.as<bool>()[i] = i % 130 > 50;  // the first queries see nothing
  Array dst(float32, {1, 100, 1, 3}), log_sum(float32, {1, 1, 100});
  attention(o.problem(), dst, log_sum);
  const std::vector<double> found = elements(dst), values = elements(o.value);
  for (std::int64_t t : {0, 50}) {
    for (std::int64_t i = 0; i < 3; ++i) {
      double mean = 0;
      for (std::int64_t s = 0; s < 130; ++s) mean += values[static_cast<std::size_t>(s * 3 + i)] / 130;
      EXPECT_NEAR(found[static_cast<std::size_t>(t * 3 + i)], mean, 1e-6);
    }
    EXPECT_NEAR(elements(log_sum)[static_cast<std::size_t>(t)], std::log(130.0), 1e-6);
  }
  EXPECT_NEAR(found[51 * 3], values[51 * 3], 1e-6);  // sees one key
}

TEST(AttentionKernel, IsRightForLargeScores) {  // exp of them would overflow
  Generator generator(4);
  Operands o(generator, float32, {1, 70, 1, 70, 1, 8, 4}, Layout::dense);
  Attention problem = o.problem();
  problem.scale = 300;
  Array dst(float32, {1, 70, 1, 4}), log_sum(float32, {1, 1, 70});
  reference::attention(problem, dst, log_sum);
  const std::vector<double> expected = elements(dst);
  attention(problem, dst, log_sum);
  const std::vector<double> found = elements(dst);
  for (std::size_t i = 0; i < found.size(); ++i) EXPECT_NEAR(found[i], expected[i], 2e-3) << i;
}

TEST(AttentionKernel, HasTheSameBitsForAnyNumberOfThreads) {
  Generator generator(5);
  for (const Case& c : {Case{2, 150, 4, 150, 2, 32, 32, true}, Case{1, 300, 1, 300, 1, 32, 32}}) {
    Operands o(generator, float32, c, Layout::dense);
    const Attention problem = o.problem();
    expect_same_bits(o.dst, [&](const MutableView& out) { attention(problem, out, o.log_sum); });
    Array key(float32, View(o.key).shape), value(float32, View(o.value).shape), query(float32, View(o.query).shape);
    expect_same_bits(query, [&](const MutableView& out) {
      attention_backward(problem, o.dst, o.log_sum, o.diff_dst, out, key, value);
    });
    expect_same_bits(key, [&](const MutableView& out) {
      attention_backward(problem, o.dst, o.log_sum, o.diff_dst, query, out, value);
    });
  }
}

}  // namespace
}  // namespace linnet::kernels
