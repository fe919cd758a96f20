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
  command->add_option("model", options->model, "A .safetensors file that Linnet saved")->required();
  command->add_option("dataset", options->dataset, "mnist or fashion_mnist")->capture_default_str();
  command->add_option("--batch-size", options->batch_size, "Images at a time")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  command->add_option("--threads", options->threads, "Threads to use [all processors]")->check(CLI::PositiveNumber);
  command->add_option("--show", options->show, "Test images to show")->check(CLI::Range(0, 100));
  command->add_option("--data", options->data_folder, "Folder of the data set [looked for]");
  command->add_option("--json", options->json, "File for the numbers");
  command->callback([options] { evaluate(*options); });
}

}  // namespace linnet::cli
