// Two operands are brought into the order (batch, rows, inner) and (batch, inner, columns) and multiplied as matrices.
#include "linnet/ops/einsum.h"

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "linnet/ops/common.h"
#include "linnet/ops/einsum_equation.h"
#include "linnet/ops/reduce.h"
#include "linnet/ops/shape.h"
#include "linnet/tensor/autograd.h"

namespace linnet {
namespace {

/// A tensor and the names of its axes.
struct Term {
  Tensor tensor;
  std::string labels;

  std::int64_t size(char label) const { return tensor.shape()[static_cast<int>(labels.find(label))]; }
};

bool is_digit(char label) { return label >= '0' && label <= '9'; }
bool has(const std::string& labels, char label) { return labels.find(label) != std::string::npos; }

/// Those of `labels` for which both answers are as wanted, in their order.
std::string chosen(const std::string& labels, const std::string& a, bool in_a, const std::string& b, bool in_b) {
  std::string result;
  for (char label : labels)
    if (has(a, label) == in_a && has(b, label) == in_b) result += label;
  return result;
}

Tensor in_order(const Term& term, const std::string& labels) {
  if (labels == term.labels) return term.tensor;
  std::vector<int> order;
  for (char label : labels) order.push_back(static_cast<int>(term.labels.find(label)));
  return permute(term.tensor, order);
}

/// How the labels of a product of two terms fall apart; all in the order of the result, `inner` in that of b.
struct Roles {
  std::string batch, rows, inner, columns;

  Roles(const std::string& a, const std::string& b, const std::string& result)
      : batch(chosen(result, a, true, b, true)),
        rows(chosen(result, a, true, b, false)),
        inner(chosen(b, a, true, result, false)),
        columns(chosen(result, a, false, b, true)) {}
};

/// The term as a batch of matrices: `batch` axes, then one for `first` and one for `second`.
Tensor as_matrices(const Term& term, const std::string& batch, const std::string& first, const std::string& second) {
  Shape shape;
  for (char label : batch) shape.push_back(term.size(label));
  for (const std::string& group : {first, second}) {
    std::int64_t size = 1;
    for (char label : group) size *= term.size(label);
    shape.push_back(size);
  }
  return reshape(in_order(term, batch + first + second), shape);
}

/// y[result] = sum over the labels that the result lacks of a · b. Every label is in at least two of the three. A view
/// of the products where their order is not that of the result. Runs without recording.
Tensor contract(const Term& a, const Term& b, const std::string& result, DType dtype) {
  const Roles roles(a.labels, b.labels, result);
  const bool b_first =
      !roles.rows.empty() && !roles.columns.empty() && result.find(roles.columns[0]) < result.find(roles.rows[0]);
  if (b_first) return contract(b, a, result, dtype);   // so that the products lie in the order of the result
  if (roles.batch == result && roles.inner.empty()) {  // element by element
    const Tensor left = in_order(a, result), right = in_order(b, result), product(left.shape(), dtype);
    kernels::binary(kernels::BinaryOp::multiply, view(left), view(right), mutable_view(product));
    return product;
  }
  const Tensor left = as_matrices(a, roles.batch, roles.rows, roles.inner),
               right = as_matrices(b, roles.batch, roles.inner, roles.columns);
  Shape matrices = left.shape();
  matrices[-1] = right.shape()[-1];
  const Tensor products(matrices, dtype);
  kernels::matmul(view(left), view(right), {}, kernels::Activation::none, mutable_view(products));
  const std::string labels = roles.batch + roles.rows + roles.columns;
  Shape shape;
  for (char label : labels) shape.push_back(has(a.labels, label) ? a.size(label) : b.size(label));
  return in_order({reshape(products, shape), labels}, result);
}

/// The product of two terms; its gradients are such products too.
Term multiply(const Term& a, const Term& b, const std::string& result) {
  const DType dtype = a.tensor.dtype();
  const auto product = [&] {
    const NoGrad no_grad;
    return contract(a, b, result, dtype);
  };
  return {record("einsum", product(), {a.tensor, b.tensor},
                 [x = save(a.tensor), y = save(b.tensor), a = a.labels, b = b.labels, result, dtype](
                     const Tensor& dy, Needs needs) -> Grads {
                   return {needs[0] ? contract({dy, result}, {*y, b}, a, dtype) : Tensor(),
                           needs[1] ? contract({*x, a}, {dy, result}, b, dtype) : Tensor()};
                 }),
          result};
}

/// The elements where two axes have the same position, as a view; its gradient goes to them alone.
Tensor diagonal(const Tensor& x, int axis, int other) {
  Shape shape = x.shape();
  shape.erase(other);
  const auto on_diagonal = [=](const Tensor& whole) {
    Strides strides = whole.strides();
    strides[axis] += strides[other];
    strides.erase(other);
    return alias(whole, shape, strides);
  };
  return record("einsum", on_diagonal(x), {x}, [on_diagonal, whole = x.shape()](const Tensor& dy) -> Grads {
    const Tensor dx = zeros(whole, dy.dtype());
    kernels::copy(view(dy), mutable_view(on_diagonal(dx)));
    return {dx};
  });
}

void take_diagonals(Term& term) {
  for (std::size_t i = 0; i < term.labels.size(); ++i)
    for (std::size_t j; (j = term.labels.find(term.labels[i], i + 1)) != std::string::npos;) {
      term.tensor = diagonal(term.tensor, static_cast<int>(i), static_cast<int>(j));
      term.labels.erase(j, 1);
    }
}

/// Sums over the axes that nobody needs any more.
void sum_out(Term& term, const std::string& needed) {
  std::vector<int> axes;
  std::string rest;
  for (std::size_t i = 0; i < term.labels.size(); ++i)
    if (has(needed, term.labels[i]))
      rest += term.labels[i];
    else
      axes.push_back(static_cast<int>(i));
  if (axes.empty()) return;
  term.tensor = sum(term.tensor, Axes(axes));
  term.labels = rest;
}

/// The axes of "..." get digits, from the last one on: they are aligned there.
std::string with_digits(const std::string& labels, int count) {
  std::string digits;
  for (int i = count - 1; i >= 0; --i) digits += static_cast<char>('0' + i);
  const std::size_t dots = labels.find('.');
  return dots == std::string::npos ? labels : labels.substr(0, dots) + digits + labels.substr(dots + 1);
}

Term named_axes(std::string_view equation, const std::string& labels, const Tensor& x) {
  const bool open = has(labels, '.');
  const int letters = static_cast<int>(labels.size()) - (open ? 1 : 0);
  check(open ? x.rank() >= letters : x.rank() == letters, "[einsum] expected a tensor with ", open ? "at least " : "",
        letters, " axes for \"",
        open ? labels.substr(0, labels.find('.')) + "..." + labels.substr(labels.find('.') + 1) : labels, "\" of \"",
        equation, "\", received shape ", x.shape());
  return {x, with_digits(labels, x.rank() - letters)};
}

/// Throws unless all axes of one letter have one size. Of an axis of "...", size 1 repeats: it is left out of the
/// operands that have it, if another one has more.
void match_sizes(std::string_view equation, std::vector<Term>& terms) {
  std::map<char, std::int64_t> sizes;
  for (const Term& term : terms)
    for (std::size_t i = 0; i < term.labels.size(); ++i) {
      const char label = term.labels[i];
      const std::int64_t n = term.tensor.shape()[static_cast<int>(i)];
      const std::int64_t known = sizes.try_emplace(label, n).first->second;
      const bool is_open = is_digit(label), repeats = is_open && (n == 1 || known == 1);
      if (repeats && known == 1) sizes[label] = n;
      check(n == known || repeats, "[einsum] expected one size for ", is_open ? "..." : std::string(1, label), " in \"",
            equation, "\", received ", known, " and ", n);
    }
  for (Term& term : terms)
    for (std::size_t i = term.labels.size(); i-- > 0;)
      if (term.tensor.shape()[static_cast<int>(i)] == 1 && sizes[term.labels[i]] != 1) {
        term.tensor = squeeze(term.tensor, static_cast<int>(i));
        term.labels.erase(i, 1);
      }
}

std::vector<Term> read_terms(std::string_view equation, const ops::EinsumEquation& parts, const Tensors& operands) {
  DType dtype = operands[0].dtype();
  for (const Tensor& x : operands) dtype = promote(dtype, x.dtype());
  check(is_floating(dtype), "[einsum] expected floating operands, received dtype ", dtype,
        "; convert with to(float32)");
  std::vector<Term> terms;
  for (std::size_t i = 0; i < operands.size(); ++i) {
    terms.push_back(named_axes(equation, parts.operands[i], operands[i].to(dtype)));
    for (std::size_t j = 0; j < terms[i].labels.size(); ++j) {  // before the diagonals are taken
      const std::size_t again = terms[i].labels.find(terms[i].labels[j], j + 1);
      check(again == std::string::npos ||
                operands[i].shape()[static_cast<int>(j)] == operands[i].shape()[static_cast<int>(again)],
            "[einsum] expected one size for ", std::string(1, terms[i].labels[j]), " in \"", equation,
            "\", received shape ", operands[i].shape());
    }
    take_diagonals(terms[i]);
  }
  match_sizes(equation, terms);
  return terms;
}

}  // namespace

Tensor einsum(std::string_view equation, const Tensors& operands) {
  for (const Tensor& x : operands) check_input("einsum", x);
  const ops::EinsumEquation parts(equation);
  check(parts.operands.size() == operands.size(), "[einsum] expected ", parts.operands.size(), " tensors for \"",
        equation, "\", received ", operands.size());
  std::vector<Term> terms = read_terms(equation, parts, operands);
  int open_axes = 0;
  for (const Term& term : terms)
    for (char label : term.labels)
      if (is_digit(label)) open_axes = std::max(open_axes, label - '0' + 1);
  const std::string result = with_digits(parts.result, open_axes);

  Term product = terms[0];
  for (std::size_t i = 1; i < terms.size(); ++i) {
    Term& next = terms[i];
    std::string later = result;
    for (std::size_t j = i + 1; j < terms.size(); ++j) later += terms[j].labels;
    sum_out(product, next.labels + later);
    sum_out(next, product.labels + later);
    std::string kept = i + 1 == terms.size() ? result : "";
    if (i + 1 < terms.size())
      for (char label : product.labels + next.labels)
        if (has(later, label) && !has(kept, label)) kept += label;
    product = multiply(product, next, kept);
  }
  sum_out(product, result);
  return in_order(product, result);
}

}  // namespace linnet
