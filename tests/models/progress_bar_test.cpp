#include "linnet/models/progress_bar.h"

#include <gtest/gtest.h>

namespace linnet {
namespace {

struct Screen {
  std::string text;
  double time = 0;
  Console console() {
    return {[this](const std::string& part) { text += part; }, [this] { return time; }};
  }
};

TEST(ProgressBar, FirstStepAndLastStep) {
  Screen screen;
  ProgressBar bar({.target = 4, .average_values = false, .console = screen.console()});
  screen.time = 0.5;
  bar.update(1, {{"loss", 2.5}});
  EXPECT_EQ(
      screen.text,
      "\r\x1b[1m1/4\x1b[0m \x1b[32m━━━━━\x1b[0m\x1b[37m━━━━━━━━━━━━━━━\x1b[0m \x1b[1m1s\x1b[0m 500ms/step - loss: "
      "2.5000");
  screen.text.clear();
  screen.time = 2.0;
  bar.update(4, {{"loss", 0.0005}});
  // 53 characters were visible; the first step does not count in the time of a step
  EXPECT_EQ(screen.text, std::string(53, '\b') +
                             "\r\x1b[1m4/4\x1b[0m \x1b[32m━━━━━━━━━━━━━━━━━━━━\x1b[0m\x1b[37m\x1b[0m \x1b[1m2s\x1b[0m "
                             "500ms/step - loss: 5.0000e-04\n");
}

TEST(ProgressBar, RefreshesAtMostEvery50Milliseconds) {
  Screen screen;
  ProgressBar bar({.target = 100, .console = screen.console()});
  screen.time = 1;
  bar.update(1);
  const std::size_t length = screen.text.size();
  EXPECT_FALSE(bar.due());
  screen.time = 1.04;
  bar.update(2);
  EXPECT_EQ(screen.text.size(), length);
  screen.time = 1.06;
  EXPECT_TRUE(bar.due());
  bar.update(3);
  EXPECT_GT(screen.text.size(), length);
}

TEST(ProgressBar, AveragesValuesThatAreNotStateful) {
  Screen screen;
  ProgressBar bar({.target = 9, .verbose = 2, .stateful_metrics = {"acc"}, .console = screen.console()});
  screen.time = 1;
  bar.update(1, {{"loss", 4}, {"acc", 0.5}});
  bar.update(3, {{"loss", 1}, {"acc", 0.75}});
  EXPECT_EQ(screen.text, "");
  bar.update(9, {}, true);
  EXPECT_EQ(screen.text, "9/9 - 1s - 0s/step - loss: 2.0000 - acc: 0.7500\n");
}

TEST(ProgressBar, UnknownTarget) {
  Screen screen;
  ProgressBar bar({.console = screen.console()});
  screen.time = 75;
  bar.update(12);
  EXPECT_EQ(screen.text, "\r     12/Unknown \x1b[1m75s\x1b[0m 6s/step");
}

TEST(ProgressBar, RemainingTimeInMinutesAndHours) {
  for (const auto& [seconds, expected] : {std::pair{9.0, "27s"}, {25.0, "1:15"}, {1241.0, "1:02:03"}}) {
    Screen screen;
    ProgressBar bar({.target = 4, .console = screen.console()});
    screen.time = seconds;
    bar.update(1);
    EXPECT_NE(screen.text.find(std::string("\x1b[1m") + expected + "\x1b[0m"), std::string::npos) << screen.text;
  }
}

}  // namespace
}  // namespace linnet
