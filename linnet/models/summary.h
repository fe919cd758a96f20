// The table that model.summary() prints: Keras's text.
#pragma once

#include <optional>
#include <string>

#pragma GCC visibility push(default)
namespace linnet {

class Model;

struct SummaryOptions {
  std::optional<int> line_length = {};  // default: the terminal's width - 4, at most 88 (108 with "Connected to")
  bool expand_nested = false;
  bool show_trainable = false;
  std::optional<int> columns = {};  // width of the terminal, where it is not to be asked (80 if there is none)
};

/// The text of model.summary(): a table of layers with output shapes and numbers of parameters, then the totals (with
/// the optimizer's variables once training has begun, as Keras counts). Throws when a column would have no room.
std::string summary_text(const Model& model, const SummaryOptions& options = {});

}  // namespace linnet
#pragma GCC visibility pop
