#include "linnet/tuning/oracle.h"

#include <algorithm>
#include <cmath>
#include <random>

#include "linnet/base/random.h"
#include "linnet/tuning/project.h"

namespace linnet {

namespace {

constexpr int attempts = 20;                           // to find values that were not had, as in KerasTuner
constexpr std::uint64_t training_stream = 0x7e57ab1e;  // apart from the streams of proposals, which are small

std::uint64_t drawn_seed() { return std::random_device()() % 10000 + 1; }

std::string padded(int number, const std::optional<int>& max_trials) {
  const std::string digits = std::to_string(number);
  const std::size_t width = max_trials ? std::to_string(*max_trials).size() : 4;
  return digits.size() < width ? std::string(width - digits.size(), '0') + digits : digits;
}

/// The first that is not there: one whose folder was removed is done again.
int free_number(const std::vector<Trial>& trials) {
  int number = 0;
  for (const Trial& trial : trials)
    if (trial.number == number) ++number;
  return number;
}

void check_options(const TunerOptions& options) {
  check(!options.max_trials || *options.max_trials > 0, "[tuner] expected max_trials > 0, received ",
        options.max_trials.value_or(0));
  check(options.max_retries_per_trial >= 0, "[tuner] expected max_retries_per_trial >= 0, received ",
        options.max_retries_per_trial);
  check(options.max_consecutive_failed_trials > 0, "[tuner] expected max_consecutive_failed_trials > 0, received ",
        options.max_consecutive_failed_trials);
  check(!options.project_name.empty(), "[tuner] expected a project_name, received an empty one");
  if (options.hyperparameters.space().empty())
    for (const auto& [flag, name] : {std::pair(options.tune_new_entries, "tune_new_entries"),
                                     std::pair(options.allow_new_entries, "allow_new_entries")})
      check(flag, "[tuner] if you set `", name,
            "=False`, you must specify the search space via the `hyperparameters` argument");
}

Config objective_config(const Objective& objective) {
  return {{"name", objective.name()}, {"direction", objective.direction()}};
}

bool is_tuners_own(const std::string& name) { return name.starts_with("tuner/"); }

bool same_values(const Config& a, const Config& b) {
  const auto within = [](const Config& one, const Config& other) {
    return std::all_of(one.entries().begin(), one.entries().end(), [&](const Config::Entry& entry) {
      const Value* value = other.find(entry.first);
      return is_tuners_own(entry.first) || (value != nullptr && same_value(*value, entry.second));
    });
  };
  return within(a, b) && within(b, a);
}

}  // namespace

struct Oracle::State {
  explicit State(const std::string& folder) : project(folder) {}
  detail::Project project;
  std::uint64_t seed = 0;
  HyperParameters initial;                       // known before any trial
  std::map<std::string, detail::FileLock> held;  // trials that this oracle runs
};

Oracle::Oracle(std::shared_ptr<const SearchAlgorithm> algorithm, TunerOptions options)
    : algorithm_(std::move(algorithm)), options_(std::move(options)) {
  check_options(options_);
  state_ = std::make_unique<State>(options_.directory + "/" + options_.project_name);
  begin();
}
Oracle::~Oracle() = default;
Oracle::Oracle(Oracle&&) noexcept = default;
Oracle& Oracle::operator=(Oracle&&) noexcept = default;

// The first process writes down what is searched; the others, and later ones, must want the same.
void Oracle::begin() {
  const auto lock = state_->project.lock();
  if (options_.overwrite) detail::Project::remove(project_dir());
  state_->initial = options_.hyperparameters;
  const Config objective = objective_config(options_.objective);
  if (const std::optional<Config> earlier = state_->project.settings()) {
    const auto same = [&](const char* what, const Value& ours) {
      const Value& theirs = earlier->at(what);
      check(theirs == ours, "[tuner] the search in \"", project_dir(), "\" was begun with ", what, " ", theirs,
            ", received ", ours, "; choose another project_name, or overwrite to begin anew");
    };
    same("class_name", algorithm_->class_name());
    same("objective", objective);
    same("options", algorithm_->config());
    if (options_.seed) same("seed", *options_.seed);
    state_->seed = static_cast<std::uint64_t>(earlier->at("seed").as_int());
    return;
  }
  state_->seed = options_.seed ? *options_.seed : drawn_seed();
  state_->project.write_settings({{"class_name", algorithm_->class_name()},
                                  {"objective", objective},
                                  {"options", algorithm_->config()},
                                  {"seed", state_->seed},
                                  {"hyperparameters", state_->initial.config()}});
}

const std::string& Oracle::project_dir() const { return state_->project.folder(); }
std::string Oracle::checkpoint(const Trial& trial) const { return state_->project.checkpoint(trial.trial_id); }

HyperParameters Oracle::space_of(const std::vector<Trial>& trials) const {
  HyperParameters space = state_->initial;
  if (options_.tune_new_entries)
    for (const Trial& trial : trials)
      if (trial.run_times > 0) space.merge(trial.hyperparameters.space());
  return space;
}

void Oracle::update_space(const HyperParameters& hyperparameters) {
  for (const HyperParameter& hp : hyperparameters.space())
    check(options_.allow_new_entries || state_->initial.has(hp),
          "[tuner] `allow_new_entries` is False, but the model asked for \"", hp.name,
          "\", which is not among the hyperparameters given");
  if (options_.tune_new_entries) state_->initial.merge(hyperparameters.space());
}

HyperParameters Oracle::get_space() { return space_of(trials()); }

// One whose process is gone, or that waits to be tried again.
std::optional<Trial> Oracle::abandoned(const std::vector<Trial>& trials) {
  for (const Trial& trial : trials) {
    if (trial.finished() || state_->held.contains(trial.trial_id)) continue;
    if (std::optional<detail::FileLock> lock = state_->project.hold(trial.trial_id)) {
      state_->held[trial.trial_id] = std::move(*lock);
      Trial again = trial;
      again.status = TrialStatus::RUNNING;
      return again;
    }
  }
  return {};
}

void Oracle::check_failures(const std::vector<Trial>& trials) const {
  int in_a_row = 0;
  for (const Trial& trial : trials) {
    if (!trial.finished()) continue;
    in_a_row = trial.status == TrialStatus::FAILED ? in_a_row + 1 : 0;
    check(in_a_row < options_.max_consecutive_failed_trials,
          "[tuner] number of consecutive failures exceeded the limit of ", options_.max_consecutive_failed_trials,
          ".\n", trial.message);
  }
}

Trial Oracle::create_trial() {
  const auto lock = state_->project.lock();
  const std::vector<Trial> before = trials();
  check_failures(before);
  if (std::optional<Trial> again = abandoned(before)) {
    state_->project.write(*again);
    return *again;
  }
  const bool others_run =
      std::any_of(before.begin(), before.end(), [](const Trial& trial) { return !trial.finished(); });
  Trial trial;
  trial.number = free_number(before);
  trial.trial_id = padded(trial.number, options_.max_trials);
  trial.hyperparameters = space_of(before);
  Proposal proposal;
  if (!options_.max_trials || static_cast<int>(before.size()) < *options_.max_trials)
    proposal = algorithm_->propose({state_->seed, trial.number, trial.hyperparameters, before, options_.objective});
  // Those of others may still fail, be killed, or show more of the space.
  if (proposal.status == TrialStatus::STOPPED && others_run) proposal.status = TrialStatus::IDLE;
  trial.status = proposal.status;
  trial.hyperparameters.set_values(proposal.values);
  if (trial.status != TrialStatus::RUNNING) return trial;
  state_->held[trial.trial_id] = *state_->project.hold(trial.trial_id);
  state_->project.write(trial);
  return trial;
}

Trial Oracle::end_trial(Trial trial) {
  if (trial.status == TrialStatus::COMPLETED) {
    const auto found = trial.metrics.find(options_.objective.name());
    check(found != trial.metrics.end(), "[tuner] the objective \"", options_.objective.name(),
          "\" is missing in the metrics reported for trial ", trial.trial_id,
          "; validation_data gives those that begin with val_");
    trial.score = found->second;
    if (!std::isfinite(*trial.score)) {
      trial.status = TrialStatus::INVALID;
      trial.message = concat(options_.objective.name(), " is ", found->second);
    }
  }
  if (trial.status != TrialStatus::COMPLETED) trial.score.reset();
  update_space(trial.hyperparameters);
  trial.hyperparameters.ensure_active_values();
  ++trial.run_times;
  if (trial.status == TrialStatus::INVALID && trial.run_times > options_.max_retries_per_trial)
    trial.status = TrialStatus::FAILED;
  const auto lock = state_->project.lock();  // nobody must see it RUNNING and without its owner
  state_->project.write(trial);
  state_->held.erase(trial.trial_id);
  return trial;
}

void Oracle::release(const Trial& trial) { state_->held.erase(trial.trial_id); }

std::vector<Trial> Oracle::trials() { return state_->project.trials(); }

Trial Oracle::get_trial(const std::string& trial_id) {
  for (Trial& trial : trials())
    if (trial.trial_id == trial_id) return trial;
  fail("[tuner] there is no trial \"", trial_id, "\" in \"", project_dir(), "\"");
}

std::vector<Trial> Oracle::get_best_trials(int num_trials) {
  check(num_trials > 0, "[tuner] expected a number of trials > 0, received ", num_trials);
  std::vector<Trial> best = trials();
  std::erase_if(best, [](const Trial& trial) { return trial.status != TrialStatus::COMPLETED; });
  std::stable_sort(best.begin(), best.end(),
                   [&](const Trial& a, const Trial& b) { return options_.objective.better_than(*a.score, *b.score); });
  if (best.size() > static_cast<std::size_t>(num_trials)) best.resize(static_cast<std::size_t>(num_trials));
  return best;
}

std::optional<int> Oracle::remaining_trials() {
  if (!options_.max_trials) return {};
  return std::max(0, *options_.max_trials - static_cast<int>(trials().size()));
}

std::uint64_t Oracle::training_seed(const Trial& trial, int execution) const {
  const auto number = static_cast<std::uint64_t>(trial.number);
  return philox(state_->seed, training_stream + number, static_cast<std::uint64_t>(execution))[0] >> 1;
}

bool were_tried(const Config& values, const std::vector<Trial>& trials) {
  return std::any_of(trials.begin(), trials.end(),
                     [&](const Trial& trial) { return same_values(values, trial.hyperparameters.values()); });
}

std::optional<Config> random_values(const ProposalContext& context) {
  std::uint64_t counter = 0;
  for (int attempt = 0; attempt <= attempts; ++attempt) {
    HyperParameters drawn;
    for (const HyperParameter& hp : context.space.space()) {
      drawn.merge({hp});
      const auto words = philox(context.seed, static_cast<std::uint64_t>(context.number), counter++);
      if (drawn.is_active(hp)) drawn.set_value(hp.name, hp.value_at(uniform_from_words(words[0], words[1])));
    }
    if (!were_tried(drawn.values(), context.trials)) return drawn.values();
  }
  return {};
}

}  // namespace linnet
