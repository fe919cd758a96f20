// The page of a search for hyper-parameters.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "linnet/base/config.h"

#pragma GCC visibility push(default)
namespace linnet {

/// One point that was tried.
struct TuningPageTrial {
  std::string name;                  // "07"
  std::optional<double> score = {};  // none: it failed, or is not done
  int epoch = 0;                     // the best one, from 1
  double seconds = 0;                // it took
  Config values = {};                // of the hyper-parameters that counted
  std::string message = {};          // why it failed
};

/// What the page tells.
struct TuningPage {
  std::string title = {};                        // what was searched
  std::string text = {};                         // a paragraph below it
  std::string lang = "en";                       // or "zh": the language of the page
  std::string objective = "val_loss";            // the name of the score
  bool larger_is_better = false;                 // an accuracy rather than a loss
  std::vector<TuningPageTrial> trials = {};      // in any order
  std::optional<TuningPageTrial> baseline = {};  // what was there before: a row of its own, a line in the charts
  std::vector<std::string> logarithmic = {};     // hyper-parameters whose axis is logarithmic
  std::string command = {};                      // what trains the best
};

/// Writes one self-contained page, which opens offline, light or dark: the trials as a table that sorts by each column,
/// the score by trial, and the score against each hyper-parameter. Throws InvalidArgument for an unknown `lang`,
/// FileError when the file cannot be written, and `[reports] …` in a build without pages (CMake: LINNET_REPORTS).
///   TuningPageTrial trial{.name = "00", .score = 0.97, .epoch = 3, .seconds = 12, .values = {{"units", 64}}};
///   write_tuning_page("tune.html", {.objective = "val_accuracy", .larger_is_better = true, .trials = {trial}});
void write_tuning_page(const std::string& path, const TuningPage& page);

}  // namespace linnet
#pragma GCC visibility pop
