#include <memory>
#include <string>

#include "cli/commands/all.h"
#include "cli/terminal.h"
#include "linnet/models/model.h"

namespace linnet::cli {

void declare_summary(Arguments& arguments) {
  auto path = std::make_shared<std::string>();
  arguments.add_model(*path);
  arguments.example("linnet summary runs/mnist/model.safetensors",
                    {"its layers, output shapes and parameters", "各层、输出形状和参数个数"});
  arguments.action = [path] {
    print(load_model(*path)->summary_text({.columns = columns()}));
    return 0;
  };
}

}  // namespace linnet::cli
