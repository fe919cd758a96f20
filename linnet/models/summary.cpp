// The summary table. Layout follows keras/src/utils/summary_utils.py and the column rules of the table library (rich)
// that Keras prints with: columns shrink evenly to the table's width, words wrap, longer words end in "…".
#include "linnet/models/summary.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "linnet/base/display_width.h"
#include "linnet/models/training.h"

namespace linnet {
namespace {

enum class Align : std::uint8_t { left, center, right };
struct Column {
  std::string header;
  Align align;
  int width = 0;  // of the text
};
using Row = std::vector<std::string>;

// ---- text in cells (widths count the columns of a terminal, not bytes)

int width_of(std::string_view text) { return static_cast<int>(detail::display_width(text)); }

std::string first_columns(const std::string& text, int columns) {
  return std::string(detail::first_columns(text, static_cast<std::size_t>(std::max(0, columns))));
}

std::string fit_to(std::string text, int width, Align align) {
  while (!text.empty() && text.back() == ' ' && width_of(text) > width) text.pop_back();
  if (width_of(text) > width) text = first_columns(text, width - 1) + "…";
  const int room = width - width_of(text);
  const int before = align == Align::left ? 0 : align == Align::right ? room : room / 2;
  return std::string(static_cast<std::size_t>(before), ' ') + text +
         std::string(static_cast<std::size_t>(room - before), ' ');
}

/// Words with the spaces after them (the first one also with those before it).
std::vector<std::string> words_of(const std::string& text) {
  std::vector<std::string> words;
  std::size_t start = 0;
  while (start < text.size()) {
    std::size_t end = text.find_first_not_of(' ', start);
    end = text.find(' ', end == std::string::npos ? text.size() : end);
    end = end == std::string::npos ? text.size() : std::min(text.find_first_not_of(' ', end), text.size());
    words.push_back(text.substr(start, end - start));
    start = end;
  }
  return words;
}

std::vector<std::string> wrap(const std::string& text, const Column& column) {
  std::vector<std::string> lines(1);
  for (const std::string& word : words_of(text)) {
    const int length = width_of(word.substr(0, word.find_last_not_of(' ') + 1));
    if (!lines.back().empty() && width_of(lines.back()) + length > column.width) lines.emplace_back();
    lines.back() += word;
  }
  for (std::string& line : lines) {
    line.erase(line.find_last_not_of(' ') + 1);
    line = fit_to(line, column.width, column.align);
  }
  return lines;
}

// ---- the table

std::string rule(const std::vector<Column>& columns, const char* left, const char* line, const char* middle,
                 const char* right) {
  std::string text = left;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    for (int k = 0; k < columns[i].width + 2; ++k) text += line;
    text += i + 1 < columns.size() ? middle : right;
  }
  return text + "\n";
}

std::string row_text(const std::vector<Column>& columns, const Row& row, const std::string& border) {
  std::vector<std::vector<std::string>> cells;
  std::size_t height = 1;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    cells.push_back(wrap(row[i], columns[i]));
    height = std::max(height, cells.back().size());
  }
  std::string text;
  for (std::size_t line = 0; line < height; ++line) {
    text += border;
    for (std::size_t i = 0; i < columns.size(); ++i)
      text +=
          " " + (line < cells[i].size() ? cells[i][line] : fit_to("", columns[i].width, Align::left)) + " " + border;
    text += "\n";
  }
  return text;
}

std::string table_text(const std::vector<Column>& columns, const std::vector<Row>& rows) {
  Row header;
  for (const Column& column : columns) header.push_back(column.header);
  std::string text =
      rule(columns, "┏", "━", "┳", "┓") + row_text(columns, header, "┃") + rule(columns, "┡", "━", "╇", "┩");
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (i > 0) text += rule(columns, "├", "─", "┼", "┤");
    text += row_text(columns, rows[i], "│");
  }
  return text + rule(columns, "└", "─", "┴", "┘");
}

/// Text widths from the relative positions of the columns' right edges. What does not fit is taken from all columns
/// alike.
void set_widths(std::vector<Column>& columns, const std::vector<double>& positions, int line_length) {
  std::vector<int> widths;  // with one space on either side
  int used = 0, total = 0;
  for (double position : positions) {
    const int width = static_cast<int>(position * line_length) - used;
    check(width >= 4, "[summary] expected a wider terminal or line_length, received ", line_length);
    used += width;
    widths.push_back(width + 2);
    total += width + 2;
  }
  const int borders = static_cast<int>(columns.size()) + 1;
  int excess = std::max(0, total - (line_length - borders));
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const int share =
        static_cast<int>(std::nearbyint(static_cast<double>(excess) / static_cast<double>(columns.size() - i)));
    excess -= share;
    columns[i].width = std::max(1, widths[i] - share - 2);
  }
}

// ---- what the cells say

std::string with_commas(std::int64_t number) {
  std::string text = std::to_string(number);
  for (auto i = static_cast<std::int64_t>(text.size()) - 3; i > 0; i -= 3)
    text.insert(static_cast<std::size_t>(i), ",");
  return text;
}

std::string memory_size(double bytes) {
  constexpr std::array units{"B", "KB", "MB", "GB", "TB", "PB"};
  std::size_t unit = 0;
  while (bytes >= 1024 && unit + 1 < units.size()) {
    bytes /= 1024;
    ++unit;
  }
  std::array<char, 48> text;
  std::snprintf(text.data(), text.size(), "%.2f %s", bytes, units[unit]);
  return text.data();
}

std::string shape_text(const Shape& shape) {
  std::string text;
  for (std::int64_t n : shape) text += (text.empty() ? "" : ", ") + (n < 0 ? std::string("None") : std::to_string(n));
  return "(" + text + ")";
}

std::string output_shape_text(const Layer& layer) {
  const Shapes& shapes = layer.output_shapes();
  if (shapes.empty()) return "?";
  if (shapes.size() == 1) return shape_text(shapes[0]);
  std::string text;
  for (const Shape& shape : shapes) text += (text.empty() ? "" : ", ") + shape_text(shape);
  return "[" + text + "]";
}

std::string parameters_text(const Layer& layer) {
  return layer.built() ? with_commas(layer.count_params()) : "0 (unbuilt)";
}

/// "dense[0][0], concatenate[0][0]": layer, call, output.
std::string connections_text(const Model& model, const Layer& layer) {
  std::string text;
  for (const auto& node : model.nodes()) {
    if (node->layer->name() != layer.name()) continue;
    for (const Tensor& input : node->inputs) {
      const GraphOrigin& origin = graph_origin(input);
      text += concat(text.empty() ? "" : ", ", origin.node->layer->name(), "[", origin.node->index, "][", origin.index,
                     "]");
    }
  }
  return text.empty() ? "-" : text;
}

/// A chain: one column less, for nothing has to be said about connections.
bool is_chain(const Model& model) {
  std::vector<std::string> layers;
  std::vector<std::pair<const GraphNode*, int>> consumed;
  for (const auto& node : model.nodes()) {
    if (node->inputs.size() > 1) return false;
    for (const Tensor& input : node->inputs) {
      const GraphOrigin& origin = graph_origin(input);
      const auto source = std::pair(static_cast<const GraphNode*>(origin.node.get()), origin.index);
      if (std::find(consumed.begin(), consumed.end(), source) != consumed.end()) return false;
      consumed.push_back(source);
    }
    if (std::find(layers.begin(), layers.end(), node->layer->name()) != layers.end()) return false;
    layers.push_back(node->layer->name());
  }
  return model.inputs().size() <= 1;
}

class Summary {
 public:
  Summary(const Model& model, const SummaryOptions& options)
      : model_(model),
        options_(options),
        connected_(model.class_name() != "Sequential" && !model.nodes().empty() && !is_chain(model)) {}

  std::string text() {
    add_rows(model_.layers(), 0);
    std::vector<Column> columns{
        {"Layer (type)", Align::left}, {"Output Shape", Align::left}, {"Param #", Align::right}};
    std::vector<double> positions{0.45, 0.80, 1.0};
    int longest = 88;
    if (connected_) {
      columns.push_back({"Connected to", Align::left});
      positions = {0.3, 0.56, 0.74, 1.0};
      longest = 108;
    }
    if (options_.show_trainable) {
      columns.push_back({"Trainable", Align::center});
      for (double& position : positions) position *= 0.90;
      positions.push_back(1.0);
      longest += 12;
    }
    set_widths(columns, positions, options_.line_length.value_or(std::min(longest, terminal_columns() - 4)));
    return "Model: \"" + model_.name() + "\"\n" + table_text(columns, rows_) + totals();
  }

 private:
  void add_rows(const std::vector<AnyLayer>& layers, int level) {
    const std::string prefix = level == 0 ? "" : std::string(static_cast<std::size_t>(3 * level), ' ') + "└ ";
    for (const AnyLayer& layer : layers) {
      Row row{prefix + layer->name() + " (" + layer->class_name() + ")", output_shape_text(*layer),
              parameters_text(*layer)};
      if (connected_) row.push_back(connections_text(model_, *layer));
      if (options_.show_trainable) row.emplace_back(layer->weights().empty() ? "-" : layer->trainable() ? "Y" : "N");
      rows_.push_back(std::move(row));
      if (const auto* nested = dynamic_cast<const Model*>(&*layer); nested != nullptr && options_.expand_nested)
        add_rows(nested->layers(), level + 1);
    }
  }

  int terminal_columns() const {
    if (options_.columns) return *options_.columns;
    if (const char* columns = std::getenv("COLUMNS"); columns != nullptr && std::atoi(columns) > 0)
      return std::atoi(columns);
    winsize size{};
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
    return 80;
  }

  struct Count {
    std::int64_t elements = 0;
    double bytes = 0;
  };
  static Count count(const Variables& variables) {
    Count total;
    for (const Variable& variable : variables) {
      if (!variable.defined()) continue;
      total.elements += variable.value().size();
      total.bytes += static_cast<double>(variable.value().size()) * static_cast<double>(size_of(variable.dtype()));
    }
    return total;
  }
  static std::string line(const char* what, const Count& total) {
    return concat(" ", what, " params: ", with_commas(total.elements), " (", memory_size(total.bytes), ")\n");
  }

  std::string totals() const {
    const Count trainable = count(model_.trainable_weights()), fixed = count(model_.non_trainable_weights());
    const bool training = model_.compiled() && model_.optimizer().built();
    Count optimizer = training ? count(model_.optimizer().variables()) : Count{};
    // Keras counts its steps in 32 bits, we in 64: the text is Keras's.
    if (training) optimizer.bytes -= sizeof(std::int64_t) - sizeof(std::int32_t);
    const Count total{trainable.elements + fixed.elements + optimizer.elements,
                      trainable.bytes + fixed.bytes + optimizer.bytes};
    return line("Total", total) + line("Trainable", trainable) + line("Non-trainable", fixed) +
           (training ? line("Optimizer", optimizer) : "");
  }

  const Model& model_;
  const SummaryOptions& options_;
  bool connected_;
  std::vector<Row> rows_;
};

}  // namespace

std::string summary_text(const Model& model, const SummaryOptions& options) { return Summary(model, options).text(); }

std::string Model::summary_text(const SummaryOptions& options) const { return linnet::summary_text(*this, options); }

void Model::summary(const SummaryOptions& options) const {
  const std::string text = summary_text(options);
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fflush(stdout);
}

}  // namespace linnet
