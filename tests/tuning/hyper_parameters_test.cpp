#include "linnet/tuning/hyper_parameters.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "linnet/tuning/trial.h"

namespace linnet {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::ThrowsMessage;
using Kind = HyperParameterKind;

HyperParameter made(HyperParameter hp) {
  hp.check_and_complete();
  return hp;
}

std::vector<double> numbers(const List& list) {
  std::vector<double> result;
  for (const Value& each : list) result.push_back(each.as_double());
  return result;
}

TEST(HyperParameter, IntHasTheValuesOfKerasTunersExamples) {
  const auto hp = [](int min, int max, Value step, const char* sampling) {
    return made(
        {.kind = Kind::Int, .name = "n", .min_value = min, .max_value = max, .step = step, .sampling = sampling});
  };
  EXPECT_THAT(numbers(hp(6, 12, {}, "linear").all_values()), ElementsAre(6, 7, 8, 9, 10, 11, 12));
  EXPECT_THAT(numbers(hp(6, 13, 3, "linear").all_values()), ElementsAre(6, 9, 12));
  EXPECT_THAT(numbers(hp(2, 32, 2, "log").all_values()), ElementsAre(2, 4, 8, 16, 32));
  EXPECT_THAT(numbers(hp(2, 32, 2, "reverse_log").all_values()), ElementsAre(2, 18, 26, 30, 32));
}

TEST(HyperParameter, FloatHasTheValuesOfKerasTunersExamples) {
  const HyperParameter linear =
      made({.kind = Kind::Float, .name = "x", .min_value = 0, .max_value = 1, .step = 0.2, .sampling = "linear"});
  const std::vector<double> values = numbers(linear.all_values());
  EXPECT_THAT(values, ElementsAre(0, 0.2, 0.4, 0.6, 0.8, 1));  // to the bit: 3 * 0.2 is not 0.6
  const HyperParameter log =
      made({.kind = Kind::Float, .name = "x", .min_value = 0.001, .max_value = 10, .step = 10, .sampling = "log"});
  ASSERT_EQ(log.all_values().size(), 5u);
  EXPECT_NEAR(log.all_values()[4].as_double(), 10, 1e-12);
}

TEST(HyperParameter, ValuesAndProbabilitiesAreInverse) {
  for (const char* sampling : {"linear", "log", "reverse_log"})
    for (const Kind kind : {Kind::Int, Kind::Float})
      for (const bool steps : {false, true}) {
        const HyperParameter hp = made({.kind = kind,
                                        .name = "x",
                                        .min_value = 2,
                                        .max_value = 50,
                                        .step = steps ? Value(sampling == std::string("linear") ? 4 : 2) : Value(),
                                        .sampling = sampling});
        for (int i = 0; i < 200; ++i) {
          const Value value = hp.value_at(i / 200.0);
          EXPECT_TRUE(hp.allows(value)) << sampling << " " << to_string(value);
          const double p = hp.probability_of(value);
          EXPECT_TRUE(p >= 0 && p <= 1) << p;
          EXPECT_NEAR(hp.value_at(p).as_double(), value.as_double(), 1e-6) << sampling << i << steps;
        }
        EXPECT_NEAR(hp.value_at(0).as_double(), sampling == std::string("reverse_log") && steps ? 50 : 2, 1e-9);
      }
}

TEST(HyperParameter, SamplingIsUniformInItsScale) {
  const HyperParameter log =
      made({.kind = Kind::Float, .name = "x", .min_value = 1e-4, .max_value = 1, .sampling = "log"});
  EXPECT_NEAR(log.value_at(0.25).as_double(), 1e-3, 1e-12);
  EXPECT_NEAR(log.value_at(0.75).as_double(), 0.1, 1e-12);
  // each whole number of 0..9 has a tenth, the last one too
  const HyperParameter whole = made({.kind = Kind::Int, .name = "n", .min_value = 0, .max_value = 9});
  std::vector<int> counts(10);
  for (int i = 0; i < 1000; ++i) ++counts[static_cast<std::size_t>(whole.value_at(i / 1000.0).as_int())];
  for (int count : counts) EXPECT_EQ(count, 100);
}

TEST(HyperParameter, RefusesWhatMakesNoSense) {
  HyperParameters hp;
  EXPECT_THAT([&] { hp.Int("n", 5, 4); },
              ThrowsMessage<InvalidArgument>(HasSubstr("[Int \"n\"] min_value 5 is greater than the max_value 4")));
  EXPECT_THAT([&] { hp.Float("x", 0, 1, {.sampling = "log"}); },
              ThrowsMessage<InvalidArgument>(HasSubstr("does not support negative values, found min_value: 0")));
  EXPECT_THAT([&] { hp.Float("x", 1, 2, {.step = 1, .sampling = "log"}); },
              ThrowsMessage<InvalidArgument>(HasSubstr("expected step > 1 with sampling=\"log\"")));
  EXPECT_THAT([&] { hp.Int("n", 1, 4, {.step = 0}); },
              ThrowsMessage<InvalidArgument>(HasSubstr("expected step > 0, received 0")));
  EXPECT_THAT([&] { hp.Float("x", 0, 1, {.sampling = "lin"}); },
              ThrowsMessage<InvalidArgument>(HasSubstr("sampling must be one of")));
  EXPECT_THAT([&] { hp.Float("x", 0, NAN); }, ThrowsMessage<InvalidArgument>(HasSubstr("finite number for max_value")));
  EXPECT_THAT([&] { hp.Int("n", 1, 4, {.default_value = 9}); },
              ThrowsMessage<InvalidArgument>(HasSubstr("expected a default that it can have, received 9")));
  EXPECT_THAT([&] { hp.ChoiceOf("c", {}); }, ThrowsMessage<InvalidArgument>(HasSubstr("`values` must be provided")));
  EXPECT_THAT(
      [&] {
        hp.ChoiceOf("c", {1, "a"});
      },
      ThrowsMessage<InvalidArgument>(HasSubstr("can contain only one type of value, found [1")));
  EXPECT_THAT(
      [&] {
        hp.Choice("c", {"a", "b"}, {.ordered = true});
      },
      ThrowsMessage<InvalidArgument>(HasSubstr("`ordered` must be False for non-numeric types")));
  EXPECT_THAT(
      [&] {
        hp.Choice("c", {"a", "b"}, {.default_value = "d"});
      },
      ThrowsMessage<InvalidArgument>(HasSubstr("the default value should be one of the choices")));
  EXPECT_TRUE(hp.space().empty()) << "a call that failed changed something";
}

TEST(HyperParameters, AreDefinedByRunning) {
  HyperParameters hp;
  EXPECT_EQ(hp.Int("units", 32, 512, {.step = 32}), 32);
  EXPECT_EQ(hp.Choice("activation", {"relu", "tanh"}, {.default_value = "tanh"}), "tanh");
  EXPECT_EQ(hp.Choice("rate", {0.1, 0.01}), 0.1);
  EXPECT_EQ(hp.Choice("batch", {32, 64}), 32);
  EXPECT_FALSE(hp.Boolean("dropout"));
  EXPECT_EQ(hp.Fixed("epochs", 3).as_int(), 3);
  hp.set_value("units", 96);
  EXPECT_EQ(hp.Int("units", 32, 512, {.step = 32}), 96);
  EXPECT_EQ(hp.space().size(), 6u);
  EXPECT_EQ(hp.get("units").as_int(), 96);
  EXPECT_THAT([&] { hp.get("unit"); },
              ThrowsMessage<InvalidArgument>(HasSubstr("unit does not exist; did you mean \"units\"?")));
}

TEST(HyperParameters, ConditionalOnesAreActiveWithTheirParent) {
  HyperParameters hp;
  const auto build = [&] {
    hp.Choice("optimizer", {"adam", "sgd"});
    const auto scope = hp.conditional_scope("optimizer", {"sgd"});
    return hp.Float("momentum", 0.1, 0.9);
  };
  EXPECT_EQ(build(), 0.1);
  EXPECT_FALSE(hp.contains("momentum"));
  EXPECT_THAT([&] { hp.get("momentum"); }, ThrowsMessage<InvalidArgument>(HasSubstr("momentum is currently inactive")));
  EXPECT_EQ(hp.inactive_scopes().size(), 1u);
  hp.set_value("optimizer", "sgd");
  EXPECT_EQ(build(), 0.1);  // active now
  hp.set_value("momentum", 0.5);
  EXPECT_EQ(build(), 0.5);
  hp.set_value("optimizer", "adam");
  hp.ensure_active_values();
  EXPECT_FALSE(hp.contains("momentum"));
  EXPECT_EQ(hp.space().size(), 2u);
  EXPECT_THAT([&] { (void)hp.conditional_scope("optimiser", {"sgd"}); },
              ThrowsMessage<InvalidArgument>(HasSubstr("\"optimiser\" is not defined")));
  hp.Int("warm", 1, 5, {.parent_name = "optimizer", .parent_values = {"adam"}});
  EXPECT_TRUE(hp.contains("warm"));
}

TEST(HyperParameters, NameScopesNest) {
  HyperParameters hp;
  {
    const auto outer = hp.name_scope("encoder");
    const auto inner = hp.name_scope("first");
    hp.Int("units", 1, 3);
    EXPECT_EQ(hp.get("units").as_int(), 1);
  }
  EXPECT_EQ(hp.get("encoder/first/units").as_int(), 1);
}

TEST(HyperParameters, SurviveJson) {
  HyperParameters hp;
  hp.Choice("optimizer", {"sgd", "adam"});
  hp.Float("momentum", 0.1, 0.9, {.step = 0.1, .parent_name = "optimizer", .parent_values = {"sgd"}});
  hp.Int("units", 1, 64, {.sampling = "log"});
  hp.Boolean("norm", true);
  hp.Fixed("name", "x");
  const HyperParameters read = HyperParameters::from_config(hp.config());
  EXPECT_EQ(Value(read.config()), Value(hp.config()));
  EXPECT_TRUE(read.contains("momentum"));
}

TEST(Python, PrintsValuesAsKerasTunerDoes) {
  EXPECT_EQ(python_text(List{nullptr, true, 2, 0.5, "relu"}), "[None, True, 2, 0.5, 'relu']");
  EXPECT_EQ(python_text(Config{{"default", 1e-4}, {"step", nullptr}}), "{'default': 0.0001, 'step': None}");
  EXPECT_EQ(python_text(List{3.0, 1e-5, 1e16, 123456.5, -0.1}), "[3.0, 1e-05, 1e+16, 123456.5, -0.1]");
}

}  // namespace
}  // namespace linnet
