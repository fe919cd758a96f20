#include "progress.h"

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

}  // namespace

void run_progress(Case& c) {
  const std::shared_ptr<Model> model = model_of(c);
  const Dataset data =
      dataset_of(c.tensors("inputs"), c.tensors("targets"), c.find("input_names"), c.find("target_names"));
  Shapes shapes;
  for (const Tensor& x : data.x) shapes.push_back(x.shape());
  model->build_for(shapes);
  load_weights(c, *model);
  model->compile(compile_options(c.at("compile").as_config(), *model));
  const FitOptions options = fit_options(c.at("fit").as_config());

  Recorder recorder;
  model->fit(data, options);
  c.compare_text("text of fit", normalized(c, recorder.take()), c.text("fit_text"));
  model->evaluate(data, {.batch_size = options.batch_size, .verbose = options.verbose});
  c.compare_text("text of evaluate", normalized(c, recorder.take()), c.text("evaluate_text"));
  Dataset inputs = data;
  inputs.y.clear();
  inputs.y_names.clear();
  model->predict(inputs, {.batch_size = options.batch_size, .verbose = options.verbose});
  c.compare_text("text of predict", normalized(c, recorder.take()), c.text("predict_text"));
}

}  // namespace golden
