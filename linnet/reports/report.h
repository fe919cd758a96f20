// The report of a training: files for programs, and a page for people.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "linnet/data/dataset.h"
#include "linnet/models/history.h"

#pragma GCC visibility push(default)
namespace linnet {

class Model;

/// What a report tells; all but the history may be left out, and the page then does without.
struct RunReport {
  std::string title = {};    // default: the model's name
  std::string lang = "en";   // or "zh": the language of the page
  History history = {};      // of a RunRecorder (with learning rates and seconds), or what fit() returned
  Dataset validation = {};   // what the network did not learn from: answers, mistakes and dead units are taken from it
  Dataset train = {};        // its first 10,000 samples are measured after the training, as validation is
  std::string command = {};  // what reproduces the run; see shell_command()
  std::vector<std::string> feature_names = {};  // of the columns of tabular inputs; default: "x1", "x2", …
  std::string target = {};                      // what a regression predicts: "price"
  std::vector<std::pair<std::string, std::string>> settings = {};  // more rows for the table of settings
  std::string failure = {};                                        // the error that ended the training, if one did
};

/// Writes into `folder`, which is made if need be: model.safetensors (not if a weight is not finite), history.csv and
/// history.json (history_files.h), and report.html: one self-contained page, under 1 MB, that opens offline: what the
/// curves say (diagnosis.h), loss and metrics with the numbers under the cursor, the confusion matrix, the worst
/// mistakes and the first layer's weights as pictures, or true and predicted numbers of a regression, the summary, and
/// how to reproduce it. In a build without pages (CMake: LINNET_REPORTS) there is no report.html, and
/// write_run returns without it. Files are written one by one beside their targets and renamed. Throws FileError.
///   Sequential model({Dense(1)});
///   model.compile({.loss = "mse"});
///   Dataset data(ones({8, 2}), ones({8, 1}));
///   History history = model.fit(data, {.epochs = 3, .validation_data = data, .verbose = 0});
///   write_run("runs/line", model, {.title = "a line", .history = history, .validation = data});
void write_run(const std::string& folder, Model& model, const RunReport& report);
/// The page alone. Throws `[reports] …` in a build without pages.
void write_report(const std::string& path, Model& model, const RunReport& report);
/// Can this build write pages?
bool can_write_pages();

/// Arguments as one line for a shell, each quoted where it has to be: {"linnet", "train", "my data.csv"} gives
/// linnet train 'my data.csv'
std::string shell_command(const std::vector<std::string>& arguments);

}  // namespace linnet
#pragma GCC visibility pop
