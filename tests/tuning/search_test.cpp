// Hyperband and Bayesian optimization against what their papers promise.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <map>

#include "linnet/tuning/gaussian_process.h"
#include "support.h"

namespace linnet {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;
using testing::run_in_memory;
using testing::run_trials;
using testing::square;
using ::testing::ThrowsMessage;

TunerOptions options_in(const TemporaryFolder& folder, std::uint64_t seed = 3) {
  return {.objective = "loss", .seed = seed, .hyperparameters = square(), .directory = folder.path()};
}

int whole(const HyperParameters& hp, const char* name) { return static_cast<int>(hp.values().at(name).as_int()); }

/// bracket, round → how many trials of how many epochs.
using Rounds = std::map<std::pair<int, int>, std::pair<int, int>>;

Rounds rounds_of(const HyperbandOptions& options) {
  Rounds rounds;
  run_in_memory(*hyperband(options), square(), 1000, [&](HyperParameters& hp) {
    auto& [trials, epochs] = rounds[{whole(hp, "tuner/bracket"), whole(hp, "tuner/round")}];
    ++trials;
    epochs = whole(hp, "tuner/epochs");
    return hp.get("x").as_double();
  });
  return rounds;
}

TEST(Hyperband, HasTheBracketsOfKerasTuner) {
  // ceil(1 + log3(9)) = 3 trials end bracket 0; bracket s begins with ceil(3 / (s + 1) 3^s)
  EXPECT_THAT(rounds_of({.max_epochs = 9}),
              ElementsAre(Pair(Pair(0, 0), Pair(3, 9)), Pair(Pair(1, 0), Pair(5, 3)), Pair(Pair(1, 1), Pair(2, 9)),
                          Pair(Pair(2, 0), Pair(9, 1)), Pair(Pair(2, 1), Pair(3, 3)), Pair(Pair(2, 2), Pair(1, 9))));
}

TEST(Hyperband, HasTheBracketsOfThePaper) {
  // Li et al., table 1: R = 81, η = 3 (last bracket 5 x 81; KerasTuner rounds 5 / (s + 1) 3^s up)
  const Rounds rounds = rounds_of({.max_epochs = 81});
  EXPECT_THAT(rounds.at({4, 0}), Pair(81, 1));
  EXPECT_THAT(rounds.at({4, 1}), Pair(27, 3));
  EXPECT_THAT(rounds.at({4, 2}), Pair(9, 9));
  EXPECT_THAT(rounds.at({4, 3}), Pair(3, 27));
  EXPECT_THAT(rounds.at({4, 4}), Pair(1, 81));
  EXPECT_THAT(rounds.at({3, 0}), Pair(34, 3));
  EXPECT_THAT(rounds.at({2, 0}), Pair(15, 9));
  EXPECT_THAT(rounds.at({1, 0}), Pair(8, 27));
  EXPECT_THAT(rounds.at({0, 0}), Pair(5, 81));
}

TEST(Hyperband, IteratesAsOftenAsAsked) {
  const Rounds once = rounds_of({.max_epochs = 4, .factor = 2}),
               thrice = rounds_of({.max_epochs = 4, .factor = 2, .hyperband_iterations = 3});
  ASSERT_EQ(once.size(), thrice.size());
  for (const auto& [round, count] : once) EXPECT_EQ(thrice.at(round).first, 3 * count.first);
}

TEST(Hyperband, TheBestGoOnFromWhereTheyWere) {
  const TemporaryFolder folder;
  Oracle oracle(hyperband({.max_epochs = 9}), options_in(folder));
  run_trials(
      oracle, [](HyperParameters& hp) { return hp.get("x").as_double() / whole(hp, "tuner/epochs"); }, 13);
  const std::vector<Trial> trials = oracle.trials();
  std::vector<double> first;
  for (int i = 0; i < 9; ++i) first.push_back(trials[static_cast<std::size_t>(i)].hyperparameters.get("x").as_double());
  std::sort(first.begin(), first.end());
  for (std::size_t i = 9; i < 12; ++i) {
    const HyperParameters& hp = trials[i].hyperparameters;
    EXPECT_EQ(hp.get("x").as_double(), first[i - 9]);
    EXPECT_EQ(whole(hp, "tuner/initial_epoch"), 1);
    EXPECT_EQ(whole(hp, "tuner/epochs"), 3);
    EXPECT_EQ(oracle.get_trial(hp.get("tuner/trial_id").as_string()).hyperparameters.get("x").as_double(),
              first[i - 9]);
  }
  EXPECT_EQ(trials[12].hyperparameters.get("x").as_double(), first[0]);
}

TEST(Hyperband, GoesOnWithoutTrialsThatFailed) {
  const auto f = [n = 0](HyperParameters& hp) mutable { return n++ < 8 ? NAN : hp.get("x").as_double(); };
  const std::vector<Trial> trials = run_in_memory(*hyperband({.max_epochs = 9}), square(), 100, f);
  // bracket 2 has one trial left, which goes on to the end: 9 + 1 + 1; then 5 + 2 and 3
  EXPECT_EQ(trials.size(), 21u);
}

TEST(Hyperband, RefusesWhatMakesNoSense) {
  EXPECT_THAT([] { hyperband({.factor = 1}); },
              ThrowsMessage<InvalidArgument>(HasSubstr("factor needs to be an int larger than 1, received 1")));
  EXPECT_THAT([] { hyperband({.max_epochs = 0}); }, ThrowsMessage<InvalidArgument>(HasSubstr("max_epochs >= 1")));
  EXPECT_THAT([] { hyperband({.hyperband_iterations = 0}); },
              ThrowsMessage<InvalidArgument>(HasSubstr("hyperband_iterations >= 1")));
}

TEST(GaussianProcess, GoesThroughItsPointsAndIsUnsureElsewhere) {
  const std::vector<detail::GaussianProcess::Point> points = {{0.0}, {0.4}, {1.0}};
  const detail::GaussianProcess process(points, {1, -2, 3}, 1e-8);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_NEAR(process.at(points[i]).mean, std::vector<double>({1, -2, 3})[i], 1e-5);
    EXPECT_LT(process.at(points[i]).deviation, 1e-3);
  }
  EXPECT_GT(process.at({0.7}).deviation, 0.05);
  EXPECT_GT(process.at({5.0}).deviation, process.at({0.7}).deviation);
}

TEST(GaussianProcess, IsTheClosedFormForOnePoint) {
  // two points, standardized to -1 and 1: mean = k' K^-1 y with K = [[1 + a, k], [k, 1 + a]]
  const double a = 0.1, r = std::sqrt(5.0) * 0.5, k = (1 + r + r * r / 3) * std::exp(-r);
  const detail::GaussianProcess process({{0.0}, {0.5}}, {2, 6}, a);
  const double mean = (-1 + k) / (1 + a - k);  // at the first point: k' = (1, k), y = (-1, 1)
  EXPECT_NEAR(process.at({0.0}).mean, 4 + 2 * mean, 1e-12);
  const double determinant = (1 + a) * (1 + a) - k * k;
  const double variance = 1 - ((1 + a) * (1 + k * k) - 2 * k * k) / determinant;
  EXPECT_NEAR(process.at({0.0}).deviation, 2 * std::sqrt(variance), 1e-12);
}

double best_after(const std::shared_ptr<const SearchAlgorithm>& algorithm, std::uint64_t seed) {
  double best = 1e9;
  run_in_memory(
      *algorithm, square(), 25,
      [&](HyperParameters& hp) {
        const double x = hp.get("x").as_double() - 0.3, y = hp.get("y").as_double() - 0.8;
        const double value = x * x + 2 * y * y + 0.5 * x * y;
        best = std::min(best, value);
        return value;
      },
      seed);
  return best;
}

TEST(BayesianOptimization, FindsTheBottomOfABowlMuchNearerThanChance) {
  double random = 0, bayesian = 0;
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    random += best_after(random_search(), seed) / 5;
    bayesian += best_after(bayesian_optimization(), seed) / 5;
  }
  EXPECT_LT(bayesian, random / 5) << random;
}

TEST(BayesianOptimization, MakesTheObjectiveLargeWhereThatIsBetter) {
  const TemporaryFolder folder;
  TunerOptions options = options_in(folder);
  options.objective = "accuracy";
  options.max_trials = 20;
  Oracle oracle(bayesian_optimization({.num_initial_points = 5}), options);
  run_trials(oracle, [](HyperParameters& hp) { return 1 - std::pow(hp.get("x").as_double() - 0.6, 2); });
  EXPECT_NEAR(oracle.get_best_trials()[0].hyperparameters.get("x").as_double(), 0.6, 0.05);
}

TEST(BayesianOptimization, TriesNothingTwice) {
  const TemporaryFolder folder;
  TunerOptions options = options_in(folder);
  options.hyperparameters = {};
  options.hyperparameters.Choice("optimizer", {"adam", "sgd"});
  options.hyperparameters.Int("n", 1, 4);
  options.hyperparameters.Fixed("kept", 1);
  options.max_trials = 50;
  Oracle oracle(bayesian_optimization({.num_initial_points = 2}), options);
  EXPECT_EQ(run_trials(oracle, [](HyperParameters& hp) { return hp.get("n").as_double(); }), 8);
}

TEST(BayesianOptimization, ProposesOtherPointsToThoseWhoWorkTogether) {
  const TemporaryFolder folder;
  TunerOptions options = options_in(folder);
  options.max_trials = 20;
  Oracle oracle(bayesian_optimization({.num_initial_points = 4}), options);
  run_trials(
      oracle, [](HyperParameters& hp) { return hp.get("x").as_double(); }, 6);
  const Trial a = oracle.create_trial(), b = oracle.create_trial();
  const double dx = a.hyperparameters.get("x").as_double() - b.hyperparameters.get("x").as_double();
  const double dy = a.hyperparameters.get("y").as_double() - b.hyperparameters.get("y").as_double();
  EXPECT_GT(std::hypot(dx, dy), 0.02);
}

TEST(BayesianOptimization, RefusesWhatMakesNoSense) {
  EXPECT_THAT([] { bayesian_optimization({.alpha = 0}); }, ThrowsMessage<InvalidArgument>(HasSubstr("alpha > 0")));
  EXPECT_THAT([] { bayesian_optimization({.beta = -1}); }, ThrowsMessage<InvalidArgument>(HasSubstr("beta >= 0")));
  EXPECT_THAT([] { bayesian_optimization({.num_initial_points = 0}); },
              ThrowsMessage<InvalidArgument>(HasSubstr("num_initial_points >= 1")));
}

}  // namespace
}  // namespace linnet
