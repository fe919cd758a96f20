#include "cli/pictures.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "cli/terminal.h"
#include "linnet/activations/functions.h"
#include "linnet/ops/gather.h"
#include "linnet/ops/reduce.h"
#include "linnet/ops/shape.h"

namespace linnet::cli {

std::vector<std::string> picture(const Tensor& image) {
  const auto levels = image.to_vector<int>();
  const auto height = static_cast<std::size_t>(image.shape()[0]), width = static_cast<std::size_t>(image.shape()[1]);
  const auto has_ink = [&](std::size_t row, std::size_t column) {
    return row < height && levels[row * width + column] >= 96;
  };
  std::vector<std::string> lines;
  for (std::size_t row = 0; row < height; row += 2) {
    std::string line;
    for (std::size_t column = 0; column < width; ++column) {
      const bool upper = has_ink(row, column), lower = has_ink(row + 1, column);
      line += upper ? lower ? "█" : "▀" : lower ? "▄" : " ";
    }
    lines.push_back(line);
  }
  return lines;
}

std::string percent(double probability) {
  return fmt::format("{:.1f} %", std::min(std::floor(1000 * probability) / 10, 99.9));
}

namespace {

// Eighths of a column make the length exact.
std::string bar(double part, std::size_t width) {
  static constexpr std::array<const char*, 8> eighths = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
  const auto length = static_cast<std::size_t>(std::lround(8 * part * static_cast<double>(width)));
  std::string text;
  for (std::size_t i = 0; i < length / 8; ++i) text += "█";
  return text + eighths[length % 8];
}

// The classes to show: all in their order, or the likeliest.
std::vector<std::size_t> shown_classes(const std::vector<double>& probabilities) {
  std::vector<std::size_t> order(probabilities.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  if (order.size() <= 10) return order;
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return probabilities[a] > probabilities[b]; });
  order.resize(5);
  return order;
}

}  // namespace

std::vector<std::string> probability_bars(const std::vector<double>& probabilities,
                                          const std::vector<std::string>& names, std::size_t width) {
  const std::vector<std::size_t> shown = shown_classes(probabilities);
  const auto best = std::max_element(probabilities.begin(), probabilities.end()) - probabilities.begin();
  std::size_t name_width = 0;
  for (std::size_t label : shown) name_width = std::max(name_width, display_width(names[label]));
  name_width = std::min(name_width, width / 3);
  const std::size_t room = width > name_width + 9 ? std::min<std::size_t>(width - name_width - 9, 40) : 1;
  std::vector<std::string> lines;
  for (std::size_t label : shown) {
    const double probability = probabilities[label];
    const Style style = static_cast<std::ptrdiff_t>(label) == best ? Style::good : Style::plain;
    lines.push_back(fitted(names[label], name_width) + " " + styled(style, bar(probability, room)) +
                    (probability >= 0.0005 ? " " + percent(probability) : ""));
  }
  return lines;
}

namespace {

struct Prediction {
  std::int64_t sample, answer, truth;
  double certainty;
};

// Predictions for samples [0, count).
std::vector<Prediction> predictions(Model& model, const Dataset& data, std::int64_t count) {
  const Tensor scores = softmax(model.predict(slice(data.x[0], 0, 0, count), {.batch_size = 500, .verbose = 0}));
  const auto answers = argmax(scores).to_vector<std::int64_t>();
  const auto certainties = max(scores, -1).to_vector<double>();
  const auto truths = data.y[0].to_vector<std::int64_t>();
  std::vector<Prediction> all;
  for (std::int64_t i = 0; i < count; ++i) {
    const auto at = static_cast<std::size_t>(i);
    all.push_back({i, answers[at], truths[at], certainties[at]});
  }
  return all;
}

std::vector<Prediction> choose(const std::vector<Prediction>& all, std::size_t count) {
  std::vector<Prediction> wrong, chosen;
  for (const Prediction& each : all)
    if (each.answer != each.truth && wrong.size() < (count + 1) / 3) wrong.push_back(each);
  for (const Prediction& each : all)
    if (chosen.size() + wrong.size() < count && each.answer == each.truth) chosen.push_back(each);
  chosen.insert(chosen.end(), wrong.begin(), wrong.end());
  return chosen;
}

std::string class_name(const Dataset& data, std::int64_t label) {
  const auto at = static_cast<std::size_t>(label);
  return at < data.class_names.size() ? data.class_names[at] : std::to_string(label);
}

std::vector<std::string> captioned(const Dataset& data, const Prediction& prediction) {
  std::vector<std::string> lines = picture(data.x[0][prediction.sample]);
  const auto width = static_cast<std::size_t>(data.x[0].shape()[2]);
  const bool right = prediction.answer == prediction.truth;
  const std::string wrong = right ? "" : pick({"  <- wrong", "  <- 错"});
  lines.push_back(fitted(
      words({"predicted {} ({})", "预测 {}（{}）"}, class_name(data, prediction.answer), percent(prediction.certainty)),
      width));
  lines.push_back(
      styled(right ? Style::plain : Style::bad,
             fitted(words({"truth     {}{}", "实际 {}{}"}, class_name(data, prediction.truth), wrong), width)));
  return lines;
}

}  // namespace

void print_beside(const std::vector<std::vector<std::string>>& blocks) {
  std::size_t height = 0;
  for (const auto& block : blocks) height = std::max(height, block.size());
  for (std::size_t line = 0; line < height; ++line) {
    std::string text;
    for (const auto& block : blocks) {
      const std::size_t width = block.empty() ? 0 : display_width(block.front());
      const std::string part = line < block.size() ? block[line] : "";
      text += part + std::string(width - std::min(width, display_width(part)), ' ') + "  ";
    }
    text.erase(text.find_last_not_of(' ') + 1);
    print(text + "\n");
  }
}

void show_predictions(Model& model, const Dataset& data, int count) {
  const std::int64_t looked_at = std::min<std::int64_t>(data.size(), 2000);
  const auto chosen = choose(predictions(model, data, looked_at), static_cast<std::size_t>(count));
  const auto image_width = static_cast<int>(data.x[0].shape()[2]) + 2;
  const auto beside = static_cast<std::size_t>(std::max(1, (columns() + 2) / image_width));
  say({"\nImages of {}, and what the network takes them for:\n\n", "\n{} 中的图像，以及网络的判断：\n\n"}, data.name);
  for (std::size_t first = 0; first < chosen.size(); first += beside) {
    std::vector<std::vector<std::string>> blocks;
    for (std::size_t i = first; i < std::min(first + beside, chosen.size()); ++i)
      blocks.push_back(captioned(data, chosen[i]));
    print_beside(blocks);
    print("\n");
  }
}

}  // namespace linnet::cli
