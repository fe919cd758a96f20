#include "linnet/reports/report.h"

#include <cmath>
#include <filesystem>
#include <optional>

#include "linnet/base/atomic_file.h"
#include "linnet/models/model.h"
#include "linnet/reports/history_files.h"
#include "linnet/reports/messages.h"
#include "linnet/reports/pages.h"
#include "linnet/reports/sections.h"
#include "linnet/saving/json.h"

namespace linnet {
namespace {

namespace fs = std::filesystem;

bool weights_are_finite(const Model& model) {
  for (const Variable& weight : model.weights())
    for (float value : weight.value().to_vector<float>())
      if (!std::isfinite(value)) return false;
  return true;
}

/// The accuracy on training data, measured as it is on validation data.
std::optional<double> measured_accuracy(Model& model, const Dataset& train) {
  if (train.empty()) return {};
  constexpr std::int64_t enough = 10000;
  const Dataset part = train.slice(0, std::min(enough, train.size()));
  const detail::Answers answers = detail::answers(model, part);
  if (answers.samples == 0 || answers.task != detail::Task::classification) return {};
  std::int64_t right = 0;
  for (std::int64_t i = 0; i < answers.samples; ++i) right += answers.guess(i) == answers.label(i) ? 1 : 0;
  return static_cast<double>(right) / static_cast<double>(answers.samples);
}

List finding_list(const Evidence& evidence, const std::string& lang) {
  List list;
  for (const Finding& finding : diagnose(evidence, lang)) {
    const char* kind = finding.severity == Severity::good   ? "good"
                       : finding.severity == Severity::note ? "hint"
                                                            : "bad";
    list.emplace_back(Config{{"verdict", to_string(finding.verdict)},
                             {"kind", kind},
                             {"title", finding.title},
                             {"text", finding.text},
                             {"remedies", List(finding.remedies.begin(), finding.remedies.end())}});
  }
  return list;
}

Config page_data(Model& model, const RunReport& report, const std::string& title) {
  const detail::Answers answers = detail::answers(model, report.validation);
  Evidence evidence{.history = report.history,
                    .baseline_loss = baseline_loss(model, answers),
                    .dead_units = answers.relu_layers,
                    .train_accuracy = measured_accuracy(model, report.train),
                    .failure = report.failure};
  if (model.compiled()) evidence.learning_rate = model.optimizer().learning_rate();
  List settings;
  for (const auto& [name, value] : report.settings) settings.emplace_back(List{name, value});
  return Config{{"title", title},
                {"version", LINNET_VERSION},
                {"source", report.validation.name},
                {"failure", report.failure},
                {"history", history_config(report.history)},
                {"findings", finding_list(evidence, report.lang)},
                {"confusion", confusion_section(answers, report.validation)},
                {"mistakes", mistakes_section(answers, report.validation)},
                {"regression", regression_section(answers, report.target)},
                {"weights", detail::weights_section(model, report.validation, report.feature_names)},
                {"model", detail::model_section(model)},
                {"settings", std::move(settings)},
                {"command", report.command},
                {"environment", detail::environment_section()},
                {"texts", detail::page_messages(report.lang)}};
}

}  // namespace

bool can_write_pages() { return detail::has_pages(); }

void write_report(const std::string& path, Model& model, const RunReport& report) {
  detail::check_language("write_report", report.lang);
  check(!report.history.epoch.empty() || !report.failure.empty(),
        "[write_report] expected a history with epochs, received an empty one; pass what fit() returned");
  const std::string title = report.title.empty() ? model.name() : report.title;
  const Config data = page_data(model, report, title);
  const std::string page_title = detail::message("page_title", report.lang, {{"title", title}});
  write_file_atomically(path, page_text(detail::PageKind::report, page_title, report.lang, data));
}

void write_run(const std::string& folder, Model& model, const RunReport& report) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error)
    fail<FileError>("[write_run] cannot make the folder \"", folder, "\" (", error.message(), "); choose another");
  const fs::path place = folder;
  if (weights_are_finite(model)) model.save((place / "model.safetensors").string());
  write_file_atomically((place / "history.csv").string(), history_csv(report.history));
  write_file_atomically((place / "history.json").string(), to_json(history_config(report.history), 2) + "\n");
  if (can_write_pages()) write_report((place / "report.html").string(), model, report);
}

std::string shell_command(const std::vector<std::string>& arguments) {
  constexpr const char* plain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./,:=+@%";  // what no shell takes for anything
  std::string line;
  for (const std::string& argument : arguments) {
    if (!line.empty()) line += ' ';
    if (!argument.empty() && argument.find_first_not_of(plain) == std::string::npos) {
      line += argument;
      continue;
    }
    line += '\'';
    for (char c : argument) line += c == '\'' ? "'\\''" : std::string(1, c);
    line += '\'';
  }
  return line;
}

}  // namespace linnet
