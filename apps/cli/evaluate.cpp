#include <fmt/core.h>

#include "cli/commands.h"
#include "cli/pictures.h"
#include "cli/report.h"
#include "linnet/linnet.h"

namespace linnet::cli {

void evaluate(const EvaluateOptions& options) {
  check_writable("--json", options.json);
  if (options.threads > 0) set_num_threads(options.threads);
  const std::shared_ptr<Model> model = load_model(options.model);
  const Dataset test = datasets::load(options.dataset, options.data_folder).test;
  const Logs results = model->evaluate(test, {.batch_size = options.batch_size});
  if (options.show > 0) show_predictions(*model, test, options.show);
  if (!options.json.empty()) {
    Config report{{"model", options.model}, {"dataset", options.dataset}, {"samples", test.size()}};
    for (const auto& [name, value] : results) report.set("test_" + name, value);
    write_file_atomically(options.json, to_json(report, 2) + "\n");
  }
  for (const auto& [name, value] : results)
    if (name != "accuracy") fmt::print("Test {}: {:.4f}\n", name, value);
  if (const double* accuracy = results.find("accuracy")) fmt::print("Test accuracy: {:.4f}\n", *accuracy);
}

}  // namespace linnet::cli
