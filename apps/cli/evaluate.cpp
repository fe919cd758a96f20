#include <fmt/core.h>

#include "cli/commands.h"
#include "cli/pictures.h"
#include "cli/report.h"
#include "linnet/linnet.h"

namespace linnet::cli {

namespace {

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

}  // namespace

void add_evaluate(CLI::App& app) {
  auto options = std::make_shared<EvaluateOptions>();
  CLI::App* command = app.add_subcommand("evaluate", "Measure a saved model on the test images of a data set");
  const auto add = [&](const char* name, auto& value, const char* type, const char* text) {
    return command->add_option(name, value, text)->type_name(type);
  };
  add("model", options->model, "FILE", "A .safetensors file that Linnet saved")->required();
  add("dataset", options->dataset, "NAME", "mnist (the default) or fashion_mnist");
  add("--batch-size", options->batch_size, "N", "Images at a time [64]")->check(above_zero());
  add("--threads", options->threads, "N", "Threads to use [all processors]")->check(above_zero());
  add("--show", options->show, "N", "Test images to show [0]");
  add("--data", options->data_folder, "DIR", "Folder of the data set [looked for]");
  add("--json", options->json, "FILE", "Where to write the numbers");
  command->callback([options] { evaluate(*options); });
}

}  // namespace linnet::cli
