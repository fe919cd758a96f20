#include "linnet/reports/messages.h"

#include <array>

namespace linnet::detail {
namespace {

struct Message {
  std::string_view key, en, zh;
};

// Texts of pages come first; the diagnosis has its own table (diagnosis_messages.cpp).
constexpr std::array page_table{
    Message{"needs_script", "This page draws its charts with JavaScript, which is switched off in this browser.",
            "本页面需要 JavaScript 来绘制图表，而您的浏览器关闭了它。"},
    Message{"theme", "Colours", "配色"},
    Message{"theme_auto", "Auto", "自动"},
    Message{"theme_light", "Light", "浅色"},
    Message{"theme_dark", "Dark", "深色"},
    Message{"footer", "Made by Linnet {version}. This page needs no network.",
            "由 Linnet {version} 生成。打开本页面不需要网络。"},
    Message{"charts_licence", "Charts: Chart.js {version} (MIT License, © Chart.js Contributors).",
            "图表：Chart.js {version}（MIT 许可证，© Chart.js Contributors）。"},
    Message{"curves_title", "Training curves", "训练曲线"},
    Message{"curves", "Curves", "曲线"},
    Message{"curves_legend",
            "Solid: validation, on data the network does not learn from. Dashed: training. The large mark is the best "
            "epoch. Touch or hover a chart, or use the arrow keys, for the numbers.",
            "实线是验证集（网络没有学过的数据），虚线是训练集；大号标记是最好的一轮。"
            "把光标移到图上、用手指点一下或按左右方向键，就能看到数值。"},
    Message{"chart_label", "{title} by epoch: {lines}. Arrow keys read the numbers; the table below has them all.",
            "{title}随训练轮次的变化：{lines}。按左右方向键读数，下方表格列出全部数值。"},
    Message{"logarithmic", "Logarithmic", "对数坐标"},
    Message{"numbers", "Numbers", "查看数值"},
    Message{"epoch", "Epoch", "轮次"},
    Message{"epochs", "Epochs", "轮数"},
    Message{"epoch_n", "Epoch {n}", "第 {n} 轮"},
    Message{"line_training", "{name}: training", "{name}：训练"},
    Message{"line_validation", "{name}: validation", "{name}：验证"},
    Message{"best_values", "The best of each", "各自的最好成绩"},
    Message{"best_of", "Best {name}", "最好的{name}"},
    Message{"training_run", "Training", "训练"},
    Message{"value_in_epoch", "{value} (epoch {n})", "{value}（第 {n} 轮）"},
    Message{"metric_loss", "Loss", "损失"},
    Message{"metric_accuracy", "Accuracy", "准确率"},
    Message{"metric_val_loss", "validation loss", "验证损失"},
    Message{"metric_val_accuracy", "validation accuracy", "验证准确率"},
    Message{"metric_mae", "Mean absolute error", "平均绝对误差"},
    Message{"metric_mean_absolute_error", "Mean absolute error", "平均绝对误差"},
    Message{"metric_mse", "Mean squared error", "均方误差"},
    Message{"metric_mean_squared_error", "Mean squared error", "均方误差"},
};

}  // namespace

void check_language(std::string_view who, std::string_view lang) {
  check(lang == "en" || lang == "zh", "[", who, "] expected lang \"en\" or \"zh\", received \"", lang, "\"");
}

std::string message(std::string_view key, std::string_view lang) {
  for (const Message& each : page_table)
    if (each.key == key) return std::string(lang == "zh" ? each.zh : each.en);
  fail("[reports] there is no text \"", key, "\"");
}

std::string message(std::string_view key, std::string_view lang,
                    std::initializer_list<std::pair<std::string_view, std::string>> values) {
  std::string text = message(key, lang);
  for (const auto& [name, value] : values) {
    const std::string mark = concat("{", name, "}");
    for (std::size_t at = text.find(mark); at != std::string::npos; at = text.find(mark, at + value.size()))
      text.replace(at, mark.size(), value);
  }
  return text;
}

Config page_messages(std::string_view lang) {
  Config texts;
  for (const Message& each : page_table) texts.set(each.key, lang == "zh" ? each.zh : each.en);
  return texts;
}

}  // namespace linnet::detail
