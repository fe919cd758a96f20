#include "linnet/tuning/searches.h"

namespace linnet {

namespace {

class RandomSearchAlgorithm final : public SearchAlgorithm {
 public:
  Proposal propose(const ProposalContext& context) const override {
    std::optional<Config> values = random_values(context);
    if (!values) return {};
    return {TrialStatus::RUNNING, std::move(*values)};
  }
  std::string class_name() const override { return "RandomSearch"; }
};

}  // namespace

std::shared_ptr<const SearchAlgorithm> random_search() { return std::make_shared<RandomSearchAlgorithm>(); }

}  // namespace linnet
