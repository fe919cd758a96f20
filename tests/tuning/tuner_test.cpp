#include "linnet/tuning/tuner.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>

#include "linnet/layers/dense.h"
#include "linnet/losses/crossentropy.h"
#include "linnet/models/callbacks.h"
#include "linnet/models/progress_bar.h"
#include "linnet/models/sequential.h"
#include "linnet/ops/reduce.h"
#include "linnet/optimizers/optimizers.h"
#include "support.h"

namespace linnet {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;
using ::testing::ThrowsMessage;

/// Three classes, told apart by which of three inputs is largest.
Dataset class_data(std::int64_t samples) {
  SeedGenerator generator(7);
  const Tensor x = random_normal({samples, 3}, 0, 1, float32, &generator);
  return {x, argmax(x, -1).to(int32)};
}

Sequential build(HyperParameters& hp) {
  const std::int64_t units = hp.Int("units", 2, 16);
  const std::string activation = hp.Choice("activation", {"relu", "tanh"}),
                    optimizer = hp.Choice("optimizer", {"adam", "sgd"});
  Sequential model({Dense(units, {.activation = activation}), Dense(3)});
  AnyOptimizer chosen(optimizer);
  chosen->set_learning_rate(hp.Float("learning_rate", 1e-3, 0.1, {.sampling = "log"}));
  model.compile(
      {.optimizer = chosen, .loss = SparseCategoricalCrossentropy({.from_logits = true}), .metrics = {"accuracy"}});
  return model;
}

TunerOptions options_in(const TemporaryFolder& folder) {
  return {
      .objective = "val_accuracy", .max_trials = 4, .seed = 1, .directory = folder.path(), .project_name = "classes"};
}

FitOptions fit_options() { return {.epochs = 3, .validation_data = class_data(60), .verbose = 0}; }

TEST(Tuner, FindsTrainsAndKeepsTheBest) {
  const TemporaryFolder folder;
  RandomSearch tuner(HyperModel(build), options_in(folder));
  tuner.search(class_data(200), fit_options());
  const std::vector<Trial> best = tuner.oracle().get_best_trials(10);
  ASSERT_EQ(best.size(), 4u);
  for (std::size_t i = 1; i < best.size(); ++i) EXPECT_GE(*best[i - 1].score, *best[i].score);
  EXPECT_EQ(tuner.get_best_hyperparameters(2).size(), 2u);
  // the weights are those of the best epoch: the model gives the score
  const std::shared_ptr<Model> model = tuner.get_best_models()[0];
  EXPECT_NEAR(model->evaluate(class_data(60), {.verbose = 0})["accuracy"], *best[0].score, 1e-6);
  EXPECT_NEAR(best[0].metrics.at("val_accuracy"), *best[0].score, 0);
}

TEST(Tuner, GivesTheSameResultsWhenItIsCutShort) {
  const TemporaryFolder whole, cut;
  RandomSearch unbroken(HyperModel(build), options_in(whole));
  unbroken.search(class_data(200), fit_options());
  for (int i = 0; i < 4; ++i) {
    RandomSearch part(HyperModel(build), options_in(cut));
    struct Cut {};
    // as if it were killed in the middle of each second trial
    const auto stop = [count = 0](const Trial&) mutable {
      if (++count == 2) throw Cut();
    };
    try {
      part.search(class_data(200), fit_options(), {.trial_begin = stop});
    } catch (const Cut&) {
    }
  }
  RandomSearch resumed(HyperModel(build), options_in(cut));
  resumed.search(class_data(200), fit_options());
  const auto text = [](Tuner& tuner) {
    std::string all;
    for (const Trial& trial : tuner.oracle().trials())
      all += concat(to_string(Value(trial.hyperparameters.values())), " ", *trial.score, "\n");
    return all;
  };
  EXPECT_EQ(text(unbroken), text(resumed));
}

TEST(Tuner, CtrlCEndsTheSearchAndCompletesNoTrial) {
  const TemporaryFolder whole, cut;
  RandomSearch unbroken(HyperModel(build), options_in(whole));
  unbroken.search(class_data(200), fit_options());
  std::string printed;
  set_console({[&](const std::string& text) { printed += text; }, {}});
  for (const int epoch : {0, 1, 2}) {
    RandomSearch part(HyperModel(build), options_in(cut));
    const std::size_t before = part.oracle().get_best_trials(10).size();
    FitOptions options = fit_options();
    LambdaCallback interrupt;
    interrupt.epoch_begin = [&](int now) {
      if (now == epoch) std::raise(SIGINT);
    };
    options.callbacks = {interrupt};
    options.verbose = 1;
    part.search(class_data(200), options);
    EXPECT_TRUE(part.interrupted());
    EXPECT_EQ(part.oracle().get_best_trials(10).size(), before) << epoch;
  }
  set_console({});
  EXPECT_THAT(printed, HasSubstr("Search stopped by Ctrl-C. Its trials are kept in " + cut.path()));
  RandomSearch resumed(HyperModel(build), options_in(cut));
  resumed.search(class_data(200), fit_options());
  EXPECT_FALSE(resumed.interrupted());
  for (std::size_t i = 0; i < 4; ++i)
    EXPECT_EQ(unbroken.oracle().trials()[i].score, resumed.oracle().trials()[i].score) << i;
}

TEST(Tuner, SeesConditionalPartsOfTheSpaceBeforeItSearches) {
  const TemporaryFolder folder;
  const auto branches = [](HyperParameters& hp) {
    Sequential model = build(hp);
    const auto scope = hp.conditional_scope("optimizer", {"sgd"});
    if (hp.Choice("optimizer", {"adam", "sgd"}) == "sgd") hp.Float("momentum", 0, 0.9);
    return model;
  };
  RandomSearch tuner(HyperModel(branches), options_in(folder));
  EXPECT_THAT(tuner.search_space_summary_text(),
              HasSubstr("momentum (Float)\n{'default': 0.0, 'conditions': [{'class_name': 'Parent'"));
}

TEST(Tuner, PrintsKerasTunersSummaries) {
  const TemporaryFolder folder;
  RandomSearch tuner(HyperModel(build), options_in(folder));
  EXPECT_EQ(
      tuner.search_space_summary_text(),
      "Search space summary\nDefault search space size: 4\nunits (Int)\n{'default': None, 'conditions': [], "
      "'min_value': 2, 'max_value': 16, 'step': 1, 'sampling': 'linear'}\nactivation (Choice)\n{'default': "
      "'relu', 'conditions': [], 'values': ['relu', 'tanh'], 'ordered': False}\noptimizer (Choice)\n{'default': "
      "'adam', 'conditions': [], 'values': ['adam', 'sgd'], 'ordered': False}\nlearning_rate (Float)\n{'default': "
      "0.001, 'conditions': [], 'min_value': 0.001, 'max_value': 0.1, 'step': None, 'sampling': 'log'}\n");
  tuner.search(class_data(60), fit_options());
  const std::string text = tuner.results_summary_text(2);
  EXPECT_THAT(
      text,
      StartsWith("Results summary\nResults in " + folder.path() +
                 "/classes\nShowing 2 best trials\nObjective(name=\"val_accuracy\", direction=\"max\")\n\nTrial "));
  EXPECT_THAT(text, HasSubstr(" summary\nHyperparameters:\nunits: "));
  EXPECT_THAT(text, HasSubstr("\nScore: "));
}

TEST(Tuner, AveragesExecutions) {
  const TemporaryFolder folder;
  TunerOptions options = options_in(folder);
  options.executions_per_trial = 2;
  options.max_trials = 1;
  int built = 0;
  const auto counted = [&](HyperParameters& hp) {
    ++built;
    return build(hp);
  };
  RandomSearch tuner(HyperModel(counted), options);
  tuner.search(class_data(60), fit_options());
  EXPECT_EQ(built, 3);  // one to see the space
  EXPECT_TRUE(tuner.oracle().trials()[0].score.has_value());
}

TEST(Tuner, TunesFitAsWell) {
  const TemporaryFolder folder;
  std::set<std::int64_t> sizes;
  HyperModel model(build, [&](HyperParameters& hp, FitOptions& fit) {
    fit.batch_size = hp.Choice("batch_size", {16, 32, 64});
    sizes.insert(fit.batch_size);
  });
  RandomSearch tuner(model, options_in(folder));
  tuner.search(class_data(60), fit_options());
  EXPECT_GT(sizes.size(), 1u);
}

TEST(Tuner, StopsAtOnceForAnObjectiveThatIsNotMeasured) {
  const TemporaryFolder folder;
  RandomSearch tuner(HyperModel(build), options_in(folder));
  EXPECT_THAT(
      [&] { tuner.search(class_data(60), {.verbose = 0}); },
      ThrowsMessage<InvalidArgument>(HasSubstr("the objective \"val_accuracy\" is missing in the logs, which have: ")));
  EXPECT_FALSE(tuner.oracle().trials()[0].finished());
}

TEST(Tuner, CountsModelsThatCannotBeTrainedAsFailures) {
  const TemporaryFolder folder;
  const auto broken = [first = true](HyperParameters& hp) mutable {
    Sequential model = build(hp);
    if (!std::exchange(first, false)) fail("[test] no such model");
    return model;
  };
  RandomSearch tuner(HyperModel(broken), options_in(folder));
  EXPECT_THAT([&] { tuner.search(class_data(60), fit_options()); },
              ThrowsMessage<InvalidArgument>(HasSubstr("limit of 3.\n[test] no such model")));
  EXPECT_EQ(tuner.oracle().trials().size(), 3u);
}

TEST(Tuner, WantsCompiledModels) {
  const TemporaryFolder folder;
  const auto raw = [](HyperParameters&) { return Sequential({Dense(3)}); };
  EXPECT_THAT([&] { RandomSearch(HyperModel(raw), options_in(folder)); },
              ThrowsMessage<InvalidArgument>(HasSubstr("expected a compiled model")));
}

}  // namespace
}  // namespace linnet
