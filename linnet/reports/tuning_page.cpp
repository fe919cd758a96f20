#include "linnet/reports/tuning_page.h"

#include "linnet/base/atomic_file.h"
#include "linnet/reports/messages.h"
#include "linnet/reports/pages.h"

namespace linnet {

namespace {

Config data_of(const TuningPageTrial& trial) {
  return {{"name", trial.name},     {"score", trial.score ? Value(*trial.score) : Value()},
          {"epoch", trial.epoch},   {"seconds", trial.seconds},
          {"values", trial.values}, {"message", trial.message}};
}

}  // namespace

void write_tuning_page(const std::string& path, const TuningPage& page) {
  detail::check_language("write_tuning_page", page.lang);
  List trials;
  for (const TuningPageTrial& trial : page.trials) trials.emplace_back(data_of(trial));
  const Config data{{"title", page.title},
                    {"text", page.text},
                    {"version", LINNET_VERSION},
                    {"objective", page.objective},
                    {"larger_is_better", page.larger_is_better},
                    {"trials", std::move(trials)},
                    {"baseline", page.baseline ? Value(data_of(*page.baseline)) : Value()},
                    {"logarithmic", List(page.logarithmic.begin(), page.logarithmic.end())},
                    {"command", page.command},
                    {"texts", detail::page_messages(page.lang)}};
  const std::string title = detail::message("tuning_page_title", page.lang, {{"title", page.title}});
  write_file_atomically(path, detail::page_text(detail::PageKind::tuning, title, page.lang, data));
}

}  // namespace linnet
