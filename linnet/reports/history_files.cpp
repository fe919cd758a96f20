#include "linnet/reports/history_files.h"

#include <cmath>
#include <limits>

namespace linnet {
namespace {

/// A value for each epoch, NaN where there is none. With validation every n-th epoch a series is n times shorter.
std::vector<double> one_an_epoch(const std::vector<double>& series, std::size_t epochs) {
  if (series.size() == epochs) return series;
  std::vector<double> aligned(epochs, std::numeric_limits<double>::quiet_NaN());
  const std::size_t every = series.empty() ? 1 : std::max<std::size_t>(1, epochs / series.size());
  for (std::size_t i = 0; i < series.size() && (i + 1) * every <= epochs; ++i) aligned[(i + 1) * every - 1] = series[i];
  return aligned;
}

}  // namespace

Config history_config(const History& history) {
  List epochs;
  for (int epoch : history.epoch) epochs.emplace_back(epoch + 1);
  Config config{{"epoch", std::move(epochs)}};
  for (const auto& [name, series] : history.history) {
    List values;
    for (double value : one_an_epoch(series, history.epoch.size()))
      values.push_back(std::isfinite(value) ? Value(value) : Value());
    config.set(name, std::move(values));
  }
  return config;
}

std::string history_csv(const History& history) {
  std::string text = "epoch";
  std::vector<std::vector<double>> columns;
  std::vector<bool> gaps;
  for (const auto& [name, series] : history.history) {
    text += "," + name;
    columns.push_back(one_an_epoch(series, history.epoch.size()));
    gaps.push_back(series.size() != history.epoch.size());
  }
  text += "\n";
  for (std::size_t row = 0; row < history.epoch.size(); ++row) {
    text += std::to_string(history.epoch[row] + 1);
    for (std::size_t i = 0; i < columns.size(); ++i)
      text += "," + (gaps[i] && std::isnan(columns[i][row]) ? "" : concat(columns[i][row]));
    text += "\n";
  }
  return text;
}

}  // namespace linnet
