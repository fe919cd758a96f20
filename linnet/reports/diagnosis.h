// What the curves of a training say about it, and what to try.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "linnet/models/history.h"

#pragma GCC visibility push(default)
namespace linnet {

enum class Verdict : std::uint8_t {
  diverged,                // the loss is not finite, or larger than before training
  learning_rate_too_high,  // the training loss jumps
  learning_rate_too_low,   // the training loss falls steadily, and hardly
  overfitting,             // the validation loss rises again, or stays far above the training loss
  underfitting,            // both losses have levelled off where a constant answer is not much worse
  unfinished,              // the losses still fall
  validation_better,       // better on validation than on training data: how that can be
  dead_units,              // units behind a ReLU that are 0 for every sample
  too_short,               // fewer than three epochs: no curve yet
  healthy,                 // none of the above
};

/// Units that gave 0 for every sample they were shown.
struct DeadUnits {
  std::string layer;
  std::int64_t dead = 0, units = 0;
};

/// What is known of a training; all but the history may be missing.
struct Evidence {
  History history;                            // "loss", "val_loss", "accuracy", "val_accuracy", "learning_rate"
  std::optional<double> baseline_loss = {};   // of the best constant answer
  std::vector<DeadUnits> dead_units = {};     // layers with ReLU, also those without dead units
  std::optional<double> learning_rate = {};   // where the history has none
  std::optional<double> train_accuracy = {};  // on training data after the training, measured like val_accuracy
  std::string failure = {};                   // the error that ended the training, if one did
};

enum class Severity : std::uint8_t { good, note, problem };

struct Finding {
  Verdict verdict = Verdict::healthy;
  Severity severity = Severity::good;
  std::string title;                  // a sentence
  std::string text;                   // what shows it, with the numbers of this run
  std::vector<std::string> remedies;  // what to try, in the options of the linnet command
};

/// What fits these curves, the gravest first; never empty. Thresholds, on the losses L (training) and V (validation) of
/// n epochs, with B the loss of the best constant answer (the first training loss where that is not known):
///   diverged                L not finite (or fit said so), or L[n-1] > 1.5 B and L[n-1] > L[0]
///   learning_rate_too_high  where L[n-1] > B/50: a third of the steps of L, and at least two, go up by 2 %; or one of
///                           them goes up and V turns twice by 5 %; or L[0] > 1.3 B, L[n-1] > B/2 and L goes up at all
///   learning_rate_too_low   L[n-1] > 0.7 B, and L falls in nearly every epoch, the last fall half of the first or more
///   overfitting             V[n-1] > 1.1 min V while L fell on; or V[n-1] > 1.5 L[n-1] with the accuracies 3 % apart
///   underfitting            L[n-1] > B/2 or a training accuracy below 90 %, and none of the others
///   unfinished              V (L without validation) is at its minimum and falls by 2 % an epoch or more
///   validation_better       V[n-1] < L[n-1], or the accuracies the other way round by more than half a percent
/// The verdicts need three epochs, all but diverged, dead_units and validation_better. Of those from
/// learning_rate_too_high to unfinished at most one is given. Dead units are a problem from a fifth of a layer on.
/// `lang` is "en" or "zh". Throws `[diagnose] …` for a history without epochs (unless `failure` says why) and an
/// unknown language.
///   History history{.epoch = {0, 1, 2}, .history = {{"loss", {0.5, 0.3, NAN}}}};
///   std::vector<Finding> findings = diagnose({.history = history});
///   to_string(findings[0].verdict);  // -> "diverged"
std::vector<Finding> diagnose(const Evidence& evidence, const std::string& lang = "en");

/// "learning_rate_too_high".
std::string to_string(Verdict verdict);

}  // namespace linnet
#pragma GCC visibility pop
