#include "linnet/tensor/foreign.h"

#include <gtest/gtest.h>

#include "linnet/tensor/memory.h"

namespace linnet {
namespace {

void count(void* owner) noexcept { ++*static_cast<int*>(owner); }

TEST(ForeignTensor, SharesMemoryAndLetsGoOnce) {
  float numbers[6] = {0, 1, 2, 3, 4, 5};
  int let_go = 0;
  {
    Tensor x = foreign_tensor({numbers, &let_go, count}, {2, 3}, {3, 1}, float32);
    EXPECT_EQ(x.data<float>().data(), numbers);
    const Tensor row = x[1];
    x = Tensor();
    EXPECT_EQ(let_go, 0);  // the view still uses it
    EXPECT_EQ(row.to_vector(), (std::vector<float>{3, 4, 5}));
    numbers[4] = 9;
    EXPECT_EQ(row.to_vector(), (std::vector<float>{3, 9, 5}));
  }
  EXPECT_EQ(let_go, 1);
}

TEST(ForeignTensor, StridesAndWriting) {
  double numbers[6] = {0, 1, 2, 3, 4, 5};
  int let_go = 0;
  Tensor columns = foreign_tensor({numbers, &let_go, count}, {3, 2}, {1, 3}, float64);
  EXPECT_EQ(columns.to_vector<double>(), (std::vector<double>{0, 3, 1, 4, 2, 5}));
  columns.fill_(7);
  EXPECT_EQ(numbers[5], 7);
}

TEST(ForeignTensor, LeavesNothingBehind) {
  float number = 1;
  int let_go = 0;
  const std::size_t before = memory_statistics().live_bytes;
  for (int i = 0; i < 10; ++i) foreign_tensor({&number, &let_go, count}, {1}, {1}, float32);
  EXPECT_EQ(memory_statistics().live_bytes, before);
  EXPECT_EQ(let_go, 10);
}

TEST(ForeignTensor, RefusesWhatKernelsCannotRead) {
  float number = 1;
  int let_go = 0;
  EXPECT_THROW(foreign_tensor({&number, &let_go, count}, {1}, {-1}, float32), InvalidArgument);
  EXPECT_THROW(foreign_tensor({&number, &let_go, count}, {-1}, {1}, float32), InvalidArgument);
  EXPECT_THROW(foreign_tensor({&number, &let_go, count}, {1}, {1, 1}, float32), InvalidArgument);
  EXPECT_EQ(let_go, 0);
}

}  // namespace
}  // namespace linnet
