#include "linnet/reports/tuning_page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "linnet/base/check.h"
#include "linnet/reports/report.h"
#include "tests/support/temporary_folder.h"

namespace linnet {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::ThrowsMessage;

TuningPage small_page() {
  return {.title = "digits",
          .objective = "val_accuracy",
          .larger_is_better = true,
          .trials = {{.name = "0", .score = 0.97, .epoch = 3, .seconds = 1.5, .values = {{"units", 64}}},
                     {.name = "1", .values = {{"units", 32}}, .message = "</script> it broke"}},
          .logarithmic = {"units"},
          .command = "linnet train mnist --hidden 64"};
}

std::string written(const TuningPage& page) {
  const TemporaryFolder folder;
  write_tuning_page(folder / "page.html", page);
  return read_text(folder / "page.html");
}

TEST(TuningPage, HoldsTheTrialsAndNothingThatCouldEndItsScript) {
  if (!can_write_pages()) GTEST_SKIP() << "this build has no pages";
  const std::string text = written(small_page());
  EXPECT_THAT(text, HasSubstr("<title>digits – search</title>"));
  EXPECT_THAT(text, HasSubstr("\"values\":{\"units\":64}"));
  EXPECT_THAT(text, HasSubstr("function tuningPage()"));
  EXPECT_THAT(text, HasSubstr("linnet train mnist --hidden 64"));
  EXPECT_THAT(text, Not(HasSubstr("</script> it broke")));
  EXPECT_LT(text.size(), 1000000u);
}

TEST(TuningPage, SpeaksChinese) {
  if (!can_write_pages()) GTEST_SKIP() << "this build has no pages";
  TuningPage page = small_page();
  page.lang = "zh";
  EXPECT_THAT(written(page), HasSubstr("超参数搜索"));
  page.lang = "fr";
  EXPECT_THAT([&] { written(page); }, ThrowsMessage<InvalidArgument>(HasSubstr("[write_tuning_page] expected lang")));
}

}  // namespace
}  // namespace linnet
