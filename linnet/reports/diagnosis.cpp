#include "linnet/reports/diagnosis.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <utility>

#include "linnet/reports/messages.h"

namespace linnet {
namespace {

using Series = std::vector<double>;
using detail::message;

/// The values of epochs that have one.
Series known(const History& history, const std::string& name) {
  const auto found = history.history.find(name);
  Series values;
  if (found != history.history.end())
    for (double value : found->second)
      if (!std::isnan(value) || name == "loss") values.push_back(value);
  return values;
}

std::size_t lowest(const Series& values) {
  return static_cast<std::size_t>(std::min_element(values.begin(), values.end()) - values.begin());
}

bool all_finite(const Series& values) {
  return std::all_of(values.begin(), values.end(), [](double value) { return std::isfinite(value); });
}

std::string text_of(double value) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.3g", value);
  return text.data();
}

std::string percent(double part) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.1f %%", 100 * part);
  return text.data();
}

/// By which part of itself a series falls an epoch, at its end (the last third, at least two steps).
double fall_at_end(const Series& values) {
  if (values.size() < 3) return 0;
  const std::size_t steps = std::max<std::size_t>(2, values.size() / 3);
  const double before = values[values.size() - 1 - steps], now = values.back();
  return before > 0 ? (before - now) / before / static_cast<double>(steps) : 0;
}

/// How often a series goes up by more than `part` of itself.
std::size_t rises(const Series& values, double part) {
  std::size_t count = 0;
  for (std::size_t i = 1; i < values.size(); ++i) count += values[i] > (1 + part) * values[i - 1] ? 1 : 0;
  return count;
}

/// How often a series turns, from falling to rising or back, by more than `part` of itself a step.
std::size_t turns(const Series& values, double part) {
  std::size_t count = 0;
  int way = 0;
  for (std::size_t i = 1; i < values.size(); ++i) {
    const int now = values[i] > (1 + part) * values[i - 1] ? 1 : values[i] < (1 - part) * values[i - 1] ? -1 : 0;
    if (now == 0 || now == way) continue;
    if (way != 0) ++count;
    way = now;
  }
  return count;
}

Severity usual_severity(Verdict verdict) {
  switch (verdict) {
    case Verdict::healthy: return Severity::good;
    case Verdict::unfinished:
    case Verdict::validation_better:
    case Verdict::too_short: return Severity::note;
    default: return Severity::problem;
  }
}

class Diagnosis {
 public:
  Diagnosis(const Evidence& evidence, const std::string& lang)
      : evidence_(evidence),
        lang_(lang),
        loss_(known(evidence.history, "loss")),
        validation_(known(evidence.history, "val_loss")),
        accuracy_(known(evidence.history, "accuracy")),
        validation_accuracy_(known(evidence.history, "val_accuracy")) {
    const Series rates = known(evidence.history, "learning_rate");
    rate_ = rates.empty() ? evidence.learning_rate : std::optional(rates.front());
    const double first = loss_.empty() ? 0 : loss_.front();
    baseline_ = evidence.baseline_loss.value_or(first);
    if (baseline_ < 1e-9) baseline_ = first;  // targets that never change: a guess is never wrong, and no measure
  }

  std::vector<Finding> findings() {
    if (diverged()) {
      dead_units();
      return found_;
    }
    if (loss_.size() < 3)
      add(Verdict::too_short, {{"n", std::to_string(loss_.size())}}, {"try_five_epochs"});
    else
      judge_curve();
    dead_units();
    const bool has_problems = !found_.empty();
    validation_better();
    if (!has_problems) healthy();
    return found_;
  }

 private:
  /// At most one of these: the first explains what the others would say.
  void judge_curve() {
    if (rate_too_high() || rate_too_low() || overfitting() || level() || unfinished()) return;
    underfitting();
  }

  /// A finding whose texts are "<verdict>_title" and "<verdict>_text", with what to try.
  void add(Verdict verdict, detail::MessageValues values, const std::vector<std::string>& remedies) {
    values.emplace_back("lower_rate", rate_ ? text_of(*rate_ / 10) : "0.0001");
    values.emplace_back("higher_rate", rate_ ? text_of(*rate_ * 10) : "0.01");
    const std::string key = to_string(verdict);
    Finding finding{verdict,
                    usual_severity(verdict),
                    message(key + "_title", lang_, values),
                    message(key + "_text", lang_, values),
                    {}};
    for (const std::string& remedy : remedies) finding.remedies.push_back(message(remedy, lang_, values));
    found_.push_back(std::move(finding));
  }

  std::string rate_text() const { return rate_ ? text_of(*rate_) : "?"; }

  /// A layer in which hardly a unit is alive explains a loss that does not fall.
  bool mostly_dead() const {
    return std::any_of(evidence_.dead_units.begin(), evidence_.dead_units.end(),
                       [](const DeadUnits& layer) { return 5 * layer.dead >= 4 * layer.units && layer.dead > 0; });
  }

  /// The accuracy on training data, measured after the training where that was done.
  std::optional<double> train_accuracy() const {
    if (evidence_.train_accuracy) return evidence_.train_accuracy;
    return accuracy_.empty() ? std::nullopt : std::optional(accuracy_.back());
  }

  bool diverged() {
    const bool failed = evidence_.failure.find("finite") != std::string::npos;  // fit's words for it
    const bool finite = !failed && all_finite(loss_) && all_finite(validation_);
    const bool worse = !loss_.empty() && loss_.back() > 1.5 * baseline_ && loss_.back() > loss_.front();
    if (finite && !worse) return false;
    std::size_t epoch = 0;  // the first one with a loss that is no number
    while (epoch < loss_.size() && std::isfinite(loss_[epoch])) ++epoch;
    if (finite) epoch = loss_.size() - 1;
    add(Verdict::diverged, {{"n", std::to_string(epoch + 1)}, {"rate", rate_text()}},
        {"try_lower_rate", "try_adam", "try_scaled_inputs"});
    return true;
  }

  bool rate_too_high() {
    const std::size_t jumps = rises(loss_, 0.02);
    const bool bounces = jumps >= 2 && 3 * jumps >= loss_.size() - 1;
    const bool shakes = jumps >= 1 && turns(validation_, 0.05) >= 2;
    const bool thrown = loss_.front() > 1.3 * baseline_ && loss_.back() > baseline_ / 2 && rises(loss_, 0) > 0;
    if (loss_.back() < baseline_ / 50 || !(bounces || shakes || thrown)) return false;
    const std::string key = thrown ? "thrown" : bounces ? "bounces" : "shakes";
    const detail::MessageValues values{{"jumps", std::to_string(jumps)},
                                       {"n", std::to_string(loss_.size())},
                                       {"from", text_of(loss_.front())},
                                       {"baseline", text_of(baseline_)}};
    add(Verdict::learning_rate_too_high, {{"evidence", message("rate_" + key, lang_, values)}, {"rate", rate_text()}},
        {"try_lower_rate", "try_larger_batches"});
    return true;
  }

  bool rate_too_low() {
    if (loss_.back() <= 0.7 * baseline_ || mostly_dead()) return false;
    std::size_t falls = 0;
    for (std::size_t i = 1; i < loss_.size(); ++i) falls += loss_[i] < loss_[i - 1] ? 1 : 0;
    const double first = loss_[0] - loss_[1], last = loss_[loss_.size() - 2] - loss_.back();
    if (falls + 1 < loss_.size() - falls / 5 || last < first / 2) return false;
    add(Verdict::learning_rate_too_low,
        {{"from", text_of(loss_.front())},
         {"to", text_of(loss_.back())},
         {"n", std::to_string(loss_.size())},
         {"rate", rate_text()}},
        {"try_higher_rate", "try_adam"});
    return true;
  }

  void dead_units() {
    for (const DeadUnits& layer : evidence_.dead_units) {
      if (layer.dead == 0) continue;
      std::vector<std::string> remedies{"try_lower_rate", "try_leaky_relu"};
      if (5 * layer.dead < layer.units) remedies = {"try_nothing_for_few_dead"};
      add(Verdict::dead_units,
          {{"dead", std::to_string(layer.dead)}, {"units", std::to_string(layer.units)}, {"layer", layer.layer}},
          remedies);
      if (5 * layer.dead < layer.units) found_.back().severity = Severity::note;
    }
  }

  bool overfitting() {
    if (validation_.size() != loss_.size()) return false;  // not validated in every epoch
    const std::size_t best = lowest(validation_);
    const bool rising = validation_.back() > 1.1 * validation_[best] && loss_.back() < loss_[best];
    const bool apart = validation_.back() > 1.5 * loss_.back() && !validation_accuracy_.empty() &&
                       train_accuracy().value_or(0) - validation_accuracy_.back() > 0.03;
    if (!rising && !apart) return false;
    std::vector<std::string> remedies{"try_dropout", "try_l2", "try_more_data", "try_smaller"};
    if (rising) remedies.insert(remedies.begin(), "try_stopping");
    const detail::MessageValues where{{"best", text_of(validation_[best])}, {"epoch", std::to_string(best + 1)}};
    add(Verdict::overfitting,
        {{"train", text_of(loss_.back())},
         {"validation", text_of(validation_.back())},
         {"where", message(rising ? "overfitting_rising" : "overfitting_apart", lang_, where)},
         {"epoch", std::to_string(best + 1)}},
        remedies);
    return true;
  }

  /// Underfitting that has come to its end.
  bool level() {
    const bool gap = !validation_.empty() && validation_.back() > 1.3 * loss_.back();
    return fall_at_end(loss_) < 0.01 && !gap && underfitting();
  }

  bool underfitting() {
    const std::optional<double> accuracy = train_accuracy();
    if (loss_.back() <= baseline_ / 2 && accuracy.value_or(1) >= 0.9) return false;
    const std::string reached = accuracy ? message("reached_accuracy", lang_, {{"value", percent(*accuracy)}})
                                         : message("reached_loss", lang_, {{"value", text_of(loss_.back())}});
    add(Verdict::underfitting, {{"reached", reached}}, {"try_larger", "try_higher_rate", "try_less_regularization"});
    return true;
  }

  bool unfinished() {
    const Series& watched = validation_.size() >= 3 ? validation_ : loss_;
    const double fall = fall_at_end(watched);
    if (fall < 0.02 || lowest(watched) + 1 != watched.size()) return false;
    add(Verdict::unfinished,
        {{"fall", percent(fall)}, {"n", std::to_string(loss_.size())}, {"more", std::to_string(2 * loss_.size())}},
        {"try_more_epochs"});
    return true;
  }

  void validation_better() {
    if (validation_.empty() || loss_.empty()) return;
    const bool accuracies = !accuracy_.empty() && !validation_accuracy_.empty();
    const bool better = accuracies
                            ? validation_accuracy_.back() > accuracy_.back() + 0.005 ||
                                  (validation_.back() < loss_.back() && validation_accuracy_.back() > accuracy_.back())
                            : validation_.back() < loss_.back();
    if (!better) return;
    add(Verdict::validation_better, {{"train", text_of(loss_.back())}, {"validation", text_of(validation_.back())}},
        {});
    if (evidence_.train_accuracy && !validation_accuracy_.empty())
      found_.back().text += message(
          "measured_alike", lang_,
          {{"train", percent(*evidence_.train_accuracy)}, {"validation", percent(validation_accuracy_.back())}});
  }

  void healthy() {
    const std::string key = validation_.empty() ? "try_validation" : "try_harder";
    add(Verdict::healthy, {{"n", std::to_string(loss_.size())}}, {key});
  }

  const Evidence& evidence_;
  const std::string& lang_;
  Series loss_, validation_, accuracy_, validation_accuracy_;
  std::optional<double> rate_;
  double baseline_ = 0;
  std::vector<Finding> found_;
};

}  // namespace

std::vector<Finding> diagnose(const Evidence& evidence, const std::string& lang) {
  detail::check_language("diagnose", lang);
  check(!evidence.history.epoch.empty() || !evidence.failure.empty(),
        "[diagnose] expected a history with epochs, received an empty one; pass what fit() returned");
  return Diagnosis(evidence, lang).findings();
}

std::string to_string(Verdict verdict) {
  constexpr std::array names{"diverged",
                             "learning_rate_too_high",
                             "learning_rate_too_low",
                             "overfitting",
                             "underfitting",
                             "unfinished",
                             "validation_better",
                             "dead_units",
                             "too_short",
                             "healthy"};
  return names[static_cast<std::size_t>(verdict)];
}

}  // namespace linnet
