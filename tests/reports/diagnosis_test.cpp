// Each verdict, provoked by curves made up for it and by a real small training.
#include "linnet/reports/diagnosis.h"

#include <gmock/gmock.h>

#include <cmath>
#include <set>

#include "reports/small_trainings.h"

namespace linnet {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::vector<Verdict> verdicts(const Evidence& evidence) {
  std::vector<Verdict> all;
  for (const Finding& finding : diagnose(evidence)) all.push_back(finding.verdict);
  return all;
}

History curves(const std::vector<double>& loss, const std::vector<double>& validation) {
  History history;
  for (std::size_t i = 0; i < loss.size(); ++i) history.append(static_cast<int>(i), {});
  history.history["loss"] = loss;
  if (!validation.empty()) history.history["val_loss"] = validation;
  return history;
}

constexpr double guessing = 2.3026;  // the loss of naming each of ten classes with the same probability

Evidence evidence(const std::vector<double>& loss, const std::vector<double>& validation = {}) {
  return {.history = curves(loss, validation), .baseline_loss = guessing};
}

// ---- curves made up for each verdict

TEST(Diagnosis, LossThatIsNoNumber) {
  EXPECT_THAT(verdicts(evidence({2.0, 9.0, NAN})), ElementsAre(Verdict::diverged));
  EXPECT_THAT(verdicts(evidence({2.0, INFINITY})), ElementsAre(Verdict::diverged));
  EXPECT_THAT(verdicts(evidence({2.4, 30, 700}, {5, 90, 800})), ElementsAre(Verdict::diverged));
  const Finding finding = diagnose(evidence({2.0, 9.0, NAN}))[0];
  EXPECT_THAT(finding.text, HasSubstr("In epoch 3"));
}

TEST(Diagnosis, TrainingThatFailedDiverged) {
  Evidence failed;  // in its first epoch: there is no history
  failed.failure = "[fit] the loss is not finite";
  EXPECT_THAT(verdicts(failed), ElementsAre(Verdict::diverged));
  failed.failure = "[fit] expected something else";
  EXPECT_THAT(verdicts(failed), ElementsAre(Verdict::too_short));
}

TEST(Diagnosis, JumpsAreStepsTooLong) {
  EXPECT_THAT(verdicts(evidence({0.9, 0.5, 0.8, 0.4, 0.7, 0.6})), ElementsAre(Verdict::learning_rate_too_high));
  // once, or where hardly any loss is left, is no reason for alarm
  EXPECT_THAT(verdicts(evidence({0.9, 0.5, 0.52, 0.4, 0.35, 0.34})), ElementsAre(Verdict::unfinished));
  EXPECT_THAT(verdicts(evidence({0.9, 0.02, 0.01, 0.02, 0.01, 0.012})), ElementsAre(Verdict::healthy));
}

TEST(Diagnosis, AJumpCountsWhereValidationShakes) {
  const std::vector<double> loss = {0.9, 0.6, 0.5, 0.52, 0.45, 0.4, 0.38};
  const Finding finding = diagnose(evidence(loss, {0.9, 0.6, 0.8, 0.55, 0.7, 0.5, 0.5}))[0];
  EXPECT_EQ(finding.verdict, Verdict::learning_rate_too_high);
  EXPECT_THAT(finding.text, HasSubstr("The validation loss jumps up and down"));
  EXPECT_THAT(verdicts(evidence(loss, {0.9, 0.7, 0.6, 0.55, 0.5, 0.45, 0.42})), ElementsAre(Verdict::unfinished));
}

TEST(Diagnosis, TargetsThatNeverChangeAreNoMeasure) {
  Evidence constant = evidence({40, 3, 0.4, 0.05, 0.01, 0.002}, {9, 1, 0.1, 0.02, 0.004, 0.001});
  constant.baseline_loss = 0;
  for (const Finding& finding : diagnose(constant)) EXPECT_NE(finding.verdict, Verdict::learning_rate_too_high);
}

TEST(Diagnosis, AFirstEpochWorseThanGuessingIsAStepTooLong) {
  Evidence thrown = evidence({9, 2.4, 2.2, 2.25, 2.1}, {3, 2.4, 2.2, 2.2, 2.1});
  thrown.learning_rate = 0.5;
  const Finding finding = diagnose(thrown)[0];
  EXPECT_EQ(finding.verdict, Verdict::learning_rate_too_high);
  EXPECT_THAT(finding.text, AllOf(HasSubstr("first epoch is 9, where guessing gives 2.3"), HasSubstr("rate of 0.5 ")));
  EXPECT_THAT(finding.remedies, Contains(HasSubstr("--learning-rate 0.05")));
}

TEST(Diagnosis, CreepingIsStepsTooShort) {
  EXPECT_THAT(verdicts(evidence({2.4, 2.38, 2.36, 2.34, 2.32}, {2.39, 2.37, 2.35, 2.33, 2.31})),
              ElementsAre(Verdict::learning_rate_too_low, Verdict::validation_better));
  EXPECT_THAT(verdicts(evidence({2.4, 1.9, 1.2, 0.9, 0.8})), ElementsAre(Verdict::unfinished));
}

TEST(Diagnosis, CreepingOfADeadLayerIsNotTheStepsFault) {
  Evidence creeping = evidence({2.4, 2.38, 2.36, 2.34, 2.32});
  creeping.dead_units = {{"hidden", 51, 64}};  // less than four fifths
  EXPECT_THAT(verdicts(creeping), ElementsAre(Verdict::learning_rate_too_low, Verdict::dead_units));
  creeping.dead_units = {{"hidden", 52, 64}};
  EXPECT_THAT(verdicts(creeping), ElementsAre(Verdict::underfitting, Verdict::dead_units));
}

TEST(Diagnosis, RisingValidationIsOverfitting) {
  const Evidence rising = evidence({0.9, 0.5, 0.3, 0.2, 0.1, 0.05}, {0.9, 0.6, 0.5, 0.52, 0.6, 0.7});
  const Finding finding = diagnose(rising)[0];
  EXPECT_EQ(finding.verdict, Verdict::overfitting);
  EXPECT_THAT(finding.text, HasSubstr("0.5, in epoch 3"));
  EXPECT_THAT(finding.remedies, Contains(HasSubstr("--dropout")));
}

TEST(Diagnosis, AGapIsOverfittingToo) {
  Evidence gap = evidence({0.5, 0.2, 0.05, 0.01}, {0.6, 0.5, 0.49, 0.49});
  gap.history.history["accuracy"] = {0.8, 0.9, 0.99, 1.0};
  gap.history.history["val_accuracy"] = {0.8, 0.84, 0.85, 0.85};
  EXPECT_THAT(verdicts(gap), ElementsAre(Verdict::overfitting));
  gap.history.history["val_accuracy"] = {0.8, 0.9, 0.97, 0.98};
  EXPECT_THAT(verdicts(gap), ElementsAre(Verdict::healthy));
  gap.train_accuracy = 1;
  gap.history.history["accuracy"] = {0.5, 0.6, 0.7, 0.7};  // with dropout; the one measured afterwards counts
  gap.history.history["val_accuracy"] = {0.6, 0.7, 0.8, 0.8};
  EXPECT_THAT(verdicts(gap), Contains(Verdict::overfitting));
}

TEST(Diagnosis, EarlyLevelIsUnderfitting) {
  EXPECT_THAT(verdicts(evidence({1.9, 1.5, 1.41, 1.405, 1.404, 1.403}, {1.9, 1.5, 1.43, 1.42, 1.42, 1.42})),
              ElementsAre(Verdict::underfitting));
  Evidence inaccurate = evidence({0.5, 0.45, 0.44, 0.439, 0.438, 0.437}, {0.5, 0.46, 0.45, 0.449, 0.448, 0.447});
  EXPECT_THAT(verdicts(inaccurate), ElementsAre(Verdict::healthy));
  inaccurate.history.history["accuracy"] = {0.8, 0.82, 0.83, 0.83, 0.83, 0.83};
  EXPECT_THAT(diagnose(inaccurate)[0].text, HasSubstr("only an accuracy of 83.0 %"));
}

TEST(Diagnosis, FallingToTheEndIsUnfinished) {
  const Finding finding = diagnose(evidence({1.5, 1.0, 0.7, 0.5}, {1.6, 1.1, 0.8, 0.6}))[0];
  EXPECT_EQ(finding.verdict, Verdict::unfinished);
  EXPECT_THAT(finding.remedies, Contains(HasSubstr("--epochs 8")));
}

TEST(Diagnosis, DeadUnitsAreCountedByLayer) {
  Evidence dead = evidence({0.5, 0.3, 0.25, 0.249, 0.248}, {0.5, 0.33, 0.27, 0.27, 0.271});
  dead.dead_units = {{"hidden", 0, 64}, {"narrow", 12, 16}};
  const std::vector<Finding> findings = diagnose(dead);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].verdict, Verdict::dead_units);
  EXPECT_THAT(findings[0].title, AllOf(HasSubstr("12 of 16"), HasSubstr("narrow")));
}

TEST(Diagnosis, DeadUnitsAreAProblemFromAFifthOn) {
  Evidence dead = evidence({0.5, 0.3, 0.25, 0.249, 0.248}, {0.5, 0.33, 0.27, 0.27, 0.271});
  dead.dead_units = {{"hidden", 12, 64}, {"narrow", 1, 5}};
  const std::vector<Finding> findings = diagnose(dead);
  ASSERT_EQ(findings.size(), 2U);
  EXPECT_EQ(findings[0].severity, Severity::note);
  EXPECT_THAT(findings[0].remedies, ElementsAre(HasSubstr("So few do no harm")));
  EXPECT_EQ(findings[1].severity, Severity::problem);
  EXPECT_THAT(findings[1].remedies, Contains(HasSubstr("leaky_relu")));
}

TEST(Diagnosis, FewEpochsAreNoCurve) {
  EXPECT_THAT(verdicts(evidence({2.0, 1.0}, {1.9, 1.1})), ElementsAre(Verdict::too_short));
}

TEST(Diagnosis, LevelAndCloseIsHealthy) {
  EXPECT_THAT(verdicts(evidence({0.4, 0.2, 0.12, 0.1, 0.09, 0.088}, {0.3, 0.17, 0.12, 0.11, 0.105, 0.106})),
              ElementsAre(Verdict::healthy));
  const Finding finding = diagnose(evidence({0.4, 0.2, 0.12, 0.1, 0.0995, 0.099}))[0];
  EXPECT_EQ(finding.verdict, Verdict::healthy);
  EXPECT_EQ(finding.severity, Severity::good);
  EXPECT_THAT(finding.remedies, ElementsAre(HasSubstr("--validation-split")));
}

TEST(Diagnosis, ValidationThatIsBetterIsExplained) {
  Evidence better = evidence({0.4, 0.2, 0.12, 0.1, 0.09, 0.088}, {0.2, 0.1, 0.08, 0.07, 0.069, 0.069});
  EXPECT_THAT(verdicts(better), ElementsAre(Verdict::validation_better, Verdict::healthy));
  better.history.history["accuracy"] = {0.8, 0.85, 0.88, 0.9, 0.9, 0.9};
  better.history.history["val_accuracy"] = {0.9, 0.91, 0.92, 0.93, 0.93, 0.931};
  better.train_accuracy = 0.95;
  EXPECT_THAT(diagnose(better)[0].text, HasSubstr("accuracy 95.0 % on training data, 93.1 % on validation data"));
}

TEST(Diagnosis, GapsInValidationAreNoDivergence) {
  EXPECT_THAT(verdicts(evidence({0.4, 0.2, 0.12, 0.1, 0.09, 0.088}, {NAN, 0.3, NAN, 0.12, NAN, 0.121})),
              ElementsAre(Verdict::healthy));
}

TEST(Diagnosis, SaysEveryVerdictInBothLanguages) {
  Evidence with_dead_units = evidence({0.5, 0.3, 0.25, 0.249, 0.248});
  with_dead_units.dead_units = {{"hidden", 12, 16}};
  const std::vector<Evidence> one_of_each = {evidence({2.0, NAN}),
                                             evidence({0.9, 0.5, 0.8, 0.4, 0.7, 0.6}),
                                             evidence({2.4, 2.38, 2.36, 2.34, 2.32}),
                                             evidence({0.9, 0.5, 0.3, 0.2, 0.1, 0.05}, {0.9, 0.6, 0.5, 0.52, 0.6, 0.7}),
                                             evidence({1.9, 1.5, 1.41, 1.405, 1.404, 1.403}),
                                             evidence({1.5, 1.0, 0.7, 0.5}),
                                             evidence({2.0, 1.0}, {1.9, 0.9}),
                                             evidence({0.4, 0.2, 0.12, 0.1, 0.0995, 0.099}),
                                             with_dead_units};
  std::set<std::string> said;
  for (const Evidence& each : one_of_each) {
    const std::vector<Finding> english = diagnose(each), chinese = diagnose(each, "zh");
    ASSERT_EQ(english.size(), chinese.size());
    for (std::size_t i = 0; i < english.size(); ++i) {
      said.insert(to_string(english[i].verdict));
      EXPECT_EQ(english[i].verdict, chinese[i].verdict);
      EXPECT_EQ(english[i].remedies.size(), chinese[i].remedies.size());
      EXPECT_NE(english[i].title, chinese[i].title);
      for (const Finding* finding : {&english[i], &chinese[i]})  // every {mark} has its value
        EXPECT_EQ(concat(finding->title, finding->text).find_first_of("{}"), std::string::npos) << finding->text;
    }
  }
  EXPECT_THAT(said, ElementsAre("dead_units", "diverged", "healthy", "learning_rate_too_high", "learning_rate_too_low",
                                "overfitting", "too_short", "underfitting", "unfinished", "validation_better"));
  EXPECT_EQ(diagnose(one_of_each[0], "zh")[0].title, "训练发散了");
}

TEST(Diagnosis, RefusesWhatItCannotJudge) {
  EXPECT_THAT(message_of<Error>([] { diagnose({}); }), HasSubstr("[diagnose] expected a history with epochs"));
  EXPECT_THAT(message_of<Error>([] { diagnose(evidence({1}), "de"); }), HasSubstr("expected lang \"en\" or \"zh\""));
}

// ---- real trainings

TEST(DiagnosisOfTraining, StepsOfOneDivergeOnALine) {
  const Trained run = train_line(SGD({.learning_rate = 1.0}));
  EXPECT_THAT(verdicts(run.evidence), ElementsAre(Verdict::diverged));
}

TEST(DiagnosisOfTraining, AMillionthIsTooLow) {
  const Trained run = train_digits({.optimizer = Adam({.learning_rate = 1e-6}), .epochs = 5});
  EXPECT_EQ(verdicts(run.evidence)[0], Verdict::learning_rate_too_low);
}

TEST(DiagnosisOfTraining, LongStepsOfAdamJump) {
  const Trained run = train_digits({.optimizer = Adam({.learning_rate = 0.3}), .epochs = 8});
  EXPECT_EQ(verdicts(run.evidence)[0], Verdict::learning_rate_too_high);
}

TEST(DiagnosisOfTraining, FiveHundredImagesAreLearnedByHeart) {
  const Trained run = train_digits({.samples = 500, .epochs = 30});
  EXPECT_THAT(verdicts(run.evidence), Contains(Verdict::overfitting));
}

TEST(DiagnosisOfTraining, OneUnitIsTooFew) {
  const Trained run = train_digits({.optimizer = Adam({.learning_rate = 0.01}), .hidden = 1, .epochs = 12});
  EXPECT_THAT(verdicts(run.evidence), Contains(Verdict::underfitting));
}

TEST(DiagnosisOfTraining, FourEpochsAreTooFew) {
  const Trained run = train_digits({.epochs = 4});
  EXPECT_THAT(verdicts(run.evidence), Contains(Verdict::unfinished));
}

TEST(DiagnosisOfTraining, NegativeBiasKillsEveryUnit) {
  const Trained run = train_digits({.bias = -10, .epochs = 3});
  ASSERT_EQ(run.evidence.dead_units.size(), 1U);
  EXPECT_EQ(run.evidence.dead_units[0].dead, 64);
  EXPECT_THAT(verdicts(run.evidence), Contains(Verdict::dead_units));
}

TEST(DiagnosisOfTraining, DropoutMakesValidationLookBetter) {
  const Trained run = train_digits({.dropout = 0.5, .epochs = 5});
  EXPECT_THAT(verdicts(run.evidence), Contains(Verdict::validation_better));
}

TEST(DiagnosisOfTraining, LineThatIsLearnedIsHealthy) {
  const Trained run = train_line(SGD({.learning_rate = 0.02}));
  EXPECT_THAT(verdicts(run.evidence), Contains(Verdict::healthy));
}

}  // namespace
}  // namespace linnet
