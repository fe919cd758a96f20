// The text of an einsum equation, taken apart. Internal.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace linnet::ops {

/// "ab...,bc->...ac": one text of labels for each operand, and that of the result. A label is a letter; "..." stands as
/// one '.', for all axes without a label of their own.
struct EinsumEquation {
  std::vector<std::string> operands;
  std::string result;

  /// Blanks are ignored. Without "->" the result has "..." and then, in alphabetical order, the letters that occur
  /// once. Throws `[einsum] expected an equation …` for anything else than letters, commas, "..." and "->", and for a
  /// result that repeats a letter or has one that no operand has.
  explicit EinsumEquation(std::string_view text);
};

}  // namespace linnet::ops
