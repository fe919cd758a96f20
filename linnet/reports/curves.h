// The curves of several trainings in one page, to compare them.
#pragma once

#include <string>
#include <vector>

#include "linnet/models/history.h"

#pragma GCC visibility push(default)
namespace linnet {

/// A training and what to call it.
struct NamedHistory {
  std::string name;
  History history;
};

struct CurvesOptions {
  std::string title = {};   // default: "Training curves", 「训练曲线」
  std::string text = {};    // a paragraph below the title: what is compared here
  std::string lang = "en";  // or "zh": the language of the page
};

/// Writes one self-contained page with a chart for the loss and one for each metric: a colour for each training, solid
/// for validation, dashed for training; the numbers under the cursor and in a table. It opens offline, light or dark.
/// Throws InvalidArgument for an empty list, a training without epochs, two trainings of one name or an unknown `lang`,
/// FileError when the file cannot be written (an earlier one survives), and `[reports] …` in a build without pages
/// (CMake: LINNET_REPORTS). Needs nothing but a browser to be read.
///   History plain{.epoch = {0, 1}, .history = {{"loss", {0.5, 0.3}}}};
///   History dropout{.epoch = {0, 1}, .history = {{"loss", {0.6, 0.2}}}};
///   write_curves("overfitting.html", {{"plain", plain}, {"dropout", dropout}}, {.title = "500 images"});
void write_curves(const std::string& path, const std::vector<NamedHistory>& trainings,
                  const CurvesOptions& options = {});

}  // namespace linnet
#pragma GCC visibility pop
