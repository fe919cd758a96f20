#include "cli/commands.h"
#include "linnet/linnet.h"

namespace linnet::cli {

void add_summary(CLI::App& app) {
  auto path = std::make_shared<std::string>();
  CLI::App* command = app.add_subcommand("summary", "Print the layers of a saved model");
  command->add_option("model", *path, "A .safetensors file that Linnet saved")->required();
  command->callback([path] { load_model(*path)->summary(); });
}

}  // namespace linnet::cli
