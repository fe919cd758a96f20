#include "linnet/tuning/oracle.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cmath>
#include <fstream>
#include <set>

#include "support.h"

namespace linnet {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::run_in_memory;
using testing::run_trials;
using testing::square;
using ::testing::ThrowsMessage;

TunerOptions options_in(const TemporaryFolder& folder, int max_trials = 10) {
  return {.objective = "loss",
          .max_trials = max_trials,
          .seed = 3,
          .hyperparameters = square(),
          .directory = folder.path()};
}

double bowl(HyperParameters& hp) {
  const double x = hp.get("x").as_double(), y = hp.get("y").as_double();
  return (x - 0.3) * (x - 0.3) + (y - 0.7) * (y - 0.7);
}

std::string values_of(Oracle& oracle) {
  std::string text;
  for (const Trial& trial : oracle.trials()) text += to_string(Value(trial.hyperparameters.values()));
  return text;
}

TEST(Objective, InfersTheDirectionAsKerasTunerDoes) {
  for (const char* name : {"val_accuracy", "acc", "val_sparse_categorical_accuracy", "auc", "precision"})
    EXPECT_EQ(Objective(name).direction(), "max") << name;
  for (const char* name : {"val_loss", "loss", "mse", "val_mean_absolute_error", "weighted_mae"})
    EXPECT_EQ(Objective(name).direction(), "min") << name;
  EXPECT_THAT([] { Objective("val_happiness"); },
              ThrowsMessage<InvalidArgument>(HasSubstr("could not infer the direction (\"min\" or \"max\")")));
  EXPECT_THAT([] { Objective("loss", "down"); }, ThrowsMessage<InvalidArgument>(HasSubstr("received \"down\"")));
}

TEST(RandomSearch, IsAFunctionOfSeedAndNumber) {
  const TemporaryFolder one, two, three;
  Oracle a(random_search(), options_in(one)), b(random_search(), options_in(two));
  TunerOptions other = options_in(three);
  other.seed = 4;
  Oracle c(random_search(), other);
  EXPECT_EQ(run_trials(a, bowl), 10);
  run_trials(b, bowl);
  run_trials(c, bowl);
  EXPECT_EQ(values_of(a), values_of(b));
  EXPECT_NE(values_of(a), values_of(c));
}

TEST(RandomSearch, FillsTheSquareEvenly) {
  double x = 0, y = 0, xx = 0, xy = 0;
  for (const Trial& trial : run_in_memory(*random_search(), square(), 400, bowl)) {
    const double a = trial.hyperparameters.get("x").as_double() - 0.5,
                 b = trial.hyperparameters.get("y").as_double() - 0.5;
    x += a / 400, y += b / 400, xx += a * a / 400, xy += a * b / 400;
  }
  // of a uniform number: mean 0, variance 1/12; six standard deviations of 400 of them
  EXPECT_NEAR(x, 0, 0.09);
  EXPECT_NEAR(y, 0, 0.09);
  EXPECT_NEAR(xx, 1.0 / 12, 0.025);
  EXPECT_NEAR(xy, 0, 0.025);
}

TEST(RandomSearch, EndsWhenTheSpaceIsExhausted) {
  const TemporaryFolder folder;
  TunerOptions options = options_in(folder, 100);
  options.hyperparameters = {};
  options.hyperparameters.Choice("c", {"a", "b", "c"});
  Oracle oracle(random_search(), options);
  EXPECT_EQ(run_trials(oracle, [](HyperParameters&) { return 1.0; }), 3);
}

TEST(GridSearch, GoesThroughAllCombinationsDefaultsFirst) {
  const TemporaryFolder folder;
  TunerOptions options = options_in(folder);
  options.max_trials.reset();
  options.hyperparameters = {};
  options.hyperparameters.Choice("optimizer", {"sgd", "adam"});
  options.hyperparameters.Int("n", 1, 3, {.default_value = 2});
  options.hyperparameters.Boolean("nesterov", false, {.parent_name = "optimizer", .parent_values = {"sgd"}});
  Oracle oracle(grid_search(), options);
  std::vector<std::string> order;
  run_trials(oracle, [&](HyperParameters& hp) {
    order.push_back(hp.get("optimizer").as_string() + std::to_string(hp.get("n").as_int()) +
                    (hp.contains("nesterov") && hp.get("nesterov").as_bool() ? "n" : ""));
    return 1.0;
  });
  EXPECT_THAT(order, ElementsAre("sgd2", "sgd2n", "sgd1", "sgd1n", "sgd3", "sgd3n", "adam2", "adam1", "adam3"));
}

TEST(GridSearch, GoesThroughWhatATrialShowsLater) {
  const TemporaryFolder folder;
  TunerOptions options = options_in(folder);
  options.max_trials.reset();
  options.hyperparameters = {};
  options.hyperparameters.Int("layers", 1, 2);
  Oracle oracle(grid_search(), options);
  std::vector<std::string> order;
  run_trials(oracle, [&](HyperParameters& hp) {
    std::string text;
    for (std::int64_t i = 0; i < hp.get("layers").as_int(); ++i)
      text += std::to_string(hp.Choice("units" + std::to_string(i), {8, 16})) + " ";
    order.push_back(text);
    return 1.0;
  });
  const std::set<std::string> all(order.begin(), order.end());
  EXPECT_THAT(all, ElementsAre("16 ", "16 16 ", "16 8 ", "8 ", "8 16 ", "8 8 "));
  EXPECT_EQ(order.size(), 6u) << ::testing::PrintToString(order);
}

TEST(Oracle, GoesOnWhereAnEarlierOneEnded) {
  const TemporaryFolder whole, cut;
  Oracle unbroken(random_search(), options_in(whole));
  run_trials(unbroken, bowl);
  for (int i = 0; i < 5; ++i) {
    Oracle part(random_search(), options_in(cut));
    run_trials(part, bowl, 2);
  }
  Oracle resumed(random_search(), options_in(cut));
  EXPECT_EQ(resumed.create_trial().status, TrialStatus::STOPPED);
  EXPECT_EQ(values_of(unbroken), values_of(resumed));
  EXPECT_EQ(*unbroken.get_best_trials()[0].score, *resumed.get_best_trials()[0].score);
}

TEST(Oracle, HandsATrialOutOnceUntilItsOwnerIsGone) {
  const TemporaryFolder folder;
  auto first = std::make_unique<Oracle>(random_search(), options_in(folder, 2));
  Oracle second(random_search(), options_in(folder, 2));
  const Trial a = first->create_trial(), b = second.create_trial();
  EXPECT_EQ(a.trial_id, "0");
  EXPECT_EQ(b.trial_id, "1");
  EXPECT_EQ(second.create_trial().status, TrialStatus::IDLE);
  first.reset();  // what happens to its locks when its process is killed
  const Trial again = second.create_trial();
  EXPECT_EQ(again.trial_id, "0");
  EXPECT_EQ(Value(again.hyperparameters.values()), Value(a.hyperparameters.values()));
}

TEST(Oracle, SeveralProcessesShareTrialsWithoutDoingOneTwice) {
  const TemporaryFolder folder, alone;
  std::vector<pid_t> children;
  for (int i = 0; i < 3; ++i) {
    const pid_t child = fork();
    if (child == 0) {
      Oracle oracle(random_search(), options_in(folder, 30));
      for (;;) {
        Trial trial = oracle.create_trial();
        if (trial.status == TrialStatus::STOPPED) break;
        if (trial.status == TrialStatus::IDLE) continue;
        std::ofstream(folder.path() + "/ran", std::ios::app) << trial.trial_id << std::endl;
        trial.metrics["loss"] = bowl(trial.hyperparameters);
        trial.status = TrialStatus::COMPLETED;
        oracle.end_trial(std::move(trial));
      }
      _exit(0);
    }
    children.push_back(child);
  }
  for (pid_t child : children) {
    int status = 0;
    waitpid(child, &status, 0);
    EXPECT_EQ(status, 0);
  }
  std::ifstream file(folder.path() + "/ran");
  std::multiset<std::string> ran;
  for (std::string line; std::getline(file, line);) ran.insert(line);
  EXPECT_EQ(ran.size(), 30u);
  EXPECT_EQ(std::set<std::string>(ran.begin(), ran.end()).size(), 30u);
  Oracle together(random_search(), options_in(folder, 30)), single(random_search(), options_in(alone, 30));
  run_trials(single, bowl);
  EXPECT_EQ(values_of(together), values_of(single));
}

TEST(Oracle, TriesAgainAndThenGivesUp) {
  const TemporaryFolder folder;
  TunerOptions options = options_in(folder);
  options.max_retries_per_trial = 1;
  options.max_consecutive_failed_trials = 2;
  Oracle oracle(random_search(), options);
  const auto fail_one = [&] {
    Trial trial = oracle.create_trial();
    trial.status = TrialStatus::INVALID;
    trial.message = "it broke";
    return oracle.end_trial(std::move(trial));
  };
  EXPECT_EQ(fail_one().status, TrialStatus::INVALID);
  const Trial second = fail_one();
  EXPECT_EQ(second.status, TrialStatus::FAILED);
  EXPECT_EQ(second.number, 0);
  fail_one();
  fail_one();
  EXPECT_THAT([&] { oracle.create_trial(); },
              ThrowsMessage<InvalidArgument>(HasSubstr("consecutive failures exceeded the limit of 2.\nit broke")));
}

TEST(Oracle, TakesNaNForAFailure) {
  const TemporaryFolder folder;
  Oracle oracle(random_search(), options_in(folder));
  Trial trial = oracle.create_trial();
  trial.metrics["loss"] = NAN;
  trial.status = TrialStatus::COMPLETED;
  EXPECT_EQ(oracle.end_trial(std::move(trial)).status, TrialStatus::FAILED);
  trial = oracle.create_trial();
  trial.metrics["loss"] = INFINITY;
  trial.status = TrialStatus::COMPLETED;
  EXPECT_EQ(oracle.end_trial(std::move(trial)).message, "loss is inf");
  EXPECT_TRUE(oracle.get_best_trials().empty());
}

TEST(Oracle, NeedsTheObjective) {
  const TemporaryFolder folder;
  Oracle oracle(random_search(), options_in(folder));
  Trial trial = oracle.create_trial();
  trial.metrics["accuracy"] = 1;
  trial.status = TrialStatus::COMPLETED;
  EXPECT_THAT([&] { oracle.end_trial(trial); },
              ThrowsMessage<InvalidArgument>(HasSubstr("the objective \"loss\" is missing in the metrics")));
}

TEST(Oracle, KeepsSearchesApart) {
  const TemporaryFolder folder;
  Oracle first(random_search(), options_in(folder));
  run_trials(first, bowl, 1);
  EXPECT_THAT([&] { Oracle(grid_search(), options_in(folder)); },
              ThrowsMessage<InvalidArgument>(HasSubstr("was begun with class_name \"RandomSearch\"")));
  TunerOptions other = options_in(folder);
  other.objective = "accuracy";
  EXPECT_THAT([&] { Oracle(random_search(), other); }, ThrowsMessage<InvalidArgument>(HasSubstr("objective")));
  other = options_in(folder);
  other.seed = 99;
  EXPECT_THAT([&] { Oracle(random_search(), other); }, ThrowsMessage<InvalidArgument>(HasSubstr("with seed 3")));
  other.overwrite = true;
  Oracle anew(random_search(), other);
  EXPECT_TRUE(anew.trials().empty());
}

TEST(Oracle, SaysWhichFileIsDamaged) {
  const TemporaryFolder folder;
  Oracle oracle(random_search(), options_in(folder));
  run_trials(oracle, bowl, 1);
  std::ofstream(folder.path() + "/untitled_project/trial_00/trial.json") << "{";
  Oracle again(random_search(), options_in(folder));
  EXPECT_THAT([&] { again.trials(); }, ThrowsMessage<FileError>(HasSubstr("trial_00/trial.json\" is damaged")));
}

TEST(Oracle, NewEntriesCanBeRefusedOrLeftAlone) {
  const TemporaryFolder folder;
  TunerOptions options = options_in(folder);
  options.allow_new_entries = false;
  Oracle strict(random_search(), options);
  HyperParameters more = square();
  more.Int("z", 1, 2);
  EXPECT_THAT([&] { strict.update_space(more); },
              ThrowsMessage<InvalidArgument>(HasSubstr("`allow_new_entries` is False, but the model asked for \"z\"")));
  const TemporaryFolder other;
  options = options_in(other);
  options.tune_new_entries = false;
  Oracle calm(random_search(), options);
  calm.update_space(more);
  EXPECT_EQ(calm.get_space().space().size(), 2u);
}

TEST(Oracle, ChecksItsOptions) {
  const TemporaryFolder folder;
  EXPECT_THAT([&] { Oracle(random_search(), {.objective = "loss", .max_trials = 0, .directory = folder.path()}); },
              ThrowsMessage<InvalidArgument>(HasSubstr("expected max_trials > 0, received 0")));
  EXPECT_THAT([&] { Oracle(random_search(), {.tune_new_entries = false, .directory = folder.path()}); },
              ThrowsMessage<InvalidArgument>(HasSubstr("you must specify the search space")));
  EXPECT_THAT([&] { Oracle(random_search(), {.directory = "/proc/none"}); },
              ThrowsMessage<FileError>(HasSubstr("cannot make the folder")));
}

}  // namespace
}  // namespace linnet
