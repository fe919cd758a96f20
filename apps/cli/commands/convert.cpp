#include <algorithm>
#include <array>
#include <filesystem>
#include <memory>
#include <string>

#include "cli/commands/all.h"
#include "cli/terminal.h"
#include "linnet/models/model.h"

namespace linnet::cli {
namespace {

struct Options {
  std::string from, to;
  bool overwrite = false;
};

void check_target(const Options& options) {
  constexpr std::array endings{".safetensors", ".keras", ".h5"};
  const bool is_known =
      std::any_of(endings.begin(), endings.end(), [&](const char* ending) { return options.to.ends_with(ending); });
  if (!is_known)
    throw UsageError(words({"FILE: expected a name that ends in .safetensors, .keras or .h5, received {}",
                            "FILE：文件名应以 .safetensors、.keras 或 .h5 结尾，收到的是 {}"},
                           options.to));
  if (std::filesystem::exists(options.to) && !options.overwrite)
    throw UsageError(words(
        {"{} is there already, and stays; --overwrite replaces it", "{} 已经存在，予以保留；--overwrite 可以覆盖"},
        options.to));
}

}  // namespace

void declare_convert(Arguments& arguments) {
  auto options = std::make_shared<Options>();
  arguments.add_model(options->from);
  arguments
      .add("to", options->to, "FILE",
           {"The file to write; its ending says in which format: .safetensors is Linnet's, .keras and .h5 are Keras's",
            "要写的文件，扩展名决定格式：.safetensors 是 Linnet 的，.keras 和 .h5 是 Keras 的"})
      .required = true;
  arguments.add_flag("--overwrite", options->overwrite, {"Replace FILE if it is there", "FILE 已存在时覆盖它"});
  arguments.example("linnet convert runs/mnist/model.safetensors mnist.keras",
                    {"for keras.models.load_model", "供 keras.models.load_model 读取"});
  arguments.action = [options] {
    check_target(*options);
    load_model(options->from)->save(options->to);
    say({"{} holds the model.\n", "模型已写入 {}。\n"}, options->to);
    return 0;
  };
}

}  // namespace linnet::cli
