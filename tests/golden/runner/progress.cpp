#include "progress.h"

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

// Four printed digits of a float32 that lies on the edge between two of them depend on the order of its sums, which no
// two libraries share. Such a number may be one unit of its last digit away; it is named in a line, never passed in
// silence.
const std::regex printed_number("([0-9]+\\.[0-9]{4})(?![0-9e])");

std::string with_numbers_of(const std::string& got, const std::string& want, const std::string& id) {
  using Iterator = std::sregex_iterator;
  if (std::regex_replace(got, printed_number, "#") != std::regex_replace(want, printed_number, "#")) return got;
  for (Iterator a(got.begin(), got.end(), printed_number), b(want.begin(), want.end(), printed_number), end; a != end;
       ++a, ++b) {
    if (a->str() == b->str()) continue;
    if (std::abs(std::stod(a->str()) - std::stod(b->str())) > 1.01e-4) return got;
    std::cout << "rounding    " << id << ": printed " << a->str() << ", Keras " << b->str() << "\n";
  }
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
  model->compile(compile_options(c.at("compile").as_config(), *model));
  const FitOptions options = fit_options(c.at("fit").as_config());

  Recorder recorder;
  auto compare = [&](const std::string& what, const std::string& want) {
    c.compare_text(what, with_numbers_of(normalized(c, recorder.take()), want, c.text("id")), want);
  };
  model->fit(data, options);
  compare("text of fit", c.text("fit_text"));
  model->evaluate(data, {.batch_size = options.batch_size, .verbose = options.verbose});
  compare("text of evaluate", c.text("evaluate_text"));
  Dataset inputs = data;
  inputs.y.clear();
  inputs.y_names.clear();
  model->predict(inputs, {.batch_size = options.batch_size, .verbose = options.verbose});
  c.compare_text("text of predict", normalized(c, recorder.take()), c.text("predict_text"));
}

}  // namespace golden
