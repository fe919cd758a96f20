// Attention in blocks of queries and keys, so that only one block of scores is held at a time: the softmax keeps a
// running maximum and sum, and what was found before is scaled when the maximum grows; the gradient computes each block
// again from the saved logarithm of the sum (Dao et al., "FlashAttention", 2022). docs/notes/attention.md.
//
// A block of scores has a row for each key and a column for each query, so that the softmax runs over rows: lanes are
// queries, and nothing is added up across lanes. Both products read it as it lies (gemm.h takes a transposed left
// side).
#include <algorithm>
#include <cmath>
#include <vector>

#include "linnet/kernels/cpu/cpu.h"
#include "linnet/kernels/cpu/gemm.h"
#include "linnet/kernels/cpu/scratch.h"
#include "linnet/kernels/cpu/split.h"
#include "linnet/kernels/cpu/targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "linnet/kernels/cpu/attention.cpp"
#include "hwy/foreach_target.h"
// After foreach_target.h.
#include "linnet/kernels/cpu/math-inl.h"
#include "linnet/kernels/cpu/pack-inl.h"

#ifndef LINNET_KERNELS_CPU_ATTENTION_ONCE
#define LINNET_KERNELS_CPU_ATTENTION_ONCE
namespace linnet::kernels::cpu {

/// The score of a hidden key: finite, so that differences of two are no NaN.
constexpr float hidden_score = -1e30f;

/// Rows of one head: row i begins at first + i * stride, its elements are dense.
struct HeadRows {
  float* first;
  std::int64_t stride;

  float* row(std::int64_t i) const { return first + i * stride; }
};

}  // namespace linnet::kernels::cpu
#endif

HWY_BEFORE_NAMESPACE();
namespace linnet::kernels::cpu {
namespace HWY_NAMESPACE {

/// scores [keys, width] become exp(score - largest), 0 for hidden ones; `largest` and `sum` of each query go on from
/// the blocks before, whose sums and results are to be multiplied by `factor`. width: whole vectors.
void softmax_block(float* scores, std::int64_t keys, std::int64_t width, float* largest, float* sum, float* factor) {
  const FloatTag d;
  const auto lanes = static_cast<std::int64_t>(hn::Lanes(d));
  const FloatVector limit = hn::Set(d, hidden_score / 2);
  for (std::int64_t i = 0; i < width; i += lanes) {
    const FloatVector before = hn::LoadU(d, largest + i);
    FloatVector now = before;
    for (std::int64_t j = 0; j < keys; ++j) now = hn::Max(now, hn::LoadU(d, scores + j * width + i));
    const FloatVector scale = exp_of_negative(d, hn::Sub(before, now));
    FloatVector total = hn::Mul(hn::LoadU(d, sum + i), scale);
    for (std::int64_t j = 0; j < keys; ++j) {
      float* at = scores + j * width + i;
      const FloatVector x = hn::LoadU(d, at);
      const FloatVector p = hn::IfThenZeroElse(hn::Lt(x, limit), exp_of_negative(d, hn::Sub(x, now)));
      total = hn::Add(total, p);
      hn::StoreU(p, d, at);
    }
    hn::StoreU(now, d, largest + i);
    hn::StoreU(total, d, sum + i);
    hn::StoreU(scale, d, factor + i);
  }
}

/// scores [keys, width] become p = exp(score - log_sum), and diff_weights, the gradient of p, that of the scores:
/// p * (diff_weights - along_dst) * scale.
void gradient_block(float* scores, float* diff_weights, std::int64_t keys, std::int64_t width, const float* log_sum,
                    const float* along_dst, float scale) {
  const FloatTag d;
  const auto lanes = static_cast<std::int64_t>(hn::Lanes(d));
  const FloatVector factor = hn::Set(d, scale);
  for (std::int64_t j = 0; j < keys; ++j)
    for (std::int64_t i = 0; i < width; i += lanes) {
      float *at = scores + j * width + i, *diff = diff_weights + j * width + i;
      const FloatVector p = exp_of_negative(d, hn::Sub(hn::LoadU(d, at), hn::LoadU(d, log_sum + i)));
      hn::StoreU(p, d, at);
      const FloatVector change = hn::Sub(hn::LoadU(d, diff), hn::LoadU(d, along_dst + i));
      hn::StoreU(hn::Mul(hn::Mul(p, change), factor), d, diff);
    }
}

/// dst [n, width] = the rows, transposed and scaled; 0 behind the last one.
void transpose_rows(const HeadRows& rows, std::int64_t count, std::int64_t n, float scale, std::int64_t width,
                    float* dst) {
  const FloatTag d;
  pack({rows.first, rows.stride, 1, count, n}, width, dst);
  for (std::int64_t i = 0; i < n * width; i += static_cast<std::int64_t>(hn::Lanes(d)))
    hn::StoreU(hn::Mul(hn::LoadU(d, dst + i), hn::Set(d, scale)), d, dst + i);
}

/// Each row times its factor.
void scale_rows(const HeadRows& rows, std::int64_t count, std::int64_t n, const float* factors) {
  const FloatTag d;
  const auto lanes = static_cast<std::int64_t>(hn::Lanes(d));
  for (std::int64_t r = 0; r < count; ++r) {
    const FloatVector factor = hn::Set(d, factors[r]);
    for (std::int64_t i = 0; i < n; i += lanes) {
      const auto valid = static_cast<std::size_t>(std::min(lanes, n - i));
      float* at = rows.row(r) + i;
      store_first(hn::Mul(load_first(d, at, valid), factor), d, at, valid);
    }
  }
}

/// products[r] = row r of a · row r of b.
void multiply_rows(const HeadRows& a, const HeadRows& b, std::int64_t count, std::int64_t n, float* products) {
  const FloatTag d;
  const auto lanes = static_cast<std::int64_t>(hn::Lanes(d));
  for (std::int64_t r = 0; r < count; ++r) {
    FloatVector sum = hn::Zero(d);
    for (std::int64_t i = 0; i < n; i += lanes) {
      const auto valid = static_cast<std::size_t>(std::min(lanes, n - i));
      sum = hn::MulAdd(load_first(d, a.row(r) + i, valid), load_first(d, b.row(r) + i, valid), sum);
    }
    products[r] = hn::GetLane(hn::SumOfLanes(d, sum));
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace linnet::kernels::cpu
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace linnet::kernels::cpu {
namespace {

HWY_EXPORT(softmax_block);
HWY_EXPORT(gradient_block);
HWY_EXPORT(transpose_rows);
HWY_EXPORT(scale_rows);
HWY_EXPORT(multiply_rows);

constexpr std::int64_t query_block = 64, key_block = 64;
constexpr std::int64_t whole_vectors = 16;  // columns of a block of scores come in multiples of it

/// The sizes of a problem, and where its parts lie.
struct Sizes {
  std::int64_t batch, queries, heads, keys, shared, features, value_features;

  explicit Sizes(const Attention& problem)
      : batch(problem.query.shape[0]),
        queries(problem.query.shape[1]),
        heads(problem.query.shape[2]),
        keys(problem.key.shape[1]),
        shared(problem.key.shape[2]),
        features(problem.query.shape[3]),
        value_features(problem.value.shape[3]) {}
  std::int64_t group() const { return heads / shared; }
  /// Multiplications and additions of the two products of the forward pass.
  double operations() const {
    return 2.0 * static_cast<double>(batch * queries * heads) * static_cast<double>(keys) *
           static_cast<double>(features + value_features);
  }
};

HeadRows rows_of(const View& view, std::int64_t b, std::int64_t n) {
  return {const_cast<float*>(view.as<float>()) + b * view.strides[0] + n * view.strides[2], view.strides[1]};
}

bool has_dense_rows(const View& view) {
  return view.dtype == DType::float32 && (view.strides[3] == 1 || view.shape[3] == 1);
}

/// Which keys the queries of one head see.
struct Visibility {
  const bool* mask;  // of query 0 and key 0, or null
  std::int64_t query_stride = 0, key_stride = 0, keys;
  bool causal;

  Visibility(const Attention& problem, std::int64_t b, std::int64_t n)
      : mask(problem.mask.as<bool>()), keys(problem.key.shape[1]), causal(problem.causal) {
    if (mask == nullptr) return;
    const Strides& strides = problem.mask.strides;
    mask += b * strides[0] + n * strides[1];
    query_stride = strides[2];
    key_stride = strides[3];
  }
  bool is_blind(std::int64_t t) const {
    if (mask == nullptr) return false;  // of a causal problem, query t sees key 0 at least
    const std::int64_t end = causal ? std::min(keys, t + 1) : keys;
    for (std::int64_t s = 0; s < end; ++s)
      if (mask[t * query_stride + s * key_stride]) return false;
    return true;
  }
};

/// A block of queries of one head.
class QueryBlock {
 public:
  QueryBlock(const Visibility& visibility, std::int64_t start, std::int64_t queries)
      : first(start),
        count(std::min(query_block, queries - first)),
        width((count + whole_vectors - 1) / whole_vectors * whole_vectors),
        visibility_(visibility) {
    for (std::int64_t i = 0; i < count; ++i) {
      blind_[i] = visibility.is_blind(first + i);
      any_blind_ = any_blind_ || blind_[i];
    }
  }

  /// How many keys it takes to have all that any of the queries sees.
  std::int64_t keys_needed() const {
    return visibility_.causal && !any_blind_ ? std::min(visibility_.keys, first + count) : visibility_.keys;
  }
  /// Writes hidden_score where a key is not seen, and 0 for queries that see none, whose keys then weigh the same.
  void hide(float* scores, std::int64_t first_key, std::int64_t keys) const {
    const bool below_diagonal = !visibility_.causal || first_key + keys - 1 <= first;
    if (visibility_.mask == nullptr && below_diagonal) return;
    for (std::int64_t j = 0; j < keys; ++j) {
      float* row = scores + j * width;
      const std::int64_t key = first_key + j;
      const std::int64_t later = visibility_.causal ? std::clamp<std::int64_t>(key - first, 0, count) : 0;
      for (std::int64_t i = 0; i < later; ++i) row[i] = blind_[i] ? 0 : hidden_score;
      if (visibility_.mask == nullptr) continue;
      const bool* sees = visibility_.mask + key * visibility_.key_stride + first * visibility_.query_stride;
      if (visibility_.query_stride == 0 && *sees) continue;
      for (std::int64_t i = later; i < count; ++i)
        if (!sees[i * visibility_.query_stride]) row[i] = blind_[i] ? 0 : hidden_score;
    }
  }
  HeadRows rows(const HeadRows& all) const { return {all.row(first), all.stride}; }

  const std::int64_t first, count, width;

 private:
  const Visibility& visibility_;
  bool blind_[query_block] = {};
  bool any_blind_ = false;
};

/// Room for parts one after the other, each on its own cache lines.
class Parts {
 public:
  explicit Parts(float* memory) : next_(memory) {}
  float* take(std::int64_t size) {
    float* part = next_;
    next_ += rounded(size);
    return part;
  }
  static std::int64_t rounded(std::int64_t size) { return (size + 15) / 16 * 16; }

 private:
  float* next_;
};

/// Calls body(task) for all tasks, in parallel if they are worth it.
template <class Body>
void for_each_task(std::int64_t tasks, double operations, Body&& body) {
  constexpr double grain = 0.3e6;  // as for products
  if (operations >= 2 * grain && tasks > 1) return parallel_blocks(tasks, body);
  parallel_blocks(1, [&](std::int64_t) {
    for (std::int64_t task = 0; task < tasks; ++task) body(task);
  });
}

void attend(const Attention& problem, const Sizes& sizes, std::int64_t b, std::int64_t n, std::int64_t first,
            const MutableView& dst, const MutableView& log_sum) {
  const HeadRows query = rows_of(problem.query, b, n), key = rows_of(problem.key, b, n / sizes.group()),
                 value = rows_of(problem.value, b, n / sizes.group());
  const Visibility visibility(problem, b, n);
  const QueryBlock block(visibility, first, sizes.queries);
  const std::int64_t width = block.width;
  Parts parts(thread_scratch(Parts::rounded(sizes.features * query_block) + key_block * query_block + 3 * query_block));
  float *queries = parts.take(sizes.features * width), *scores = parts.take(key_block * width),
        *largest = parts.take(width), *sum = parts.take(width), *factor = parts.take(width);
  HWY_DYNAMIC_DISPATCH(transpose_rows)
  (block.rows(query), block.count, sizes.features, static_cast<float>(problem.scale), width, queries);
  std::fill_n(largest, width, hidden_score);
  std::fill_n(sum, width, 0.0f);
  const HeadRows found = block.rows(rows_of(dst, b, n));
  const std::int64_t needed = block.keys_needed();
  for (std::int64_t s = 0; s < needed; s += key_block) {
    const std::int64_t keys = std::min(key_block, needed - s);
    gemm({keys, width, sizes.features, key.row(s), key.stride, 1, queries, width, 1, scores, width});
    block.hide(scores, s, keys);
    HWY_DYNAMIC_DISPATCH(softmax_block)(scores, keys, width, largest, sum, factor);
    if (s > 0) HWY_DYNAMIC_DISPATCH(scale_rows)(found, block.count, sizes.value_features, factor);
    gemm({block.count, sizes.value_features, keys, scores, 1, width, value.row(s), value.stride, 1, found.first,
          found.stride, nullptr, false, s > 0});
  }
  float* log_sums = log_sum.as<float>() + (b * sizes.heads + n) * sizes.queries + first;
  for (std::int64_t i = 0; i < block.count; ++i) {
    log_sums[i] = largest[i] + std::log(sum[i]);
    factor[i] = 1 / sum[i];
  }
  HWY_DYNAMIC_DISPATCH(scale_rows)(found, block.count, sizes.value_features, factor);
}

/// The parts of a gradient that one task writes: those of one head of keys and values, from `first_key` to `last_key`,
/// and what these add to the gradients of the queries that read the head.
struct KeyTask {
  std::int64_t b, shared, first_key, last_key;
  MutableView diff_query;  // added to
};

struct Backward {
  const Attention& problem;
  const View &dst, &log_sum, &diff_dst;
  const MutableView &diff_key, &diff_value;  // zeros, to be added to
  Sizes sizes{problem};

  void add(const KeyTask& task) const {
    for (std::int64_t n = task.shared * sizes.group(); n < (task.shared + 1) * sizes.group(); ++n) {
      const Visibility visibility(problem, task.b, n);
      for (std::int64_t first = 0; first < sizes.queries; first += query_block)
        add(task, n, QueryBlock(visibility, first, sizes.queries));
    }
  }

  void add(const KeyTask& task, std::int64_t n, const QueryBlock& block) const {
    const std::int64_t width = block.width, b = task.b;
    const HeadRows query = block.rows(rows_of(problem.query, b, n)), diff = block.rows(rows_of(diff_dst, b, n)),
                   diff_query = block.rows(rows_of(task.diff_query, b, n));
    const HeadRows key = rows_of(problem.key, b, task.shared), value = rows_of(problem.value, b, task.shared),
                   diff_keys = rows_of(diff_key, b, task.shared), diff_values = rows_of(diff_value, b, task.shared);
    Parts parts(thread_scratch(Parts::rounded(sizes.features * query_block) +
                               Parts::rounded(sizes.value_features * query_block) + 2 * key_block * query_block +
                               2 * query_block));
    float *queries = parts.take(sizes.features * width), *diffs = parts.take(sizes.value_features * width),
          *scores = parts.take(key_block * width), *diff_scores = parts.take(key_block * width),
          *log_sums = parts.take(width), *along_dst = parts.take(width);
    HWY_DYNAMIC_DISPATCH(transpose_rows)
    (query, block.count, sizes.features, static_cast<float>(problem.scale), width, queries);
    HWY_DYNAMIC_DISPATCH(transpose_rows)(diff, block.count, sizes.value_features, 1, width, diffs);
    const float* saved = log_sum.as<float>() + (b * sizes.heads + n) * sizes.queries + block.first;
    for (std::int64_t i = 0; i < width; ++i) log_sums[i] = i < block.count ? saved[i] : -hidden_score;  // weights 0
    std::fill_n(along_dst, width, 0.0f);
    HWY_DYNAMIC_DISPATCH(multiply_rows)
    (diff, block.rows(rows_of(dst, b, n)), block.count, sizes.value_features, along_dst);
    const std::int64_t end = std::min(task.last_key, block.keys_needed());
    for (std::int64_t s = task.first_key; s < end; s += key_block) {
      const std::int64_t keys = std::min(key_block, end - s);
      gemm({keys, width, sizes.features, key.row(s), key.stride, 1, queries, width, 1, scores, width});
      block.hide(scores, s, keys);
      gemm({keys, width, sizes.value_features, value.row(s), value.stride, 1, diffs, width, 1, diff_scores, width});
      HWY_DYNAMIC_DISPATCH(gradient_block)
      (scores, diff_scores, keys, width, log_sums, along_dst, static_cast<float>(problem.scale));
      gemm({keys, sizes.value_features, block.count, scores, width, 1, diff.first, diff.stride, 1, diff_values.row(s),
            diff_values.stride, nullptr, false, true});
      gemm({keys, sizes.features, block.count, diff_scores, width, 1, query.first, query.stride, 1, diff_keys.row(s),
            diff_keys.stride, nullptr, false, true});
      gemm({block.count, sizes.features, keys, diff_scores, 1, width, key.row(s), key.stride, 1, diff_query.first,
            diff_query.stride, nullptr, false, true});
    }
  }
};

}  // namespace

bool attention(const Attention& problem, const MutableView& dst, const MutableView& log_sum) {
  const Sizes sizes(problem);
  if (!has_dense_rows(problem.query) || !has_dense_rows(problem.key) || !has_dense_rows(problem.value) ||
      !has_dense_rows(dst) || sizes.operations() == 0)
    return false;
  const std::int64_t blocks = (sizes.queries + query_block - 1) / query_block;
  for_each_task(sizes.batch * sizes.heads * blocks, sizes.operations(), [&](std::int64_t task) {
    const std::int64_t head = task / blocks;
    attend(problem, sizes, head / sizes.heads, head % sizes.heads, task % blocks * query_block, dst, log_sum);
  });
  return true;
}

/// A task for each head of keys and values. Where there are few, each is cut into chunks of keys, whose contributions
/// to the gradient of the queries are kept apart and then added in their order.
bool attention_backward(const Attention& problem, const View& dst, const View& log_sum, const View& diff_dst,
                        const MutableView& diff_query, const MutableView& diff_key, const MutableView& diff_value) {
  const Sizes sizes(problem);
  for (const View& view :
       {problem.query, problem.key, problem.value, dst, diff_dst, View(diff_query), View(diff_key), View(diff_value)})
    if (!has_dense_rows(view)) return false;
  if (sizes.operations() == 0) return false;
  for (const MutableView& view : {diff_query, diff_key, diff_value}) kernels::fill(0, view);
  const Backward backward{problem, dst, log_sum, diff_dst, diff_key, diff_value};
  const std::int64_t heads = sizes.batch * sizes.shared, key_blocks = (sizes.keys + key_block - 1) / key_block;
  const std::int64_t chunks = heads >= 4 ? 1 : std::min<std::int64_t>(4, key_blocks);
  const std::int64_t chunk = (key_blocks + chunks - 1) / chunks * key_block;
  const std::int64_t size = diff_query.size();
  std::vector<float> others(static_cast<std::size_t>((chunks - 1) * size));  // of all chunks but the first
  const auto diff_query_of = [&](std::int64_t i) {
    if (i == 0) return diff_query;
    return MutableView(others.data() + (i - 1) * size, DType::float32, diff_query.shape,
                       contiguous_strides(diff_query.shape));
  };
  for_each_task(heads * chunks, 2.5 * sizes.operations(), [&](std::int64_t task) {
    const std::int64_t head = task / chunks, i = task % chunks;
    backward.add(
        {head / sizes.shared, head % sizes.shared, i * chunk, std::min(sizes.keys, (i + 1) * chunk), diff_query_of(i)});
  });
  for (std::int64_t i = 1; i < chunks; ++i) kernels::accumulate(1, diff_query_of(i), diff_query);
  return true;
}

}  // namespace linnet::kernels::cpu
#endif
