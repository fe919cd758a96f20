#include <algorithm>
#include <cmath>

#include "linnet/base/random.h"
#include "linnet/tuning/gaussian_process.h"
#include "linnet/tuning/searches.h"

namespace linnet {

namespace {

using detail::GaussianProcess;
using Point = GaussianProcess::Point;

constexpr std::uint64_t candidate_stream = std::uint64_t{1} << 40;  // apart from random_values()
constexpr int candidates = 1000, refined = 8;

/// The hyper-parameters that are searched, as coordinates.
std::vector<const HyperParameter*> axes(const HyperParameters& space) {
  std::vector<const HyperParameter*> result;
  for (const HyperParameter& hp : space.space())
    if (hp.kind != HyperParameterKind::Fixed) result.push_back(&hp);
  return result;
}

/// Inactive ones have their defaults.
Point point_of(const HyperParameters& trial, const HyperParameters& space) {
  Point point;
  for (const HyperParameter* hp : axes(space)) {
    const Value* value = trial.is_active(*hp) ? trial.values().find(hp->name) : nullptr;
    point.push_back(hp->probability_of(value != nullptr && hp->allows(*value) ? *value : hp->default_value()));
  }
  return point;
}

Config values_of(const Point& point, const HyperParameters& space) {
  HyperParameters result;
  std::size_t i = 0;
  for (const HyperParameter& hp : space.space()) {
    result.merge({hp});
    const Value value = hp.kind == HyperParameterKind::Fixed ? hp.default_value() : hp.value_at(point[i++]);
    if (result.is_active(hp)) result.set_value(hp.name, value);
  }
  return result.values();
}

struct Candidate {
  double bound;
  Point point;
};

class BayesianOptimizationAlgorithm final : public SearchAlgorithm {
 public:
  explicit BayesianOptimizationAlgorithm(const BayesianOptimizationOptions& options) : options_(options) {}

  Proposal propose(const ProposalContext& context) const override {
    const auto completed = std::count_if(context.trials.begin(), context.trials.end(),
                                         [](const Trial& trial) { return trial.status == TrialStatus::COMPLETED; });
    const int dimensions = static_cast<int>(axes(context.space).size());
    const bool knows_enough = completed >= options_.num_initial_points.value_or(std::max(3 * dimensions, 3));
    std::optional<Config> values = knows_enough && dimensions > 0 ? most_promising(context) : std::nullopt;
    if (!values) values = random_values(context);
    if (!values) return {};
    return {TrialStatus::RUNNING, std::move(*values)};
  }
  std::string class_name() const override { return "BayesianOptimization"; }
  Config config() const override {
    return {{"num_initial_points", options_.num_initial_points ? Value(*options_.num_initial_points) : Value()},
            {"alpha", options_.alpha},
            {"beta", options_.beta}};
  }

 private:
  std::optional<Config> most_promising(const ProposalContext& context) const {
    const std::unique_ptr<GaussianProcess> process = learned(context);
    const auto bound = [&](const Point& point) {
      const auto [mean, deviation] = process->at(snapped(point, context.space));
      return mean - options_.beta * deviation;
    };
    const auto lower = [](const Candidate& a, const Candidate& b) { return a.bound < b.bound; };
    std::vector<Candidate> all;
    for (int i = 0; i < candidates; ++i) {
      Point point = random_point(context, i);
      all.push_back({bound(point), std::move(point)});
    }
    std::stable_sort(all.begin(), all.end(), lower);
    for (int i = 0; i < refined; ++i) descend(all[static_cast<std::size_t>(i)], bound);
    std::stable_sort(all.begin(), all.end(), lower);
    for (const Candidate& each : all)
      if (Config values = values_of(each.point, context.space); !were_tried(values, context.trials)) return values;
    return {};
  }

  /// Of an objective to be made small. Trials that run count as one deviation worse than expected, so that others do
  /// not try the same.
  std::unique_ptr<GaussianProcess> learned(const ProposalContext& context) const {
    std::vector<Point> points;
    std::vector<double> values;
    for (const Trial& trial : context.trials) {
      if (trial.status != TrialStatus::COMPLETED) continue;
      points.push_back(point_of(trial.hyperparameters, context.space));
      values.push_back(context.objective.direction() == "max" ? -*trial.score : *trial.score);
    }
    auto process = std::make_unique<GaussianProcess>(points, values, options_.alpha);
    const std::size_t known = points.size();
    for (const Trial& trial : context.trials) {
      if (trial.finished()) continue;
      points.push_back(point_of(trial.hyperparameters, context.space));
      const auto [mean, deviation] = process->at(points.back());
      values.push_back(mean + deviation);
    }
    if (points.size() > known) process = std::make_unique<GaussianProcess>(points, values, options_.alpha);
    return process;
  }

  static Point random_point(const ProposalContext& context, int index) {
    Point point(axes(context.space).size());
    for (std::size_t i = 0; i < point.size(); ++i) {
      const auto words = philox(context.seed, candidate_stream + static_cast<std::uint64_t>(context.number),
                                static_cast<std::uint64_t>(index) * point.size() + i);
      point[i] = uniform_from_words(words[0], words[1]);
    }
    return point;
  }

  /// Where the values that it stands for are.
  static Point snapped(Point point, const HyperParameters& space) {
    std::size_t i = 0;
    for (const HyperParameter* hp : axes(space)) {
      point[i] = hp->probability_of(hp->value_at(point[i]));
      ++i;
    }
    return point;
  }

  /// One coordinate after the other, in steps that become smaller while none helps.
  template <class Bound>
  static void descend(Candidate& best, const Bound& bound) {
    constexpr double smallest = 0.005;
    for (double step = 0.16; step > smallest; step /= 2)
      for (bool better = true; better;) {
        better = false;
        for (std::size_t i = 0; i < best.point.size(); ++i)
          for (const double move : {-step, step}) {
            Point point = best.point;
            point[i] = std::clamp(point[i] + move, 0.0, 1 - 1e-9);
            if (const double value = bound(point); value < best.bound - 1e-12) {
              best = {value, std::move(point)};
              better = true;
            }
          }
      }
  }

  BayesianOptimizationOptions options_;
};

}  // namespace

std::shared_ptr<const SearchAlgorithm> bayesian_optimization(const BayesianOptimizationOptions& options) {
  check(!options.num_initial_points || *options.num_initial_points >= 1,
        "[BayesianOptimization] expected num_initial_points >= 1, received ", options.num_initial_points.value_or(0));
  check(options.alpha > 0 && std::isfinite(options.alpha), "[BayesianOptimization] expected alpha > 0, received ",
        options.alpha);
  check(options.beta >= 0 && std::isfinite(options.beta), "[BayesianOptimization] expected beta >= 0, received ",
        options.beta);
  return std::make_shared<BayesianOptimizationAlgorithm>(options);
}

}  // namespace linnet
