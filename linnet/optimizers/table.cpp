// The optimizers by name.
#include "linnet/base/class_table.h"
#include "linnet/optimizers/fields.h"
#include "linnet/optimizers/optimizers.h"
#include "linnet/optimizers/registry.h"

namespace linnet {

namespace {
ClassTable<Optimizer>& table() {
  static ClassTable<Optimizer> classes("optimizer", {
                                                        class_entry<Optimizer, SGD>(),
                                                        class_entry<Optimizer, RMSprop>(),
                                                        class_entry<Optimizer, Adam>(),
                                                        class_entry<Optimizer, AdamW>(),
                                                        class_entry<Optimizer, Nadam>(),
                                                        class_entry<Optimizer, Adamax>(),
                                                        class_entry<Optimizer, Adagrad>(),
                                                        class_entry<Optimizer, Adadelta>(),
                                                        class_entry<Optimizer, Lion>(),
                                                        class_entry<Optimizer, Ftrl>(),
                                                        class_entry<Optimizer, ScheduleFreeAdamW>(),
                                                        class_entry<Optimizer, Lamb>(),
                                                        class_entry<Optimizer, Adafactor>(),
                                                        class_entry<Optimizer, Muon>(),
                                                        class_entry<Optimizer, LossScaleOptimizer>(),
                                                        class_entry<Optimizer, MultiOptimizer>(),
                                                    });
  return classes;
}
}  // namespace

void register_optimizer(const std::string& class_name, OptimizerFactory factory) {
  table().add(class_name, std::move(factory));
}
std::shared_ptr<Optimizer> Optimizer::get(std::string_view name) { return table().create(name); }
std::shared_ptr<Optimizer> Optimizer::from_config(const Value& value) { return table().from_config(value); }

}  // namespace linnet
