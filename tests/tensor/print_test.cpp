// The expected texts are what NumPy prints.
#include <gtest/gtest.h>

#include <limits>
#include <sstream>

#include "linnet/tensor/tensor.h"

namespace linnet {
namespace {

constexpr double inf = std::numeric_limits<double>::infinity(), nan = std::numeric_limits<double>::quiet_NaN();

TEST(Print, AlignsNumbersAtThePoint) {
  EXPECT_EQ(to_string(tensor({{1, 2}, {3, 4}})), "[[1. 2.]\n [3. 4.]]");
  EXPECT_EQ(to_string(tensor({1, 2.5})), "[1.  2.5]");
  EXPECT_EQ(to_string(tensor({-1, 10.25, 0})), "[-1.   10.25  0.  ]");
  EXPECT_EQ(to_string(tensor({-0.0, 1})), "[-0.  1.]");
}

TEST(Print, ShowsTheShortestDigitsThatReadBack) {
  EXPECT_EQ(to_string(tensor({0.1, 0.2, 0.3})), "[0.1 0.2 0.3]");
  EXPECT_EQ(to_string(tensor({1.0 / 3, 2.0 / 3})), "[0.33333334 0.6666667 ]");
  EXPECT_EQ(to_string(tensor({1.0 / 3, 2.0 / 3}, float64)), "[0.33333333 0.66666667]");
  EXPECT_EQ(to_string(tensor({1.0 / 3}, bfloat16)), "[0.33398438]");
  EXPECT_EQ(to_string(tensor({123456.789, 1000}, float64)), "[123456.789   1000.   ]");
  EXPECT_EQ(to_string(tensor({0.999999999, 1}, float64)), "[1. 1.]");
  EXPECT_EQ(to_string(tensor({0.0001000000049}, float64)), "[0.0001]");
}

TEST(Print, TurnsScientificWhenSizesDiffer) {
  EXPECT_EQ(to_string(tensor({1e-5, 1})), "[1.e-05 1.e+00]");
  EXPECT_EQ(to_string(tensor({1e8, 1.5e10}, float64)), "[1.0e+08 1.5e+10]");
  EXPECT_EQ(to_string(tensor({1, 1001})), "[1.000e+00 1.001e+03]");
  EXPECT_EQ(to_string(tensor({1, 1000})), "[   1. 1000.]");
  EXPECT_EQ(to_string(tensor({0, 1e-200}, float64)), "[0.e+000 1.e-200]");
  EXPECT_EQ(to_string(tensor({1.23456789012e-7}, float64)), "[1.23456789e-07]");
}

TEST(Print, ShowsWhatIsNotFinite) {
  EXPECT_EQ(to_string(tensor({nan, 1, -inf})), "[ nan   1. -inf]");
  EXPECT_EQ(to_string(tensor({nan, nan})), "[nan nan]");
  EXPECT_EQ(to_string(tensor({inf, 1.25})), "[ inf 1.25]");
}

TEST(Print, ShowsIntegersAndTruth) {
  EXPECT_EQ(to_string(tensor({1, -10, 100}, int32)), "[  1 -10 100]");
  EXPECT_EQ(to_string(tensor({7, 255}, uint8)), "[  7 255]");
  EXPECT_EQ(to_string(tensor({1, 0}, boolean)), "[ True False]");
  EXPECT_EQ(to_string(tensor({1, 1}, boolean)), "[ True  True]");
}

TEST(Print, ShowsScalarsAsPythonDoes) {
  EXPECT_EQ(to_string(scalar(1)), "1.0");
  EXPECT_EQ(to_string(scalar(0.1)), "0.1");
  EXPECT_EQ(to_string(scalar(1e-5)), "1e-05");
  EXPECT_EQ(to_string(scalar(1e16, float64)), "1e+16");
  EXPECT_EQ(to_string(scalar(123456789)), "123456790.0");
  EXPECT_EQ(to_string(scalar(-2.5e-7, float64)), "-2.5e-07");
  EXPECT_EQ(to_string(scalar(3, int64)), "3");
  EXPECT_EQ(to_string(scalar(1, boolean)), "True");
  EXPECT_EQ(to_string(scalar(nan)), "nan");
}

TEST(Print, SummarizesLongTensors) {
  EXPECT_EQ(to_string(arange(0, 2000)), "[0.000e+00 1.000e+00 2.000e+00 ... 1.997e+03 1.998e+03 1.999e+03]");
  EXPECT_EQ(to_string(arange(0, 1001, 1, int32)), "[   0    1    2 ...  998  999 1000]");
  EXPECT_EQ(to_string(zeros({1000, 2}, int64)), "[[0 0]\n [0 0]\n [0 0]\n ...\n [0 0]\n [0 0]\n [0 0]]");
  EXPECT_EQ(to_string(ones({40, 30})),
            "[[1. 1. 1. ... 1. 1. 1.]\n [1. 1. 1. ... 1. 1. 1.]\n [1. 1. 1. ... 1. 1. 1.]\n ...\n"
            " [1. 1. 1. ... 1. 1. 1.]\n [1. 1. 1. ... 1. 1. 1.]\n [1. 1. 1. ... 1. 1. 1.]]");
}

TEST(Print, WrapsLongLines) {
  EXPECT_EQ(to_string(arange(0, 30, 1, int32)),
            "[ 0  1  2  3  4  5  6  7  8  9 10 11 12 13 14 15 16 17 18 19 20 21 22 23\n 24 25 26 27 28 29]");
  EXPECT_EQ(to_string(ones({2, 20})),
            "[[1. 1. 1. 1. 1. 1. 1. 1. 1. 1. 1. 1. 1. 1. 1. 1. 1. 1. 1. 1.]\n"
            " [1. 1. 1. 1. 1. 1. 1. 1. 1. 1. 1. 1. 1. 1. 1. 1. 1. 1. 1. 1.]]");
  EXPECT_EQ(to_string(arange(0, 20, 1, float32)),
            "[ 0.  1.  2.  3.  4.  5.  6.  7.  8.  9. 10. 11. 12. 13. 14. 15. 16. 17.\n 18. 19.]");
}

TEST(Print, SeparatesBlocks) {
  EXPECT_EQ(to_string(zeros({2, 1, 2}, int32)), "[[[0 0]]\n\n [[0 0]]]");
  EXPECT_EQ(to_string(zeros({0, 3})), "[]");
  std::ostringstream out;
  out << tensor({1, 2});
  EXPECT_EQ(out.str(), "[1. 2.]");
  EXPECT_EQ(to_string(Tensor()), "<empty tensor>");
  EXPECT_EQ(to_string(Tensor::symbolic({-1, 3}, float32, nullptr)),
            "<symbolic tensor, shape=(None, 3), dtype=float32>");
}

}  // namespace
}  // namespace linnet
