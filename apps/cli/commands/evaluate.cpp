#include <algorithm>
#include <filesystem>
#include <memory>

#include "cli/commands/all.h"
#include "cli/inputs.h"
#include "cli/least_squares.h"
#include "cli/pictures.h"
#include "cli/report.h"
#include "cli/terminal.h"
#include "linnet/base/thread_pool.h"
#include "linnet/data/csv.h"
#include "linnet/data/datasets.h"
#include "linnet/data/image_dataset.h"
#include "linnet/ops/shape.h"

namespace linnet::cli {

namespace {

struct Options {
  std::string model, source, folder, json;
  std::int64_t batch_size = 64;
  std::optional<int> threads;
  int show = 0;
};

// The rows of a table with labels as the model counts them.
Dataset table_rows(const std::string& path, const Description& description) {
  CsvOptions reading{.missing = Missing::drop};
  for (const Feature& feature : description.features)
    (feature.categories.empty() ? reading.numeric : reading.categorical).push_back(feature.column);
  if (description.classification) reading.categorical.push_back(description.target);
  const Table table = read_csv(path, reading);
  const Tensor x = encode_features(table, description.features);
  const Column& target = table.column(description.target);
  if (!description.classification) return {x, reshape(target.values.to(float32), {table.rows(), 1})};
  std::vector<std::int32_t> labels;
  for (std::int32_t code : target.values.to_vector<std::int32_t>()) {
    const std::string& text = target.categories.at(static_cast<std::size_t>(code));
    const auto found = std::find(description.classes.begin(), description.classes.end(), text);
    if (found == description.classes.end())
      fail(words({"{}: the model knows no class \"{}\" of \"{}\"", "{}：模型不认识类别 \"{}\"（目标列 \"{}\"）"}, path,
                 text, description.target));
    labels.push_back(static_cast<std::int32_t>(found - description.classes.begin()));
  }
  return {x, from_vector(labels)};
}

[[noreturn]] void refuse_data(const std::string& source, const Predictor& predictor) {
  const bool pictures = predictor.picture_shape().has_value();
  std::vector<std::string> names;
  for (const datasets::Description& each : datasets::available())
    if (each.target.empty() == pictures) names.push_back(each.name);
  throw UsageError(
      words({"there is no data set \"{}\"{}; this model takes {}{}", "没有数据集 \"{}\"{}；这个模型接受{}{}"}, source,
            suggestion(source, names),
            pictures ? pick({"a folder of pictures or one of the data sets ", "图片文件夹或数据集 "})
                     : pick({"one of the data sets ", "数据集 "}),
            fmt::format("{}", fmt::join(names, ", "))));
}

Dataset test_data(const Options& options, const Predictor& predictor, const std::string& source) {
  const std::vector<std::string> names = datasets::names();
  std::error_code ignored;
  if (std::find(names.begin(), names.end(), source) == names.end()) {
    if (std::filesystem::is_directory(source, ignored) && predictor.picture_shape()) {
      const auto [height, width, channels] = *predictor.picture_shape();
      return image_dataset_from_directory(source, {.class_names = predictor.description().classes,
                                                   .color_mode = channels == 1 ? "grayscale" : "rgb",
                                                   .image_size = {height, width},
                                                   .shuffle = false});
    }
    if (predictor.description().is_table) return table_rows(source, predictor.description());
  }
  if (std::find(names.begin(), names.end(), source) == names.end()) refuse_data(source, predictor);
  return datasets::load(source, options.folder).test;
}

int evaluate(const Options& options) {
  check_writable("--json", options.json);
  if (options.json == "-") speak_on_stderr();
  if (options.threads) set_num_threads(*options.threads);
  const Predictor predictor(options.model);
  const std::string source = !options.source.empty()    ? options.source
                             : predictor.is_described() ? predictor.description().data
                                                        : "mnist";
  const Dataset test = test_data(options, predictor, source);
  Model& model = predictor.model();
  const Logs results = model.evaluate(test, {.batch_size = options.batch_size});
  if (options.show > 0 && test.x[0].rank() == 3) show_predictions(model, test, options.show);
  Config numbers{{"model", options.model}, {"dataset", source}, {"samples", test.size()}};
  for (const auto& [name, value] : results) numbers.set("test_" + name, value);
  for (const auto& [name, value] : results)
    if (name != "accuracy") say({"Test {}: {:.4f}\n", "测试 {}：{:.4f}\n"}, name, value);
  if (const double* accuracy = results.find("accuracy")) {
    say({"Test accuracy: {:.4f}\n", "测试准确率：{:.4f}\n"}, *accuracy);
  } else {
    const Fit fit = measure_fit(model.predict(test.x[0], {.batch_size = 500, .verbose = 0}), test.y[0]);
    numbers.set("test_rmse", fit.rmse);
    numbers.set("test_r2", r2_value(fit));
    say({"Test RMSE: {:.4g} ({})\n", "测试 RMSE：{:.4g}（{}）\n"}, fit.rmse, r2_text(fit));
  }
  write_json(options.json, numbers);
  return 0;
}

}  // namespace

void declare_evaluate(Arguments& arguments) {
  auto options = std::make_shared<Options>();
  arguments.add_model(options->model);
  arguments.add("data", options->source, "DATA",
                {"A data set by name, whose test part is used, a table FILE.csv or a folder of pictures [what the "
                 "model was trained on]",
                 "数据集的名字（用它的测试部分）、表格 FILE.csv 或图片文件夹 [训练时所用的数据]"});
  arguments.add("--batch-size", options->batch_size, whole_above_zero, "N",
                {"Samples at a time [64]", "一次计算多少个样本 [64]"});
  arguments.add("--threads", options->threads, whole_above_zero, "N",
                {"Threads to use [one for each core]", "线程数 [每个物理核一个]"});
  arguments.add("--show", options->show, whole_not_negative, "N", {"Test images to show [0]", "显示几幅测试图像 [0]"});
  arguments.add("--data", options->folder, "DIR",
                {"Folder of the data set [looked for]", "数据集所在的文件夹 [自动寻找]"});
  arguments.add_json(options->json);
  arguments.notes.push_back(
      {"All rows of a FILE.csv and all pictures of a folder are used: give those that the network was not trained on.",
       "FILE.csv 的所有行、文件夹的所有图片都会用到：请给网络没有学过的数据。"});
  arguments.example("linnet evaluate runs/mnist/model.safetensors",
                    {"loss and accuracy on the test images", "测试图像上的损失和准确率"});
  arguments.example("linnet evaluate runs/mnist/model.safetensors --show 12",
                    {"and twelve of them, with those it gets wrong", "再画出其中十二幅，包括认错的"});
  arguments.action = [options] { return evaluate(*options); };
}

}  // namespace linnet::cli
