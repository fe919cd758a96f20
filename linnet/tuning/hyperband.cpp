#include <algorithm>
#include <cmath>

#include "linnet/tuning/searches.h"

namespace linnet {

namespace {

// 1e-9: the logarithm of 125 to the base 5 is a little more than 3.
int rounded_up(double x) { return static_cast<int>(std::ceil(x - 1e-9)); }

/// The sizes of brackets and rounds.
struct Schedule {
  HyperbandOptions options;

  int brackets() const {
    int count = 0;
    for (double epochs = options.max_epochs; epochs >= 1; epochs /= options.factor) ++count;
    return count;
  }
  int size(int bracket, int round) const {
    const double last = rounded_up(1 + std::log(options.max_epochs) / std::log(options.factor));
    return rounded_up(last / (bracket + 1) * std::pow(options.factor, bracket - round));
  }
  int epochs(int bracket, int round) const {
    return rounded_up(options.max_epochs / std::pow(options.factor, bracket - round));
  }
};

/// One bracket that was begun, or is next: its trials by round.
struct Bracket {
  int number;
  std::vector<std::vector<const Trial*>> rounds;
};

int whole(const Trial& trial, const char* name) {
  return static_cast<int>(trial.hyperparameters.values().at(name).as_int());
}

const Value* predecessor(const Trial& trial) { return trial.hyperparameters.values().find("tuner/trial_id"); }

/// Brackets follow each other: a first round is filled before the next bracket begins. Later rounds belong to the
/// bracket of the trial that they go on from.
std::vector<Bracket> brackets_of(const std::vector<Trial>& trials, const Schedule& schedule) {
  std::vector<Bracket> brackets;
  for (int iteration = 0; iteration < schedule.options.hyperband_iterations; ++iteration)
    for (int number = schedule.brackets() - 1; number >= 0; --number)
      brackets.push_back({number, std::vector<std::vector<const Trial*>>(static_cast<std::size_t>(number) + 1)});
  std::map<std::string, std::size_t> bracket_of;
  std::size_t filling = 0;
  for (const Trial& trial : trials) {
    const Value* earlier = predecessor(trial);
    if (earlier == nullptr)
      while (filling + 1 < brackets.size() &&
             static_cast<int>(brackets[filling].rounds[0].size()) >= schedule.size(brackets[filling].number, 0))
        ++filling;
    if (earlier != nullptr)
      check(bracket_of.contains(earlier->as_string()), "[Hyperband] trial ", trial.trial_id,
            " goes on from one that is not there, ", *earlier, "; begin anew with overwrite");
    const std::size_t index = earlier == nullptr ? filling : bracket_of.at(earlier->as_string());
    bracket_of[trial.trial_id] = index;
    const auto round = static_cast<std::size_t>(whole(trial, "tuner/round"));
    check(round < brackets[index].rounds.size(), "[Hyperband] trial ", trial.trial_id,
          " has a round that there is not");
    brackets[index].rounds[round].push_back(&trial);
  }
  return brackets;
}

class HyperbandAlgorithm final : public SearchAlgorithm {
 public:
  explicit HyperbandAlgorithm(const HyperbandOptions& options) : schedule_{options} {}

  Proposal propose(const ProposalContext& context) const override {
    for (const Bracket& bracket : brackets_of(context.trials, schedule_)) {
      const bool begins = static_cast<int>(bracket.rounds[0].size()) < schedule_.size(bracket.number, 0);
      if (begins)
        if (std::optional<Config> values = random_values(context))
          return {TrialStatus::RUNNING, first(*values, bracket)};
      if (std::optional<Config> values = promoted(bracket, context)) return {TrialStatus::RUNNING, std::move(*values)};
    }
    return {};
  }
  std::string class_name() const override { return "Hyperband"; }
  Config config() const override {
    const HyperbandOptions& o = schedule_.options;
    return {{"max_epochs", o.max_epochs}, {"factor", o.factor}, {"hyperband_iterations", o.hyperband_iterations}};
  }

 private:
  Config first(Config values, const Bracket& bracket) const {
    values.set("tuner/epochs", schedule_.epochs(bracket.number, 0));
    values.set("tuner/initial_epoch", 0);
    values.set("tuner/bracket", bracket.number);
    values.set("tuner/round", 0);
    return values;
  }

  /// The best trial of a round that is sure to go on: more are ready than will be left behind.
  std::optional<Config> promoted(const Bracket& bracket, const ProposalContext& context) const {
    int reachable = static_cast<int>(bracket.rounds[0].size());  // fewer than planned where the space is exhausted
    for (std::size_t round = 1; round < bracket.rounds.size(); ++round) {
      const auto& before = bracket.rounds[round - 1];
      const auto& now = bracket.rounds[round];
      const auto failed = std::count_if(before.begin(), before.end(),
                                        [](const Trial* trial) { return trial->status == TrialStatus::FAILED; });
      const int left = reachable - static_cast<int>(failed);
      reachable = std::min(left, schedule_.size(bracket.number, static_cast<int>(round)));
      std::vector<const Trial*> ready;
      for (const Trial* trial : before)
        if (trial->status == TrialStatus::COMPLETED && !went_on(*trial, now)) ready.push_back(trial);
      if (static_cast<int>(now.size()) >= reachable || static_cast<int>(ready.size()) <= left - reachable) continue;
      const Trial& best = **std::min_element(ready.begin(), ready.end(), [&](const Trial* a, const Trial* b) {
        return context.objective.better_than(*a->score, *b->score);
      });
      return next(best, bracket.number, static_cast<int>(round));
    }
    return {};
  }

  static bool went_on(const Trial& trial, const std::vector<const Trial*>& round) {
    return std::any_of(round.begin(), round.end(),
                       [&](const Trial* later) { return predecessor(*later)->as_string() == trial.trial_id; });
  }

  Config next(const Trial& trial, int bracket, int round) const {
    Config values = trial.hyperparameters.values();
    values.set("tuner/trial_id", trial.trial_id);
    values.set("tuner/epochs", schedule_.epochs(bracket, round));
    values.set("tuner/initial_epoch", schedule_.epochs(bracket, round - 1));
    values.set("tuner/bracket", bracket);
    values.set("tuner/round", round);
    return values;
  }

  Schedule schedule_;
};

}  // namespace

std::shared_ptr<const SearchAlgorithm> hyperband(const HyperbandOptions& options) {
  check(options.max_epochs >= 1, "[Hyperband] expected max_epochs >= 1, received ", options.max_epochs);
  check(options.factor >= 2, "[Hyperband] factor needs to be an int larger than 1, received ", options.factor);
  check(options.hyperband_iterations >= 1, "[Hyperband] expected hyperband_iterations >= 1, received ",
        options.hyperband_iterations);
  return std::make_shared<HyperbandAlgorithm>(options);
}

}  // namespace linnet
