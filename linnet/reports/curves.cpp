#include "linnet/reports/curves.h"

#include <algorithm>

#include "linnet/base/atomic_file.h"
#include "linnet/reports/history_files.h"
#include "linnet/reports/messages.h"
#include "linnet/reports/pages.h"

namespace linnet {
namespace {

void check_trainings(const std::vector<NamedHistory>& trainings) {
  check(!trainings.empty(), "[write_curves] expected at least one training, received none");
  for (std::size_t i = 0; i < trainings.size(); ++i) {
    check(!trainings[i].history.epoch.empty(), "[write_curves] expected a training with epochs, received none in \"",
          trainings[i].name, "\"; pass what fit() returned");
    for (std::size_t k = 0; k < i; ++k)
      check(trainings[k].name != trainings[i].name, "[write_curves] expected a name for each training, received \"",
            trainings[i].name, "\" twice");
  }
}

}  // namespace

void write_curves(const std::string& path, const std::vector<NamedHistory>& trainings, const CurvesOptions& options) {
  detail::check_language("write_curves", options.lang);
  check_trainings(trainings);
  const std::string title = options.title.empty() ? detail::message("curves_title", options.lang) : options.title;
  List list;
  for (const NamedHistory& each : trainings)
    list.emplace_back(Config{{"name", each.name}, {"history", history_config(each.history)}});
  const Config data{{"title", title},
                    {"text", options.text},
                    {"version", LINNET_VERSION},
                    {"trainings", std::move(list)},
                    {"texts", detail::page_messages(options.lang)}};
  write_file_atomically(path, detail::page_text(detail::PageKind::curves, title, options.lang, data));
}

}  // namespace linnet
