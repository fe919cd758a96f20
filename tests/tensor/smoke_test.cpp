#include <gtest/gtest.h>

#include "linnet/tensor/autograd.h"

namespace linnet {
TEST(Tensor, Creation) { EXPECT_EQ(ones({2, 3}).to_vector(), (std::vector<float>(6, 1))); }
}  // namespace linnet
