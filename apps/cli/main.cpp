// linnet: train, evaluate and look at networks from the command line.
#include <fmt/core.h>

#include <algorithm>
#include <new>

#include "cli/commands.h"
#include "linnet/linnet.h"

namespace linnet::cli {
namespace {

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

}  // namespace
}  // namespace linnet::cli

int main(int argc, char** argv) {
  try {
    return linnet::cli::run(argc, argv);
  } catch (const linnet::Error& error) {
    fmt::print(stderr, "linnet: {}\n", error.what());
  } catch (const std::bad_alloc&) {
    fmt::print(stderr, "linnet: there is not enough memory; a smaller --batch-size or smaller --hidden needs less\n");
  }
  return 1;
}
