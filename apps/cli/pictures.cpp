#include "cli/pictures.h"

#include <fmt/core.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>

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

namespace {

int terminal_width() {
  winsize size = {};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  const char* columns = std::getenv("COLUMNS");
  const int width = columns != nullptr ? std::atoi(columns) : 0;
  return width > 0 ? width : 80;
}

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
  const auto add = [&](const std::string& text) { lines.push_back(fmt::format("{:<{}.{}}", text, width, width)); };
  const bool right = prediction.answer == prediction.truth;
  // never "100 %": no network is sure
  const double percent = std::min(std::floor(1000 * prediction.certainty) / 10, 99.9);
  add(fmt::format("predicted {} ({:.1f} %)", class_name(data, prediction.answer), percent));
  add(fmt::format("truth     {}{}", class_name(data, prediction.truth), right ? "" : "  <- wrong"));
  return lines;
}

void print_beside(const std::vector<std::vector<std::string>>& blocks) {
  for (std::size_t line = 0; line < blocks.front().size(); ++line) {
    std::string text;
    for (const auto& block : blocks) text += block[line] + "  ";
    text.erase(text.find_last_not_of(' ') + 1);
    fmt::print("{}\n", text);
  }
  fmt::print("\n");
}

}  // namespace

void show_predictions(Model& model, const Dataset& data, int count) {
  const std::int64_t looked_at = std::min<std::int64_t>(data.size(), 2000);
  const auto chosen = choose(predictions(model, data, looked_at), static_cast<std::size_t>(count));
  const auto image_width = static_cast<int>(data.x[0].shape()[2]) + 2;
  const auto beside = static_cast<std::size_t>(std::max(1, (terminal_width() + 2) / image_width));
  fmt::print("\nImages of {}, and what the network takes them for:\n\n", data.name);
  for (std::size_t first = 0; first < chosen.size(); first += beside) {
    std::vector<std::vector<std::string>> blocks;
    for (std::size_t i = first; i < std::min(first + beside, chosen.size()); ++i)
      blocks.push_back(captioned(data, chosen[i]));
    print_beside(blocks);
  }
}

}  // namespace linnet::cli
