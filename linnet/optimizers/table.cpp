// The optimizers by name.
#include "linnet/base/class_table.h"
#include "linnet/optimizers/fields.h"
#include "linnet/optimizers/optimizers.h"

namespace linnet {

namespace {
const ClassTable<Optimizer>& table() {
  static const ClassTable<Optimizer> classes("optimizer", {
                                                              class_entry<Optimizer, SGD>(),
                                                              class_entry<Optimizer, RMSprop>(),
                                                              class_entry<Optimizer, Adam>(),
                                                              class_entry<Optimizer, AdamW>(),
                                                              class_entry<Optimizer, Nadam>(),
                                                              class_entry<Optimizer, Adamax>(),
                                                              class_entry<Optimizer, Adagrad>(),
                                                              class_entry<Optimizer, Adadelta>(),
                                                              class_entry<Optimizer, Lion>(),
                                                          });
  return classes;
}
}  // namespace

std::shared_ptr<Optimizer> Optimizer::get(std::string_view name) { return table().create(name); }
std::shared_ptr<Optimizer> Optimizer::from_config(const Value& value) { return table().from_config(value); }

}  // namespace linnet
