#include <memory>
#include <string>

#include "cli/commands/all.h"
#include "cli/terminal.h"
#include "linnet/models/model.h"

namespace linnet::cli {

void declare_summary(Arguments& arguments) {
  auto path = std::make_shared<std::string>();
  arguments
      .add("model", *path, "MODEL",
           {"A model that Linnet or Keras saved: .safetensors, .keras, .h5",
            "Linnet 或 Keras 保存的模型：.safetensors、.keras、.h5"})
      .required = true;
  arguments.example("linnet summary runs/mnist/model.safetensors",
                    {"its layers, output shapes and parameters", "各层、输出形状和参数个数"});
  arguments.action = [path] {
    print(load_model(*path)->summary_text({.columns = columns()}));
    return 0;
  };
}

}  // namespace linnet::cli
