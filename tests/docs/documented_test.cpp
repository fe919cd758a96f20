// That an example whose comment is wrong fails.
#include <gtest/gtest-spi.h>

#include "linnet/tensor/tensor.h"
#include "tests/docs/documented.h"

namespace documented {
namespace {

const Place here{"here.h", 1};
const linnet::Tensor matrix = linnet::tensor({{1, 2}, {3, 4}});

TEST(Documented, RightCommentsPass) {
  expect(here, matrix, Numbers{{2, 2}, {1, 2, 3, 4.001}});
  expect(here, matrix, linnet::Shape{2, 2});
  expect(here, std::vector<int>{1, 2}, Numbers{{2}, {1, 2}});
  expect(here, NAN, Numbers{{}, {NAN}});
  expect(here, 1e-7, Numbers{{}, {0}});
}

TEST(Documented, WrongCommentsFail) {
  EXPECT_NONFATAL_FAILURE(expect(here, matrix, Numbers{{2, 2}, {1, 2, 3, 4.01}}), "1 2 3 4.01 of shape (2, 2)");
  EXPECT_NONFATAL_FAILURE(expect(here, matrix, Numbers{{4}, {1, 2, 3, 4}}), "of shape (4,)");
  EXPECT_NONFATAL_FAILURE(expect(here, matrix, linnet::Shape{2, 3}), "says shape (2, 3), but it is (2, 2)");
  EXPECT_NONFATAL_FAILURE(expect(here, std::vector<int>{1, 2}, Numbers{{2}, {1, 3}}), "but it is 1 2");
  EXPECT_NONFATAL_FAILURE(expect(here, 0.1, Numbers{{}, {0}}), "but it is 0.1");
  EXPECT_NONFATAL_FAILURE(expect(here, NAN, Numbers{{}, {0}}), "but it is nan");
  EXPECT_NONFATAL_FAILURE(expect(here, std::string("dense"), std::string("dense_1")), "says \"dense_1\"");
  EXPECT_NONFATAL_FAILURE(expect(here, std::vector<std::string>{"a"}, std::vector<std::string>{"b"}), "here.h:1");
  EXPECT_NONFATAL_FAILURE(complain(here, "no example"), "no example");
}

}  // namespace
}  // namespace documented
