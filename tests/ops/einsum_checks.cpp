#include <map>
#include <string>

#include "linnet/ops/einsum.h"
#include "op_checks.h"

namespace linnet::testing {
namespace {

/// One loop for each letter of an equation "ab,bc->ac": every product is added where it belongs.
Reference sum_of_products(const std::string& equation) {
  std::vector<std::string> parts{""};
  for (char c : equation) {
    if (c == ',' || c == '-')
      parts.emplace_back();
    else if (c != '>')
      parts.back() += c;
  }
  const std::string result = parts.back();
  parts.pop_back();
  return [parts, result](const Arrays& in) {
    std::map<char, std::int64_t> sizes;
    for (std::size_t k = 0; k < parts.size(); ++k)
      for (std::size_t i = 0; i < parts[k].size(); ++i) sizes[parts[k][i]] = in[k].shape[static_cast<int>(i)];
    const auto index = [](const std::string& letters, std::map<char, std::int64_t>& at) {
      Shape position;
      for (char c : letters) position.push_back(at[c]);
      return position;
    };
    Array y = make_array(index(result, sizes), [](const Shape&) { return 0.0; });
    std::int64_t all = 1;
    for (const auto& entry : sizes) all *= entry.second;
    for (std::int64_t step = 0; step < all; ++step) {
      std::map<char, std::int64_t> at;
      std::int64_t rest = step;
      for (const auto& [letter, n] : sizes) {
        at[letter] = rest % n;
        rest /= n;
      }
      double product = 1;
      for (std::size_t k = 0; k < parts.size(); ++k) product *= in[k].at(index(parts[k], at));
      y.at(index(result, at)) += product;
    }
    return y;
  };
}

OpCheck check_of(const std::string& equation, const std::vector<std::vector<Shape>>& cases,
                 const std::string& letters = "") {
  return {.name = "einsum",
          .op = [equation](const Tensors& x) { return einsum(equation, x); },
          .reference = sum_of_products(letters.empty() ? equation : letters),
          .cases = cases,
          .never_broadcasts = "letters name the axes; the cases with \"...\" do",
          .tolerance = 20};
}

}  // namespace

std::vector<OpCheck> einsum_checks() {
  std::vector<OpCheck> checks = {
      check_of("ab,bc->ac", {{{3, 4}, {4, 5}}, {{0, 4}, {4, 5}}, {{3, 0}, {0, 5}}, {{33, 70}, {70, 18}}}),
      check_of("abc,cde->abde", {{{2, 3, 4}, {4, 2, 3}}, {{0, 3, 4}, {4, 2, 3}}}),
      check_of("abcd,cde->abe", {{{2, 3, 2, 4}, {2, 4, 5}}, {{2, 0, 2, 4}, {2, 4, 5}}}),
      check_of("aecd,abcd->acbe", {{{2, 3, 2, 4}, {2, 5, 2, 4}}, {{2, 0, 2, 4}, {2, 5, 2, 4}}}),  // attention's scores
      check_of("acbe,aecd->abcd", {{{2, 3, 5, 4}, {2, 4, 3, 2}}, {{2, 0, 5, 4}, {2, 4, 0, 2}}}),
      check_of("ab,cb->ca", {{{3, 4}, {5, 4}}, {{3, 0}, {5, 0}}}),
      check_of("abc,adb->cda", {{{2, 3, 4}, {2, 5, 3}}, {{0, 3, 4}, {0, 5, 3}}}),
      check_of("a,b->ab", {{{3}, {4}}, {{0}, {4}}}),
      check_of("ab,ab->", {{{3, 4}, {3, 4}}, {{0, 4}, {0, 4}}}),
      check_of("ab,ac->a", {{{3, 4}, {3, 2}}, {{0, 4}, {0, 2}}}),  // letters that one operand alone has
      check_of("ab,bc,cd->ad", {{{3, 4}, {4, 2}, {2, 5}}, {{0, 4}, {4, 2}, {2, 5}}}),
      check_of("ab,abc,a->cb", {{{3, 4}, {3, 4, 2}, {3}}, {{0, 4}, {0, 4, 2}, {0}}}),
      check_of("abc->ca", {{{2, 3, 4}}, {{2, 0, 4}}}),
      check_of("aab->b", {{{3, 3, 2}}, {{0, 0, 2}}}),
      check_of("aba,bc->ac", {{{3, 2, 3}, {2, 4}}, {{3, 0, 3}, {0, 4}}}),
      check_of("ba", {{{2, 3}}, {{0, 3}}}, "ba->ab"),
      check_of("ab,bc", {{{2, 3}, {3, 4}}, {{0, 3}, {3, 4}}}, "ab,bc->ac"),
      check_of("...ab,...bc->...ac", {{{2, 3, 4}, {2, 4, 5}}, {{0, 3, 4}, {0, 4, 5}}}, "xab,xbc->xac"),
      check_of("a b..., bc -> ac...", {{{3, 4, 2}, {4, 5}}, {{0, 4, 2}, {4, 5}}}, "abx,bc->acx"),
      check_of("...a,...a", {{{2, 3, 4}, {2, 3, 4}}, {{2, 0, 4}, {2, 0, 4}}}, "xya,xya->xy"),
      check_of("...a,ab->...b", {{{2, 3, 4}, {4, 5}}, {{2, 0, 4}, {4, 5}}}, "xya,ab->xyb"),
  };
  // Axes of "..." broadcast as in NumPy.
  checks.push_back(
      {.name = "einsum",
       .op = [](const Tensors& x) { return einsum("...a,...a->...", x); },
       .reference =
           [](const Arrays& in) {
             const Shape batch = broadcast_shapes(in[0].shape.slice(0, in[0].shape.rank() - 1),
                                                  in[1].shape.slice(0, in[1].shape.rank() - 1), "test");
             return make_array(batch, [&](const Shape& index) {
               double sum = 0;
               for (std::int64_t a = 0; a < in[0].shape.back(); ++a) {
                 Shape left = index, right = index;
                 left.push_back(a);
                 right.push_back(a);
                 sum += in[0].at(left) * in[1].at(right);
               }
               return sum;
             });
           },
       .cases = {{{2, 1, 4}, {3, 4}}, {{3, 4}, {2, 1, 4}}, {{1, 4}, {1, 4}}, {{0, 4}, {1, 4}}},
       .errors = {{[] {
                     einsum("ab,bc->ac", {ones({2, 3}), ones({4, 5})});
                   },
                   "[einsum] expected one size for b in \"ab,bc->ac\", received 3 and 4"},
                  {[] {
                     einsum("ab,bc->ac", {ones({2, 3})});
                   },
                   "[einsum] expected 2 tensors for \"ab,bc->ac\", received 1"},
                  {[] {
                     einsum("abc,bc->a", {ones({2, 3}), ones({3, 4})});
                   },
                   "[einsum] expected a tensor with 3 axes for \"abc\" of \"abc,bc->a\", received shape (2, 3)"},
                  {[] {
                     einsum("ab->abb", {ones({2, 3})});
                   },
                   "the result repeats a letter"},
                  {[] {
                     einsum("ab->c", {ones({2, 3})});
                   },
                   "no operand has the result's 'c'"},
                  {[] {
                     einsum("a1->a", {ones({2, 3})});
                   },
                   "'1' is no letter"},
                  {[] {
                     einsum("a..b->ab", {ones({2, 3})});
                   },
                   "a dot that is not part of \"...\""},
                  {[] {
                     einsum("aa->a", {ones({2, 3})});
                   },
                   "expected one size for a in \"aa->a\""},
                  {[] {
                     einsum("ab->a", {ones({2, 3}, int32)});
                   },
                   "expected floating operands"}},
       .tolerance = 20});
  return checks;
}

}  // namespace linnet::testing
