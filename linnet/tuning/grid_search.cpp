#include <algorithm>

#include "linnet/tuning/searches.h"

namespace linnet {

namespace {

/// The values of a hyper-parameter in the order of the grid: the default, then the others.
List grid_values(const HyperParameter& hp) {
  List values = {hp.default_value()};
  for (Value& value : hp.all_values())
    if (!same_value(value, values.front())) values.push_back(std::move(value));
  return values;
}

std::size_t position(const List& values, const Value& value) {
  const auto it = std::find_if(values.begin(), values.end(), [&](const Value& v) { return same_value(v, value); });
  return static_cast<std::size_t>(it - values.begin());
}

/// Below 0 when `a` comes before `b`: the first hyper-parameter in which they differ decides.
int compare(const HyperParameters& space, const Config& a, const Config& b) {
  for (const HyperParameter& hp : space.space()) {
    const Value *left = a.find(hp.name), *right = b.find(hp.name);
    if (left == nullptr || right == nullptr) {
      if (left != right) return left == nullptr ? -1 : 1;
      continue;
    }
    if (same_value(*left, *right)) continue;
    const List values = grid_values(hp);
    return position(values, *left) < position(values, *right) ? -1 : 1;
  }
  return 0;
}

/// The combination that follows; nothing after the last. Later hyper-parameters change first, so that those which
/// depend on a value are gone through before the value changes.
std::optional<Config> next_combination(const HyperParameters& space, const Config& values) {
  HyperParameters next = space;
  next.set_values(values);
  for (auto hp = space.space().rbegin(); hp != space.space().rend(); ++hp) {
    if (next.is_active(*hp) && next.contains(hp->name)) {
      const List all = grid_values(*hp);
      const std::size_t index = position(all, next.get(hp->name)) + 1;
      if (index < all.size()) {
        next.set_value(hp->name, all[index]);
        next.ensure_active_values();
        return next.values();
      }
    }
    if (next.is_active(*hp)) next.set_value(hp->name, hp->default_value());
  }
  return {};
}

class GridSearchAlgorithm final : public SearchAlgorithm {
 public:
  // The trials, sorted as the grid is, have gaps where a combination between two of them was not tried: the first gap
  // is next. A gap within what was done opens when a trial shows a new hyper-parameter.
  Proposal propose(const ProposalContext& context) const override {
    if (context.trials.empty()) {
      HyperParameters first = context.space;
      first.set_values({});
      first.ensure_active_values();
      return {TrialStatus::RUNNING, first.values()};
    }
    std::vector<Config> tried;
    for (const Trial& trial : context.trials) tried.push_back(trial.hyperparameters.values());
    std::stable_sort(tried.begin(), tried.end(),
                     [&](const Config& a, const Config& b) { return compare(context.space, a, b) < 0; });
    for (std::size_t i = 0; i < tried.size(); ++i) {
      std::optional<Config> next = next_combination(context.space, tried[i]);
      const bool is_gap = next && (i + 1 == tried.size() || compare(context.space, *next, tried[i + 1]) < 0);
      if (is_gap) return {TrialStatus::RUNNING, std::move(*next)};
    }
    return {};
  }
  std::string class_name() const override { return "GridSearch"; }
};

}  // namespace

std::shared_ptr<const SearchAlgorithm> grid_search() { return std::make_shared<GridSearchAlgorithm>(); }

}  // namespace linnet
