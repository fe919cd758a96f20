// Files of a run: what they hold, and what cannot get into a page.
#include "linnet/reports/report.h"

#include <gmock/gmock.h>

#include <cmath>
#include <filesystem>

#include "linnet/models/model.h"
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

TEST(RunFiles, HistoryHasEveryMetricEachEpoch) {
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
  Trained run = train_line(SGD({.learning_rate = 0.02}));
  RunReport report = report_of(run);
  report.lang = "fr";
  EXPECT_THAT(message_of<Error>([&] { write_report("page.html", run.model, report); }),
              HasSubstr("[write_report] expected lang \"en\" or \"zh\", received \"fr\""));
}

TEST(Page, ShowsWhatTheModelAnswers) {
  const TemporaryFolder folder;
  Trained run = train_digits({.epochs = 2});
  write_report(folder / "report.html", run.model, report_of(run));
  const std::string page = read_text(folder / "report.html");
  EXPECT_LT(page.size(), 1'000'000U);
  const Config data = data_of(page);
  std::int64_t right = 0, all = 0;
  const List& rows = data.at("confusion").as_config().at("counts").as_list();
  for (std::size_t truth = 0; truth < rows.size(); ++truth)
    for (std::size_t guess = 0; guess < rows.size(); ++guess) {
      const std::int64_t count = rows[truth].as_list()[guess].as_int();
      all += count;
      if (truth == guess) right += count;
    }
  EXPECT_EQ(all, 500);
  const double accuracy = run.evidence.history["val_accuracy"].back();
  EXPECT_EQ(static_cast<float>(double(right) / double(all)), static_cast<float>(accuracy));
  const Config mistakes = data.at("mistakes").as_config();
  EXPECT_EQ(mistakes.at("total").as_int(), all - right);
  ASSERT_EQ(mistakes.at("items").as_list().size(), 24U);
  double before = 0;  // the probability of the true class: the least first
  for (const Value& each : mistakes.at("items").as_list()) {
    const Config item = each.as_config();
    EXPECT_NE(item.at("truth"), item.at("guess"));
    EXPECT_EQ(item.at("truth").as_int(), run.validation.y[0].to_vector<int>()[std::size_t(item.at("index").as_int())]);
    EXPECT_EQ(item.at("probable").as_list()[0].as_list()[0], item.at("guess"));
    double truth = 1;
    for (const Value& pair : item.at("probable").as_list())
      if (pair.as_list()[0] == item.at("truth")) truth = pair.as_list()[1].as_double();
    EXPECT_GE(truth, before);
    before = truth;
  }
  const Config weights = data.at("weights").as_config();
  EXPECT_EQ(weights.at("items").as_list().size(), 64U);
  EXPECT_EQ(weights.at("width"), Value(28));
  EXPECT_EQ(data.at("model").as_config().at("total"), Value(50890));
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
  EXPECT_EQ(data_of(page).at("texts").as_config().at("curves"), Value("曲线"));
}

TEST(Messages, HaveBothLanguagesAndTheSameMarks) {
  const auto marks = [](std::string_view text) {
    std::vector<std::string_view> all;
    for (std::size_t at = text.find('{'); at != std::string_view::npos; at = text.find('{', at + 1))
      all.push_back(text.substr(at, text.find('}', at) - at + 1));
    std::sort(all.begin(), all.end());
    return all;
  };
  for (const auto table : {detail::page_table(), detail::diagnosis_table()})
    for (const detail::Message& each : table) {
      EXPECT_FALSE(each.key.empty() || each.en.empty() || each.zh.empty()) << each.key;
      EXPECT_EQ(marks(each.en), marks(each.zh)) << each.key;
    }
  EXPECT_EQ(detail::message("epoch_n", "zh", {{"n", "3"}}), "第 3 轮");
}

TEST(Curves, OnePageForSeveralTrainings) {
  const TemporaryFolder folder;
  History plain, dropout;
  for (int epoch = 0; epoch < 3; ++epoch) {
    Logs logs;
    logs.set("loss", 1.0 / (epoch + 1));
    plain.append(epoch, logs);
    if (epoch < 2) dropout.append(epoch, logs);
  }
  write_curves(folder / "curves.html", {{"plain", plain}, {"dropout", dropout}}, {.title = "500 images"});
  const Config data = data_of(read_text(folder / "curves.html"));
  ASSERT_EQ(data.at("trainings").as_list().size(), 2U);
  EXPECT_EQ(data.at("trainings").as_list()[1].as_config().at("history").as_config().at("epoch"), Value(List{1, 2}));
  const auto refused = [&](const std::vector<NamedHistory>& trainings) {
    return message_of<Error>([&] { write_curves(folder / "none.html", trainings); });
  };
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

TEST(Base64, IsThatOfTheStandard) {
  const auto encoded = [](std::string_view text) { return detail::base64({text.begin(), text.end()}); };
  // the vectors of RFC 4648, section 10
  EXPECT_EQ(encoded(""), "");
  EXPECT_EQ(encoded("f"), "Zg==");
  EXPECT_EQ(encoded("fo"), "Zm8=");
  EXPECT_EQ(encoded("foo"), "Zm9v");
  EXPECT_EQ(encoded("foobar"), "Zm9vYmFy");
}

TEST(RunRecorder, GoesOnFromItsState) {
  RunRecorder interrupted, resumed;
  Logs logs;
  logs.set("loss", 0.5);
  interrupted.on_train_begin();
  interrupted.on_epoch_begin(0);
  interrupted.on_epoch_end(0, logs);
  interrupted.on_epoch_begin(1);
  resumed.on_train_begin();
  resumed.set_state(interrupted.state());
  resumed.on_epoch_begin(1);
  resumed.on_epoch_end(1, logs);
  EXPECT_EQ(resumed.history().epoch, (std::vector<int>{0, 1}));
  EXPECT_EQ(resumed.history()["loss"], (std::vector<double>{0.5, 0.5}));
  EXPECT_EQ(resumed.history()["seconds"].front(), interrupted.history()["seconds"].front());
  EXPECT_EQ(resumed.history()["seconds"].size(), 2u);
  EXPECT_THROW(resumed.set_state(CallbackState({{"class_name", "EarlyStopping"}})), Error);
}

TEST(RunRecorder, KeepsWhatItSawWhenFitThrows) {
  const Trained run = train_line(SGD({.learning_rate = 1.0}));
  EXPECT_NE(run.evidence.failure, "");
  for (const auto& [name, values] : run.evidence.history.history)
    EXPECT_EQ(values.size(), run.evidence.history.epoch.size()) << name;
}

}  // namespace
}  // namespace linnet
