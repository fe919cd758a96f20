// The table that model.summary() prints: Keras's text.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace linnet {

class Model;

struct SummaryOptions {
  std::optional<int> line_length = {};  // default: the terminal's width - 4, at most 88 (108 with "Connected to")
  bool expand_nested = false;
  bool show_trainable = false;
  std::optional<int> columns = {};  // width of the terminal, where it is not to be asked (80 if there is none)
  bool color = false;               // ANSI colours and bold, as Keras prints on a terminal
};

std::string summary_text(const Model& model, const SummaryOptions& options = {});

}  // namespace linnet
