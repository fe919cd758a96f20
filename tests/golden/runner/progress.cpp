#include "progress.h"

#include <algorithm>
#include <cmath>
#include <iostream>
#include <regex>

#include "linnet/models/progress_bar.h"
#include "network.h"

namespace golden {

namespace {

/// Collects what is printed while it lives, under a clock that moves on by 60 ms at each look: no update is skipped.
class Recorder {
 public:
  Recorder() {
    set_console({[this](const std::string& part) { text_ += part; }, [this] { return now_ += 0.06; }});
  }
  ~Recorder() { set_console({}); }
  Recorder(const Recorder&) = delete;
  Recorder& operator=(const Recorder&) = delete;

  std::string take() { return std::exchange(text_, {}); }

 private:
  std::string text_;
  double now_ = 0;
};

std::size_t visible_characters(const std::string& line) {
  const std::string bare = std::regex_replace(line, std::regex("\x1b\\[[0-9]*m"), "");
  std::size_t count = 0;
  for (char byte : bare) count += (static_cast<unsigned char>(byte) & 0xc0) != 0x80 ? 1 : 0;
  return count;
}

/// Puts <TIME> for durations, <BACK> for the backspaces over the line before (checked: as many as it is wide), and
/// takes away the blanks that cover the end of a wider line before.
std::string normalized(Case& c, std::string text) {
  std::string result, line;  // `line`: what stands between the last carriage return or line feed and here
  for (std::size_t i = 0; i < text.size();) {
    std::size_t count = 0;
    while (i + count < text.size() && text[i + count] == '\b') ++count;
    if (count > 0) {
      const std::string visible = line.substr(0, line.find_last_not_of(' ') + 1);
      c.expect(count == visible_characters(visible),
               concat(count, " backspaces after a line of ", visible_characters(visible), " characters"));
      result += "<BACK>";
      i += count;
      continue;
    }
    line = text[i] == '\r' || text[i] == '\n' ? "" : line + text[i];
    result += text[i++];
  }
  result = std::regex_replace(result, std::regex(" +(<BACK>|\n)"), "$1");
  const std::string duration = "[0-9]+(?:s|(?::[0-9][0-9])+)", per_step = "[0-9]+(?:s|ms|us)/step";
  result = std::regex_replace(result, std::regex("\x1b\\[1m" + duration + "\x1b\\[0m " + per_step),
                              "\x1b[1m<TIME>\x1b[0m <TIME>");
  return std::regex_replace(result, std::regex(" - " + duration + " - " + per_step), " - <TIME> - <TIME>");
}

/// The values behind the printed text, unrounded.
class Values final : public Callback {
 public:
  explicit Values(std::vector<double>& seen) : seen_(seen) {}
  void on_train_batch_end(std::int64_t, const Logs& logs) override { add(logs); }
  void on_epoch_end(int, Logs& logs) override { add(logs); }
  void on_test_batch_end(std::int64_t, const Logs& logs) override { add(logs); }
  void on_test_end(const Logs& logs) override { add(logs); }

 private:
  void add(const Logs& logs) {
    for (const auto& entry : logs) seen_.push_back(entry.second);
  }
  std::vector<double>& seen_;
};

/// Is one of the values on the edge between the two printed numbers, nearer than four units of float32's last place?
bool is_edge_of_rounding(const std::vector<double>& values, double got, double want) {
  if (std::abs(std::abs(got - want) - 1e-4) > 1e-9) return false;  // neighbours, with four decimals
  const double edge = (got + want) / 2, unit = std::ldexp(1.0, std::ilogb(edge) - 23);
  return std::any_of(values.begin(), values.end(), [&](double value) { return std::abs(value - edge) <= 4 * unit; });
}

/// Which side of such an edge a float32 falls on depends on the order of its sums, which no two libraries share. That
/// case, and no other, takes Keras's number; it is named in a line.
std::string with_edges_resolved(const std::string& got, const std::string& want, const std::string& id,
                                const std::vector<double>& values) {
  static const std::regex number("([0-9]+\\.[0-9]{4})(?![0-9e])");
  if (std::regex_replace(got, number, "#") != std::regex_replace(want, number, "#")) return got;
  std::string lines;
  std::sregex_iterator a(got.begin(), got.end(), number), b(want.begin(), want.end(), number);
  for (; a != std::sregex_iterator(); ++a, ++b) {
    if (a->str() == b->str()) continue;
    if (!is_edge_of_rounding(values, std::stod(a->str()), std::stod(b->str()))) return got;
    lines += "rounding    text/" + id + ": printed " + a->str() + ", Keras " + b->str() + "\n";
  }
  std::cout << lines;
  return want;
}

}  // namespace

void run_progress(Case& c) {
  const std::shared_ptr<Model> model = model_of(c);
  const Dataset data =
      dataset_of(c.tensors("inputs"), c.tensors("targets"), c.find("input_names"), c.find("target_names"));
  Shapes shapes;
  for (const Tensor& x : data.x) shapes.push_back(x.shape());
  model->build_for(shapes);
  load_weights(c, *model);
  model->compile(compile_options(c.at("compile").as_config()));
  FitOptions options = fit_options(c.at("fit").as_config());
  std::vector<double> values;
  options.callbacks.push_back(Values(values));

  Recorder recorder;
  auto compare = [&](const std::string& what, const std::string& want) {
    c.compare_text(what, with_edges_resolved(normalized(c, recorder.take()), want, c.text("id"), values), want);
  };
  model->fit(data, options);
  compare("text of fit", c.text("fit_text"));
  model->evaluate(data, {.batch_size = options.batch_size, .verbose = options.verbose, .callbacks = {Values(values)}});
  compare("text of evaluate", c.text("evaluate_text"));
  Dataset inputs = data;
  inputs.y.clear();
  inputs.y_names.clear();
  model->predict(inputs, {.batch_size = options.batch_size, .verbose = options.verbose});
  c.compare_text("text of predict", normalized(c, recorder.take()), c.text("predict_text"));
}

}  // namespace golden
