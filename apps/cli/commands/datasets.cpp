#include <algorithm>
#include <array>
#include <memory>

#include "cli/commands/all.h"
#include "cli/report.h"
#include "cli/terminal.h"
#include "linnet/data/datasets.h"

namespace linnet::cli {

namespace {

struct Options {
  std::string folder, json;
};

// The library describes its data sets in English.
struct InChinese {
  const char *name, *what, *size, *how_to_get;
};
constexpr const char* bundled_images =
    "随 Linnet 一起提供，在源代码的 data/mnist "
    "里。也可以把四个文件（train-images-idx3-ubyte.gz、train-labels-idx1-ubyte.gz、"
    "t10k-images-idx3-ubyte.gz、t10k-labels-idx1-ubyte.gz）放进一个文件夹，再把环境变量 LINNET_DATA 设成它。";
constexpr const char* bundled_table =
    "随 Linnet 一起提供，在源代码的 data/tables 里。也可以把环境变量 LINNET_DATA 设成表格所在的文件夹。";
constexpr std::array<InChinese, 6> in_chinese = {{
    {"mnist", "手写数字", "60,000 + 10,000 幅 28 x 28 灰度图像，10 个类别", bundled_images},
    {"fashion_mnist", "衣物", "60,000 + 10,000 幅 28 x 28 灰度图像，10 个类别",
     "Debian 和 Ubuntu 中运行：sudo apt install dataset-fashion-mnist。其他系统：把 "
     "https://github.com/zalandoresearch/fashion-mnist（data/fashion 文件夹）里的四个文件放进名为 fashion_mnist "
     "的文件夹，"
     "再把环境变量 LINNET_DATA 设成它的上一级文件夹。"},
    {"iris", "鸢尾花花萼、花瓣的长和宽", "150 行，4 个数值，3 个品种", bundled_table},
    {"wine", "葡萄酒的化学成分", "178 行，13 个数值，3 个品种", bundled_table},
    {"breast_cancer", "乳腺肿瘤的细胞核", "569 行，30 个数值，恶性或良性", bundled_table},
    {"diabetes", "糖尿病一年后的进展", "442 行，10 个数值，预测一个数值", bundled_table},
}};

void translate(datasets::Description& set) {
  if (language() != Language::chinese) return;
  for (const InChinese& each : in_chinese)
    if (set.name == each.name) {
      set.what = each.what;
      set.size = each.size;
      set.how_to_get = each.how_to_get;
    }
}

void show(const datasets::Description& set) {
  const auto width = static_cast<std::size_t>(std::clamp(columns(), 20, 100));
  const auto line = [&](const Text& label, const std::string& value) {
    if (value.empty()) return;
    const std::string head = "  " + fitted(pick(label), 10);
    print(head + wrapped(value, width, display_width(head)) + "\n");
  };
  print(styled(Style::bold, set.name) + "  " + wrapped(set.what, width, set.name.size() + 2) + "\n");
  line({"size", "大小"}, set.size);
  line({"target", "目标列"}, set.target);
  line({"licence", "许可"}, set.licence);
  if (set.path.empty())
    line({"get it", "获取"}, styled(Style::bad, pick({"not here. ", "本机没有。"})) + set.how_to_get);
  else
    line({"found in", "位置"}, styled(Style::good, set.path));
  print("\n");
}

Config to_config(const datasets::Description& set) {
  return Config{{"name", set.name},
                {"what", set.what},
                {"size", set.size},
                {"target", set.target.empty() ? Value() : Value(set.target)},
                {"licence", set.licence},
                {"path", set.path.empty() ? Value() : Value(set.path)},
                {"how_to_get", set.how_to_get}};
}

int list_datasets(const Options& options) {
  check_writable("--json", options.json);
  if (options.json == "-") speak_on_stderr();
  List list;
  for (datasets::Description set : datasets::available(options.folder)) {
    translate(set);
    list.push_back(to_config(set));
    if (options.json != "-") show(set);
  }
  write_json(options.json, Config{{"datasets", list}});
  if (options.json == "-") return 0;
  const auto width = static_cast<std::size_t>(std::clamp(columns(), 20, 100));
  print(
      wrapped(pick({"linnet train NAME trains on one of them. Your own data: linnet train FILE.csv --target COLUMN, or "
                    "linnet train FOLDER with a folder of pictures for each class.",
                    "用 linnet train 名字 就能在某个数据集上训练。用你自己的数据：linnet train 文件.csv --target "
                    "列名，或 linnet train "
                    "文件夹（里面每个类别一个图片文件夹）。"}),
              width, 0) +
      "\n");
  return 0;
}

}  // namespace

void declare_datasets(Arguments& arguments) {
  auto options = std::make_shared<Options>();
  arguments.add("--data", options->folder, "DIR", {"Look in this folder", "在这个文件夹里找"});
  arguments.add_json(options->json);
  arguments.example("linnet datasets",
                    {"all data sets: size, licence, and where they are", "所有数据集：大小、许可和位置"});
  arguments.example("linnet datasets --json", {"the same for programs", "同样的内容，供程序读取"});
  arguments.action = [options] { return list_datasets(*options); };
}

}  // namespace linnet::cli
