// Files of a run: what they hold, and what cannot get into a page.
#include "linnet/reports/report.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <memory>
#include <set>

#include "linnet/models/model.h"
#include "linnet/ops/reduce.h"
#include "linnet/ops/shape.h"
#include "linnet/reports/curves.h"
#include "linnet/reports/history_files.h"
#include "linnet/reports/message_table.h"
#include "linnet/reports/messages.h"
#include "linnet/reports/pages.h"
#include "linnet/reports/sections.h"
#include "linnet/saving/json.h"
#include "reports/small_trainings.h"

namespace linnet {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

/// What stands in the page's data element.
Config data_of(const std::string& page) {
  const std::string begin = R"(<script type="application/json" id="data">)";
  const std::size_t first = page.find(begin) + begin.size();
  return parse_json(page.substr(first, page.find("</script>", first) - first)).as_config();
}

RunReport report_of(const Trained& run) {
  return {.title = "digits", .history = run.evidence.history, .validation = run.validation, .train = run.train};
}

TEST(RunFiles, HoldEveryMetricOfEachEpochAndTheModel) {
  const TemporaryFolder folder;
  Trained run = train_digits({.samples = 300, .epochs = 2});
  write_run(folder / "runs/first", run.model, report_of(run));
  const Config history = parse_json(read_text(folder / "runs/first/history.json")).as_config();
  for (const char* name : {"loss", "accuracy", "val_loss", "val_accuracy", "seconds", "learning_rate"}) {
    ASSERT_TRUE(history.contains(name)) << name;
    EXPECT_EQ(history.at(name).as_list().size(), 2U) << name;
  }
  EXPECT_EQ(history.at("epoch"), Value(List{1, 2}));
  EXPECT_EQ(history.at("loss").as_list()[1].as_double(), run.evidence.history["loss"][1]);
  EXPECT_GT(history.at("seconds").as_list()[0].as_double(), 0);
  EXPECT_FLOAT_EQ(static_cast<float>(history.at("learning_rate").as_list()[0].as_double()), 0.001F);
  const std::string csv = read_text(folder / "runs/first/history.csv");
  EXPECT_THAT(csv, HasSubstr("epoch,accuracy,learning_rate,loss,seconds,val_accuracy,val_loss\n1,"));
  EXPECT_THAT(csv, HasSubstr(concat(run.evidence.history["val_loss"][1], "\n")));
  const auto loaded = load_model(folder / "runs/first/model.safetensors");
  EXPECT_EQ(loaded->get_weights()[0].to_vector<float>(), run.model.get_weights()[0].to_vector<float>());
}

TEST(RunFiles, EpochsWithoutValidationAreGaps) {
  History history;
  for (int epoch = 0; epoch < 4; ++epoch) history.append(epoch, {});
  history.history = {{"loss", {4, 3, NAN, 1}}, {"val_loss", {5, 6}}};
  EXPECT_EQ(history_csv(history), "epoch,loss,val_loss\n1,4,\n2,3,5\n3,nan,\n4,1,6\n");
  EXPECT_EQ(history_config(history).at("val_loss"), Value(List{Value(), 5.0, Value(), 6.0}));
  EXPECT_TRUE(history_config(history).at("loss").as_list()[2].is_null());
}

TEST(RunFiles, AFolderThatCannotBeMadeIsNamed) {
  const TemporaryFolder folder;
  write_text(folder / "file", "");
  Trained run = train_line(SGD({.learning_rate = 0.02}));
  EXPECT_THAT(message_of<FileError>([&] { write_run(folder / "file/run", run.model, report_of(run)); }),
              HasSubstr("[write_run] cannot make the folder"));
}

TEST(RunFiles, ATrainingThatFailedIsReportedWithoutItsModel) {
  const TemporaryFolder folder;
  Trained run = train_line(SGD({.learning_rate = 1.0}));
  RunReport report = report_of(run);
  report.failure = run.evidence.failure;
  run.model.set_weights({full({3, 1}, NAN), zeros({1})});  // it may have failed before its weights did
  write_run(folder / "run", run.model, report);
  EXPECT_NE(report.failure, "");
  EXPECT_FALSE(std::filesystem::exists(folder / "run/model.safetensors"));
  const Config data = data_of(read_text(folder / "run/report.html"));
  EXPECT_EQ(data.at("findings").as_list()[0].as_config().at("verdict"), Value("diverged"));
  EXPECT_EQ(data.at("failure"), Value(report.failure));
}

TEST(RunFiles, ALanguageThatIsNoneIsRefused) {
  const TemporaryFolder folder;
  Trained run = train_line(SGD({.learning_rate = 0.02}));
  RunReport report = report_of(run);
  report.lang = "fr";
  EXPECT_THAT(message_of<Error>([&] { write_report(folder / "page.html", run.model, report); }),
              HasSubstr("[write_report] expected lang \"en\" or \"zh\", received \"fr\""));
  EXPECT_FALSE(std::filesystem::exists(folder / "page.html"));
}

/// What the page of a classification shows; trained once for all that look at it.
class DigitsPage : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    run_ = std::make_unique<Trained>(train_digits({.epochs = 2}));
    const TemporaryFolder folder;
    write_report(folder / "report.html", run_->model, report_of(*run_));
    page_ = std::make_unique<std::string>(read_text(folder / "report.html"));
  }
  static void TearDownTestSuite() {
    run_.reset();
    page_.reset();
  }

  static Config part(const char* name) { return data_of(*page_).at(name).as_config(); }
  /// How many of the validation data the network answers rightly.
  static std::int64_t right_answers() { return std::lround(500 * run_->evidence.history["val_accuracy"].back()); }

  static std::unique_ptr<Trained> run_;
  static std::unique_ptr<std::string> page_;
};
std::unique_ptr<Trained> DigitsPage::run_;
std::unique_ptr<std::string> DigitsPage::page_;

TEST_F(DigitsPage, IsSmall) {
  EXPECT_LT(page_->size(), 1'000'000U);
  EXPECT_EQ(data_of(*page_).at("source"), Value("mnist (test)"));
  EXPECT_EQ(part("model").at("total"), Value(50890));
}

TEST_F(DigitsPage, CountsWhatIsTakenForWhat) {
  std::int64_t right = 0, all = 0;
  const List rows = part("confusion").at("counts").as_list();
  ASSERT_EQ(rows.size(), 10U);
  std::vector<std::int64_t> samples(10, 0);  // of each class
  for (const std::int64_t label : run_->validation.y[0].to_vector<std::int64_t>()) ++samples[std::size_t(label)];
  for (std::size_t truth = 0; truth < rows.size(); ++truth) {
    std::int64_t row = 0;
    for (const Value& count : rows[truth].as_list()) row += count.as_int();
    EXPECT_EQ(row, samples[truth]) << truth;
    all += row;
    right += rows[truth].as_list()[truth].as_int();
  }
  EXPECT_EQ(all, 500);
  EXPECT_EQ(right, right_answers());
}

TEST_F(DigitsPage, ShowsTheMistakesWhoseTruthWasThoughtLeastLikely) {
  const Config mistakes = part("mistakes");
  EXPECT_EQ(mistakes.at("total").as_int(), 500 - right_answers());
  ASSERT_EQ(mistakes.at("items").as_list().size(), 24U);
  double before = 0;
  for (const Value& each : mistakes.at("items").as_list()) {
    const Config item = each.as_config();
    const std::int64_t index = item.at("index").as_int();
    EXPECT_NE(item.at("truth"), item.at("guess"));
    EXPECT_EQ(item.at("truth").as_int(), run_->validation.y[0].to_vector<int>()[std::size_t(index)]);
    EXPECT_EQ(item.at("pixels"), Value(detail::base64(run_->validation.x[0][index].to_vector<std::uint8_t>())));
    EXPECT_EQ(item.at("probable").as_list()[0].as_list()[0], item.at("guess"));
    double truth = -1;  // the probability of the true class
    for (const Value& pair : item.at("probable").as_list())
      if (pair.as_list()[0] == item.at("truth")) truth = pair.as_list()[1].as_double();
    EXPECT_GE(truth, before);
    before = truth;
  }
}

TEST_F(DigitsPage, ShowsTheWeightsOfEveryUnit) {
  const Config weights = part("weights");
  EXPECT_EQ(weights.at("width"), Value(28));
  ASSERT_EQ(weights.at("items").as_list().size(), 64U);
  const Tensor kernel = run_->model.get_weights()[0], answers = run_->model.get_weights()[2];
  const double scale = weights.at("scale").as_double();
  for (const std::int64_t unit : {0, 63}) {
    const Config item = weights.at("items").as_list()[std::size_t(unit)].as_config();
    EXPECT_EQ(item.at("unit").as_int(), unit);
    EXPECT_EQ(item.at("for").as_int(), argmax(answers[unit]).to_vector<std::int64_t>()[0]);
    EXPECT_EQ(item.at("against").as_int(), argmin(answers[unit]).to_vector<std::int64_t>()[0]);
    std::vector<std::uint8_t> pixels;
    for (float weight : transpose(kernel)[unit].to_vector<float>())
      pixels.push_back(std::uint8_t(128 + std::clamp(std::lround(127 * weight / scale), -127L, 127L)));
    EXPECT_EQ(item.at("pixels"), Value(detail::base64(pixels)));
  }
}

TEST(Page, OfARegressionHasPointsAndBars) {
  const TemporaryFolder folder;
  Trained run = train_line(SGD({.learning_rate = 0.02}));
  RunReport report = report_of(run);
  report.feature_names = {"width", "height", "depth"};
  write_report(folder / "report.html", run.model, report);
  const Config data = data_of(read_text(folder / "report.html"));
  EXPECT_TRUE(data.at("confusion").is_null());
  const Config regression = data.at("regression").as_config();
  EXPECT_EQ(regression.at("points").as_list().size(), 100U);
  EXPECT_NEAR(regression.at("rmse").as_double() * regression.at("rmse").as_double(),
              run.evidence.history["val_loss"].back(), 1e-5);
  EXPECT_GT(regression.at("r2").as_double(), 0.98);
  double largest = 0;  // of the errors
  for (const Value& point : regression.at("points").as_list())
    largest = std::max(largest, std::abs(point.as_list()[1].as_double() - point.as_list()[0].as_double()));
  const List& worst = regression.at("worst").as_list()[0].as_list();
  EXPECT_EQ(std::abs(worst[2].as_double() - worst[1].as_double()), largest);
  const List& bars = data.at("weights").as_config().at("features").as_list();
  ASSERT_EQ(bars.size(), 3U);
  EXPECT_EQ(bars[0].as_list()[0], Value("depth"));
  EXPECT_NEAR(bars[0].as_list()[1].as_double(), 3, 0.1);
  EXPECT_NEAR(bars[1].as_list()[1].as_double(), -2, 0.1);
}

TEST(Page, OfAModelThatWasNeverCompiled) {  // trained by a loop of the user's own
  const TemporaryFolder folder;
  Trained run = train_line(SGD({.learning_rate = 0.02}));
  Sequential uncompiled({InputLayer({.batch_shape = Shape{-1, 3}}), Dense(1)});
  uncompiled.set_weights(run.model.get_weights());
  write_report(folder / "report.html", uncompiled, report_of(run));
  write_report(folder / "compiled.html", run.model, report_of(run));
  const Config data = data_of(read_text(folder / "report.html"));
  EXPECT_EQ(data.at("regression"), data_of(read_text(folder / "compiled.html")).at("regression"));
  EXPECT_FALSE(data.at("model").as_config().contains("optimizer"));
}

TEST(Page, NoNameEndsItsScript) {
  const TemporaryFolder folder;
  Trained run = train_digits({.samples = 300, .epochs = 2});
  const std::string hostile = "</script><script>alert('&')</script><!--\u2028";
  RunReport report = report_of(run);
  report.title = hostile;
  report.command = hostile;
  report.validation.class_names.assign(10, hostile);
  write_report(folder / "report.html", run.model, report);
  const std::string page = read_text(folder / "report.html");
  EXPECT_THAT(page, Not(HasSubstr("alert('&')")));
  EXPECT_THAT(page, Not(HasSubstr("<!--\u2028")));
  EXPECT_THAT(page, HasSubstr("<title>&lt;/script&gt;&lt;script&gt;alert('&amp;')"));
  EXPECT_EQ(data_of(page).at("command"), Value(hostile));  // and arrives as it was
}

TEST(Page, SpeaksOneLanguage) {
  const TemporaryFolder folder;
  Trained run = train_digits({.samples = 300, .epochs = 3});
  RunReport report = report_of(run);
  report.lang = "zh";
  write_report(folder / "report.html", run.model, report);
  const std::string page = read_text(folder / "report.html");
  EXPECT_THAT(page, AllOf(HasSubstr("<html lang=\"zh-CN\">"), HasSubstr("<title>digits – 训练报告</title>")));
  const Config data = data_of(page), finding = data.at("findings").as_list()[0].as_config();
  EXPECT_EQ(data.at("texts").as_config().at("curves"), Value("曲线"));
  EXPECT_EQ(finding.at("title"), Value(detail::message(finding.at("verdict").as_string() + "_title", "zh")));
}

TEST(Messages, HaveBothLanguagesTheSameMarksAndOneKey) {
  const auto marks = [](std::string_view text) {
    std::vector<std::string_view> all;
    for (std::size_t at = text.find('{'); at != std::string_view::npos; at = text.find('{', at + 1))
      all.push_back(text.substr(at, text.find('}', at) - at + 1));
    std::sort(all.begin(), all.end());
    return all;
  };
  std::set<std::string_view> keys;
  for (const auto table : {detail::page_table(), detail::diagnosis_table()})
    for (const detail::Message& each : table) {
      EXPECT_TRUE(keys.insert(each.key).second) << each.key;
      EXPECT_FALSE(each.key.empty() || each.en.empty() || each.zh.empty()) << each.key;
      EXPECT_EQ(marks(each.en), marks(each.zh)) << each.key;
    }
  EXPECT_EQ(detail::message("epoch_n", "zh", {{"n", "3"}}), "第 3 轮");
  EXPECT_THAT(message_of<Error>([] { detail::message("none", "en"); }), HasSubstr("there is no text \"none\""));
}

History falling(int epochs) {
  History history;
  for (int epoch = 0; epoch < epochs; ++epoch) {
    Logs logs;
    logs.set("loss", 1.0 / (epoch + 1));
    history.append(epoch, logs);
  }
  return history;
}

TEST(Curves, OnePageForSeveralTrainings) {
  const TemporaryFolder folder;
  const History plain = falling(3), dropout = falling(2);
  write_curves(folder / "curves.html", {{"plain", plain}, {"dropout", dropout}}, {.title = "500 images"});
  const Config data = data_of(read_text(folder / "curves.html"));
  ASSERT_EQ(data.at("trainings").as_list().size(), 2U);
  EXPECT_EQ(data.at("trainings").as_list()[1].as_config().at("history").as_config().at("epoch"), Value(List{1, 2}));
  EXPECT_EQ(data.at("trainings").as_list()[0].as_config().at("name"), Value("plain"));
}

TEST(Curves, TrainingsThatCannotBeComparedAreRefused) {
  const TemporaryFolder folder;
  const auto refused = [&](const std::vector<NamedHistory>& trainings, const char* lang = "en") {
    return message_of<Error>([&] { write_curves(folder / "none.html", trainings, {.lang = lang}); });
  };
  const History plain = falling(1);
  EXPECT_THAT(refused({{"a", plain}}, "de"), HasSubstr("[write_curves] expected lang \"en\" or \"zh\""));
  EXPECT_THAT(refused({}), HasSubstr("[write_curves] expected at least one training"));
  EXPECT_THAT(refused({{"a", {}}}), HasSubstr("expected a training with epochs, received none in \"a\""));
  EXPECT_THAT(refused({{"a", plain}, {"a", plain}}), HasSubstr("received \"a\" twice"));
  EXPECT_FALSE(std::filesystem::exists(folder / "none.html"));
}

TEST(ShellCommand, QuotesWhatAShellWouldTakeApart) {
  EXPECT_EQ(shell_command({"linnet", "train", "mnist", "--hidden", "64,32"}), "linnet train mnist --hidden 64,32");
  EXPECT_EQ(shell_command({"linnet", "my data.csv", "", "it's", "$HOME", "价格"}),
            "linnet 'my data.csv' '' 'it'\\''s' '$HOME' '价格'");
}

}  // namespace
}  // namespace linnet
