// What a search says, in KerasTuner's words. Internal.
#pragma once

#include <chrono>
#include <string>

#include "linnet/tuning/oracle.h"

namespace linnet::detail {

/// "Search: Running Trial #3" with a table of values before a trial, its score and the best so far after it.
class SearchDisplay {
 public:
  using Clock = std::chrono::steady_clock;

  SearchDisplay(Oracle& oracle, int verbose) : oracle_(oracle), verbose_(verbose) {}
  void trial_begins(const Trial& trial);
  void trial_ended(const Trial& trial);
  void interrupted() const;  // by Ctrl-C: how to go on

 private:
  Oracle& oracle_;
  int verbose_;
  Clock::time_point search_start_ = Clock::now(), trial_start_ = search_start_;
};

std::string results_summary_text(Oracle& oracle, int num_trials);
std::string search_space_summary_text(const HyperParameters& space);
/// To standard output, as the progress bar.
void say_text(const std::string& text);
/// A moment, before asking again for a trial.
void wait_for_others();

}  // namespace linnet::detail
