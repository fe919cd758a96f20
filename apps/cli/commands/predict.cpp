#include <memory>

#include "cli/commands/all.h"
#include "cli/inputs.h"
#include "cli/pictures.h"
#include "cli/report.h"
#include "cli/terminal.h"
#include "linnet/base/thread_pool.h"

namespace linnet::cli {

namespace {

struct Options {
  std::string model;
  std::vector<std::string> inputs;
  InputOptions input;
  bool brief = false;
  std::optional<int> threads;
  std::string json;
};

// What is said of many samples: how many there were, were right, and failed.
struct Tally {
  int samples = 0, known = 0, right = 0, failed = 0;
};

std::vector<std::string> class_names(const Predictor& predictor, std::size_t count) {
  std::vector<std::string> names;
  for (std::size_t label = 0; label < count; ++label) names.push_back(predictor.class_name(label));
  return names;
}

void ask(Sample& sample, Answer& answer, const Predictor& predictor) {
  if (!sample.error.empty()) return;
  try {
    answer = predictor.answer(sample.x);
  } catch (const Error& error) {
    sample.error = error.what();
  }
}

std::string answer_text(const Answer& answer, const Predictor& predictor) {
  if (answer.probabilities.empty()) return fmt::format("{:.6g}", answer.value);
  return fmt::format("{} ({})", predictor.class_name(answer.best), percent(answer.probabilities[answer.best]));
}

// `seven.png: 7 (99.3 %)   truth 7`
void print_line(const Sample& sample, const Answer& answer, const Predictor& predictor) {
  std::string line = sample.name + ": " + styled(Style::bold, answer_text(answer, predictor));
  if (!sample.truth.empty()) {
    const bool wrong = !answer.probabilities.empty() && predictor.class_name(answer.best) != sample.truth;
    line += "  " + styled(wrong ? Style::bad : Style::plain, words({"truth: {}{}", "实际：{}{}"}, sample.truth,
                                                                   wrong ? pick({"  <- wrong", "  <- 错"}) : ""));
  }
  print(line + "\n");
  for (const std::string& note : sample.notes)
    print(styled(Style::faint, "  (" + wrapped(note, static_cast<std::size_t>(columns()), 3) + ")") + "\n");
}

// The picture, and the probabilities beside it or, on narrow terminals, below.
void print_drawing(const Sample& sample, const Answer& answer, const Predictor& predictor) {
  const auto width = static_cast<std::size_t>(columns());
  std::vector<std::string> blocks;
  if (sample.picture.defined() && static_cast<std::size_t>(sample.picture.shape()[1]) <= width)
    blocks = picture(sample.picture);
  const std::size_t used = blocks.empty() ? 0 : display_width(blocks.front()) + 2;
  const bool beside = width >= used + 24;
  std::vector<std::string> bars;
  if (!answer.probabilities.empty())
    bars = probability_bars(answer.probabilities, class_names(predictor, answer.probabilities.size()),
                            beside ? width - used : width);
  if (blocks.empty() || bars.empty() || !beside) {
    print_beside({blocks});
    print_beside({bars});
  } else {
    print_beside({blocks, bars});
  }
  print("\n");
}

Config to_config(const Sample& sample, const Answer& answer, const Predictor& predictor) {
  Config config{{"input", sample.name}};
  if (!sample.error.empty()) {
    config.set("error", sample.error);
    return config;
  }
  if (answer.probabilities.empty()) {
    config.set("prediction", answer.value);
  } else {
    config.set("prediction", predictor.class_name(answer.best));
    config.set("class", static_cast<std::int64_t>(answer.best));
    config.set("probability", answer.probabilities[answer.best]);
    config.set("probabilities", List(answer.probabilities.begin(), answer.probabilities.end()));
  }
  if (sample.true_value)
    config.set("truth", *sample.true_value);
  else if (!sample.truth.empty())
    config.set("truth", sample.truth);
  if (sample.inverted) config.set("inverted", *sample.inverted);
  if (sample.box) config.set("box", List(sample.box->begin(), sample.box->end()));
  if (!sample.notes.empty()) config.set("notes", List(sample.notes.begin(), sample.notes.end()));
  return config;
}

void count(Tally& tally, const Sample& sample, const Answer& answer, const Predictor& predictor) {
  ++tally.samples;
  if (!sample.error.empty()) {
    ++tally.failed;
  } else if (!sample.truth.empty() && !answer.probabilities.empty()) {
    ++tally.known;
    tally.right += predictor.class_name(answer.best) == sample.truth;
  }
}

// One wrong input does not keep the others from being predicted; one that is written wrongly does.
std::vector<Sample> samples_or_error(const std::string& input, const Predictor& predictor,
                                     const InputOptions& options) {
  try {
    return samples_of(input, predictor, options);
  } catch (const UsageError&) {
    throw;
  } catch (const Error& error) {
    return {{.name = input, .error = error.what()}};
  }
}

int predict(const Options& options) {
  check_writable("--json", options.json);
  if (options.json == "-") speak_on_stderr();
  if (options.threads) set_num_threads(*options.threads);
  const Predictor predictor(options.model);
  std::vector<Sample> samples;
  for (const std::string& input : options.inputs)
    for (Sample& sample : samples_or_error(input, predictor, options.input)) samples.push_back(std::move(sample));

  const bool draws = !options.brief && samples.size() <= 20, talks = options.json != "-";
  Tally tally;
  List list;
  std::size_t classes = 0;
  for (Sample& sample : samples) {
    Answer answer;
    ask(sample, answer, predictor);
    count(tally, sample, answer, predictor);
    classes = std::max(classes, answer.probabilities.size());
    if (!options.json.empty()) list.push_back(to_config(sample, answer, predictor));
    if (!sample.error.empty()) {
      complain(sample.name + ": " + sample.error);
    } else if (talks) {
      print_line(sample, answer, predictor);
      if (draws) print_drawing(sample, answer, predictor);
    }
  }
  if (talks && tally.known > 1) say({"{} of {} are right.\n", "{} / {} 正确。\n"}, tally.right, tally.known);
  if (tally.failed > 0 && tally.samples > 1)
    complain(words({"{} of {} could not be predicted", "{} / {} 无法预测"}, tally.failed, tally.samples));
  const std::vector<std::string> names = class_names(predictor, classes);
  write_json(options.json, Config{{"model", options.model},
                                  {"classes", List(names.begin(), names.end())},
                                  {"predictions", list},
                                  {"errors", tally.failed}});
  return tally.failed > 0 ? 1 : 0;
}

}  // namespace

void declare_predict(Arguments& arguments) {
  auto options = std::make_shared<Options>();
  arguments.add_model(options->model);
  arguments
      .add("inputs", options->inputs, "INPUT",
           {"Pictures (PNG, JPEG), folders of them, tables (CSV), rows of a table (houses.csv:0,4-7), samples of a "
            "data set "
            "(mnist:17, mnist:train:0-9)",
            "图片（PNG、JPEG）、图片文件夹、表格（CSV）、表格中的行（houses.csv:0,4-7）、数据集中的样本（mnist:"
            "17、mnist:train:0-9）"})
      .required = true;
  arguments.add_choice("--prepare", options->input.prepare, {"auto", "mnist", "fashion_mnist", "resize"},
                       {"How pictures are made like those the network knows: see below [auto]",
                        "怎样把图片变成网络认识的样子，见下文 [auto]"});
  arguments.add_flag("--brief", options->brief, {"A line for each, no drawings", "每个样本一行，不画图"});
  arguments.add("--data", options->input.folder, "DIR",
                {"Folder of the data set [looked for]", "数据集所在的文件夹 [自动寻找]"});
  arguments.add("--threads", options->threads, whole_above_zero, "N",
                {"Threads to use [one for each core]", "线程数 [每个物理核一个]"});
  arguments.add_json(options->json);
  arguments.notes.push_back(
      {"Rows and samples count from 0; a table's row 0 is the line below its header. For a network that reads digits a "
       "picture "
       "is prepared as MNIST's were: what differs from the paper is the ink, light on dark; it is cut out, fitted into "
       "20 x 20 "
       "pixels and moved so that its centre of mass is in the middle of 28 x 28. What was done is said below the "
       "answer. Exit "
       "code 1: some inputs could not be predicted; the others were.",
       "行和样本从 0 开始编号；表格的第 0 行是表头下面的一行。对识别数字的网络，图片会像 MNIST "
       "那样处理：与纸的颜色不同的部分是笔迹，变成深底浅字，"
       "裁出来，缩放到 20 x 20 像素以内，再移动到 28 x 28 的中央（按重心）。做过什么会写在答案下面。退出码 1 "
       "表示有的输入无法预测，其余的照常给出。"});
  arguments.example("linnet predict runs/mnist/model.safetensors seven.png photos/",
                    {"a picture, and all pictures of a folder", "一张图片，以及一个文件夹里的所有图片"});
  arguments.example("linnet predict runs/mnist/model.safetensors mnist:0-9 --brief",
                    {"the first ten test images, a line each", "前十幅测试图像，每幅一行"});
  arguments.example("linnet predict runs/houses/model.safetensors new.csv",
                    {"all rows of a table with the same columns", "预测列相同的另一个表格的所有行"});
  arguments.example("linnet predict runs/mnist/model.safetensors seven.png --json",
                    {"probabilities and all else for programs", "把概率等全部结果输出为 JSON，供程序读取"});
  arguments.action = [options] { return predict(*options); };
}

}  // namespace linnet::cli
