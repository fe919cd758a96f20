#include "cli/tuning_results.h"

#include <algorithm>

#include "cli/dense_space.h"
#include "cli/terminal.h"

namespace linnet::cli {

namespace {

constexpr const char* baseline_name = "baseline";

bool is_baseline(const TriedNetwork& tried) { return tried.name == baseline_name; }

std::string title_of(const TriedNetwork& tried) {
  return is_baseline(tried) ? words({"Baseline (linnet train)", "基线（linnet train）"})
                            : words({"Trial {}", "试验 {}"}, tried.name);
}

std::string score_text(const Trial& trial) { return trial.score ? fmt::format("{:.4f}", *trial.score) : "–"; }

std::string network_text(const NetworkOptions& network) {
  return words({"hidden {} {}, dropout {:.2g}, {} {:.3g}, batch {}", "隐藏层 {} {}，dropout {:.2g}，{} {:.3g}，批 {}"},
               hidden_text(network), network.activation, *network.dropout, network.optimizer, *network.learning_rate,
               *network.batch_size);
}

std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

void say_row(const std::vector<std::string>& cells) {
  constexpr std::size_t widths[] = {8, 12, 5, 11, 10, 7, 15};
  std::string text;
  for (std::size_t i = 0; i + 1 < cells.size(); ++i) text += fitted(cells[i], widths[i]) + " ";
  print(text + cells.back() + "\n");
}

void say_row(const TriedNetwork& tried) {
  const auto& [name, trial, values, network, seed] = tried;
  say_row({is_baseline(tried) ? words({"baseline", "基线"}) : name, score_text(trial),
           trial.score ? std::to_string(trial.best_step + 1) : "–", hidden_text(network), network.activation,
           fmt::format("{:.2g}", *network.dropout), fmt::format("{} {:.2g}", network.optimizer, *network.learning_rate),
           std::to_string(*network.batch_size)});
}

}  // namespace

TriedNetwork tried(const Trial& trial, const NetworkOptions& base, std::uint64_t seed) {
  HyperParameters hp = trial.hyperparameters;
  return {trial.trial_id, trial, hp.values(), network_of(hp, base), seed};
}

TriedNetwork baseline(const Trial& trial, const NetworkOptions& base, std::uint64_t seed) {
  return {baseline_name, trial, values_of(base), base, seed};
}

void sort_best_first(std::vector<TriedNetwork>& trials, const Objective& objective) {
  std::stable_sort(trials.begin(), trials.end(), [&](const TriedNetwork& a, const TriedNetwork& b) {
    const std::optional<double>&x = a.trial.score, &y = b.trial.score;
    return x && y ? objective.better_than(*x, *y) : x.has_value() > y.has_value();
  });
}

void say_network(const TriedNetwork& tried, const Objective& objective) {
  const Trial& trial = tried.trial;
  const std::string network = network_text(tried.network);
  if (trial.score)
    say({"{}: {} {} after epoch {} ({:.1f} s): {}\n", "{}：{} {}，第 {} 轮（{:.1f} 秒）：{}\n"}, title_of(tried),
        objective.name(), score_text(trial), trial.best_step + 1, trial.seconds, network);
  else
    say({"{} failed: {}: {}\n", "{} 失败：{}：{}\n"}, title_of(tried), network, first_line(trial.message));
  flush_output();
}

void say_table(const TuneResults& results, const Objective& objective) {
  const auto title = [](const Text& text) { return std::string(pick(text)); };
  say_row({title({"trial", "试验"}), objective.name(), title({"epoch", "轮次"}), title({"hidden", "隐藏层"}),
           title({"activation", "激活函数"}), "dropout", title({"optimizer, rate", "优化器、学习率"}),
           title({"batch", "批"})});
  for (const TriedNetwork& each : results.trials) say_row(each);
  if (results.baseline) say_row(*results.baseline);
}

std::string gain_text(const TuneResults& results, const Objective& objective) {
  const TriedNetwork* best = results.best();
  if (best == nullptr || !results.baseline || !results.baseline->trial.score) return "";
  const double gain = *best->trial.score - *results.baseline->trial.score;
  if (objective.name().ends_with("accuracy"))
    return words({"{:+.2f} percentage points", "{:+.2f} 个百分点"}, 100 * gain);
  return fmt::format("{:+.4g}", gain);
}

Config numbers_of(const TriedNetwork& tried) {
  const Trial& trial = tried.trial;
  Config metrics;
  for (const auto& [name, value] : trial.metrics) metrics.set(name, value);
  Config numbers{{"trial", tried.name},
                 {"status", to_string(trial.status)},
                 {"score", trial.score ? Value(*trial.score) : Value()},
                 {"best_epoch", trial.best_step + 1},
                 {"values", tried.values},
                 {"metrics", metrics},
                 {"seconds", trial.seconds}};
  if (!trial.message.empty()) numbers.set("message", trial.message);
  return numbers;
}

}  // namespace linnet::cli
