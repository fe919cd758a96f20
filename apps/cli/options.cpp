#include "cli/options.h"

#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <functional>

#include "cli/commands.h"
#include "linnet/linnet.h"

namespace linnet::cli {

namespace {

// For options: a number for which `valid` is true; `expected` says which ones that is ("a whole number above 0").
CLI::Validator number_that(std::function<bool(double)> valid, const std::string& expected) {
  return {[valid = std::move(valid), expected](std::string& text) {
            double number = 0;
            const bool right = CLI::detail::lexical_cast(text, number) && valid(number);
            return right ? std::string() : "expected " + expected + ", received " + text;
          },
          ""};
}
CLI::Validator above_zero(const std::string& expected = "a whole number above 0") {
  return number_that([](double x) { return x > 0; }, expected);
}
CLI::Validator part_of_one() {
  return number_that([](double x) { return x >= 0 && x < 1; }, "a number from 0 to below 1");
}

// command.add_option with the arguments in the order in which help shows them
template <class T>
CLI::Option* add(CLI::App* command, const char* name, T& value, const char* type, const char* text) {
  return command->add_option(name, value, text)->type_name(type);
}

void add_train(CLI::App& app) {
  auto options = std::make_shared<TrainOptions>();
  CLI::App* command = app.add_subcommand("train", "Train a network on a data set");
  add(command, "dataset", options->dataset, "NAME", "mnist (the default) or fashion_mnist");
  add(command, "--hidden", options->hidden, "N,N", "Units of the hidden layers, such as 128,64 [64]")
      ->allow_extra_args(false)
      ->delimiter(',')
      ->check(above_zero());
  add(command, "--epochs", options->epochs, "N", "Rounds through the training images [10]")->check(above_zero());
  add(command, "--batch-size", options->batch_size, "N", "Images in one step of training [64]")->check(above_zero());
  add(command, "--optimizer", options->optimizer, "NAME", "adam, adamw, sgd, rmsprop, … [adam]");
  add(command, "--learning-rate", options->learning_rate, "X",
      "Length of a step [what the optimizer has, 0.001 for adam]")
      ->check(above_zero("a number above 0"));
  add(command, "--dropout", options->dropout, "X", "Part of each hidden layer to drop in training [0]")
      ->check(part_of_one());
  add(command, "--l2", options->l2, "X", "Penalty on the squares of the hidden layers' weights [0]")
      ->check(number_that([](double x) { return x >= 0; }, "a number that is not negative"));
  add(command, "--seed", options->seed, "N", "Same seed, same result, to the bit [0]")
      ->check(number_that([](double x) { return x >= 0; }, "a whole number of at least 0"));
  add(command, "--threads", options->threads, "N", "Threads to use; results do not depend on it [all processors]")
      ->check(above_zero());
  add(command, "--validation-split", options->validation_split, "X",
      "Part of the training images kept for validation [0: validate on the test images]")
      ->check(part_of_one());
  add(command, "--verbose", options->verbose, "0|1|2", "Silent, a progress bar, or one line an epoch [1]")
      ->check(number_that([](double x) { return x == 0 || x == 1 || x == 2; }, "0, 1 or 2"));
  add(command, "--show", options->show, "N", "Test images to show in the end [0]");
  add(command, "--data", options->data_folder, "DIR", "Folder of the data set [looked for]");
  add(command, "--json", options->json, "FILE", "Where to write all numbers of the run");
  add(command, "--out", options->out, "DIR", "Where to save model.safetensors and report.json; made if need be");
  command->callback([options] { train(*options); });
}

void add_evaluate(CLI::App& app) {
  auto options = std::make_shared<EvaluateOptions>();
  CLI::App* command = app.add_subcommand("evaluate", "Measure a saved model on the test images of a data set");
  add(command, "model", options->model, "FILE", "A .safetensors file that Linnet saved")->required();
  add(command, "dataset", options->dataset, "NAME", "mnist (the default) or fashion_mnist");
  add(command, "--batch-size", options->batch_size, "N", "Images at a time [64]")->check(above_zero());
  add(command, "--threads", options->threads, "N", "Threads to use [all processors]")->check(above_zero());
  add(command, "--show", options->show, "N", "Test images to show [0]");
  add(command, "--data", options->data_folder, "DIR", "Folder of the data set [looked for]");
  add(command, "--json", options->json, "FILE", "Where to write the numbers");
  command->callback([options] { evaluate(*options); });
}

void add_summary(CLI::App& app) {
  auto path = std::make_shared<std::string>();
  CLI::App* command = app.add_subcommand("summary", "Print the layers of a saved model");
  add(command, "model", *path, "FILE", "A .safetensors file that Linnet saved")->required();
  command->callback([path] { load_model(*path)->summary(); });
}

constexpr const char* examples = R"(
Examples:
  linnet train mnist                                   the first network
  linnet train mnist --hidden 256,128 --dropout 0.2    a larger one
  linnet evaluate runs/mnist/model.safetensors         how good is a saved one?
)";

// The first argument that the program does not know, and what may have been meant by it.
std::string unknown_argument(const CLI::App& app, const CLI::App& command) {
  std::vector<std::string> known, unknown = command.remaining(true);
  for (const CLI::Option* option : command.get_options())
    for (const std::string& name : option->get_lnames()) known.push_back("--" + name);
  if (&command == &app)
    for (const CLI::App* each : app.get_subcommands({})) known.push_back(each->get_name());
  if (unknown.empty()) return "";
  // an unknown option's value is unknown too: the option is what to speak of
  const auto option = std::find_if(unknown.begin(), unknown.end(), [](const auto& text) { return text[0] == '-'; });
  std::string name = option == unknown.end() ? unknown.front() : *option;
  name.erase(std::min(name.find('='), name.size()));
  return fmt::format("unknown {} \"{}\"{}", name[0] == '-' ? "option" : "argument", name, did_you_mean(name, known));
}

int usage_error(const CLI::App& app, const CLI::ParseError& error) {
  if (error.get_exit_code() == static_cast<int>(CLI::ExitCodes::Success)) return app.exit(error);  // --help
  const auto chosen = app.get_subcommands();
  const CLI::App& command = chosen.empty() ? app : *chosen.front();
  const std::string unknown = unknown_argument(app, command);
  if (chosen.empty() && unknown.empty()) {
    fmt::print(stderr, "{}", app.help());
    return 2;
  }
  fmt::print(stderr, "linnet: {}\n", unknown.empty() ? error.what() : unknown);
  fmt::print(stderr, "linnet {}--help lists what there is.\n", chosen.empty() ? "" : command.get_name() + " ");
  return 2;
}

}  // namespace

int run(int argc, char** argv) {
  CLI::App app("Linnet: deep learning in C++ with Keras's words.", "linnet");
  app.footer(examples);
  app.require_subcommand(1);
  add_train(app);
  add_evaluate(app);
  add_summary(app);
  app.add_subcommand("version", "Print the version")->callback([] { fmt::print("linnet {}\n", LINNET_VERSION); });
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return usage_error(app, error);
  }
  return 0;
}

}  // namespace linnet::cli
