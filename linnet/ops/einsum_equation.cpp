#include "linnet/ops/einsum_equation.h"

#include <algorithm>
#include <cctype>

#include "linnet/base/check.h"

namespace linnet::ops {
namespace {

bool is_letter(char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0; }

[[noreturn]] void refuse(std::string_view equation, std::string_view why) {
  fail("[einsum] expected an equation such as \"ij,jk->ik\" or \"...i,i\", received \"", equation, "\": ", why);
}

/// Without blanks, with "." for each "...".
std::string compact(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == ' ') continue;
    if (text[i] == '.') {
      if (text.substr(i, 3) != "...") refuse(text, "a dot that is not part of \"...\"");
      i += 2;
    }
    plain += text[i];
  }
  return plain;
}

void check_labels(std::string_view equation, const std::string& labels) {
  for (char c : labels)
    if (c != '.' && !is_letter(c)) refuse(equation, std::string("'") + c + "' is no letter");
  if (std::count(labels.begin(), labels.end(), '.') > 1) refuse(equation, "\"...\" twice for one tensor");
}

std::string implicit_result(const std::vector<std::string>& operands) {
  std::string all, result;
  for (const std::string& labels : operands) all += labels;
  std::sort(all.begin(), all.end());  // '.' comes before the letters
  if (all.starts_with('.')) result = ".";
  for (char c : all)
    if (is_letter(c) && std::count(all.begin(), all.end(), c) == 1) result += c;
  return result;
}

}  // namespace

EinsumEquation::EinsumEquation(std::string_view text) {
  const std::string plain = compact(text);
  const std::size_t arrow = plain.find("->");
  const std::string left = plain.substr(0, arrow);
  std::size_t first = 0;
  while (first <= left.size()) {
    const std::size_t end = std::min(left.find(',', first), left.size());
    operands.push_back(left.substr(first, end - first));
    check_labels(text, operands.back());
    first = end + 1;
  }
  result = arrow == std::string::npos ? implicit_result(operands) : plain.substr(arrow + 2);
  check_labels(text, result);
  for (char c : result) {
    if (std::count(result.begin(), result.end(), c) > 1) refuse(text, "the result repeats a letter");
    if (std::none_of(operands.begin(), operands.end(),
                     [c](const std::string& labels) { return labels.find(c) != labels.npos; }))
      refuse(text, std::string("no operand has the result's '") + c + "'");
  }
}

}  // namespace linnet::ops
