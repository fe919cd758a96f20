#include "cli/report.h"

#include <sys/resource.h>

#include <cmath>
#include <filesystem>

#include "cli/terminal.h"
#include "linnet/base/thread_pool.h"
#include "linnet/optimizers/optimizers.h"
#include "linnet/saving/json.h"
#include "linnet/saving/safetensors.h"

namespace linnet::cli {

namespace {

// The most memory this process has had, and that of the data, in MiB.
double peak_rss_mb() {
  rusage usage = {};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;  // Linux counts in KiB
}

double size_mb(const TrainingData& data) {
  double bytes = 0;
  const auto add = [&](const Dataset& part) {
    for (const Tensor& tensor : {part.x[0], part.y[0]})
      bytes += static_cast<double>(tensor.size()) * static_cast<double>(size_of(tensor.dtype()));
  };
  add(data.train);
  add(data.test);
  return bytes / (1024 * 1024);
}

List epoch_list(const History& history) {
  List epochs;
  for (std::size_t i = 0; i < history.epoch.size(); ++i) {
    Config epoch;
    for (const auto& [name, values] : history.history)
      if (name != "learning_rate" && i < values.size() && !std::isnan(values[i])) epoch.set(name, values[i]);
    epochs.push_back(epoch);
  }
  return epochs;
}

}  // namespace

Config training_report(const RunSettings& settings, const TrainingData& data, const Model& model,
                       const History& history, const Results& results) {
  const NetworkOptions& network = settings.network;
  Config report{{"version", LINNET_VERSION},
                {"dataset", settings.data},
                {"task", data.description.classification ? "classification" : "regression"},
                {"model", network.model},
                {"hidden", List(network.hidden->begin(), network.hidden->end())},
                {"activation", network.activation},
                {"dtype", network.dtype},
                {"optimizer", network.optimizer},
                {"learning_rate", network.learning_rate.value_or(AnyOptimizer(network.optimizer)->learning_rate())},
                {"decay", network.decay},
                {"batch_size", *network.batch_size},
                {"dropout", *network.dropout},
                {"l2", *network.l2},
                {"train_samples", data.train.size()},
                {"validation_samples", data.validation.size()},
                {"test_samples", data.test.size()},
                {"seed", settings.seed},
                {"threads", num_threads()},
                {"epochs", epoch_list(history)},
                {"train_seconds", results.seconds},
                {"interrupted", results.interrupted}};
  if (data.description.is_table) report.set("target", data.description.target);
  for (const auto& [name, value] : results.test) report.set("test_" + name, value);
  if (results.network) {
    report.set("test_rmse", results.network->rmse);
    report.set("test_r2", r2_value(*results.network));
    report.set("linear_rmse", results.linear->rmse);
    report.set("linear_r2", r2_value(*results.linear));
  }
  report.set("parameters", model.count_params());
  report.set("peak_rss_mb", peak_rss_mb());
  report.set("data_mb", size_mb(data));
  return report;
}

void check_writable(const std::string& option, const std::string& path) {
  if (path.empty() || path == "-") return;
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  std::error_code ignored;
  if (!folder.empty() && !std::filesystem::is_directory(folder, ignored))
    fail<FileError>(words({"{} {}: there is no folder {}; make it first (mkdir -p {}) or choose another file",
                           "{} {}：没有文件夹 {}；请先创建（mkdir -p {}），或换一个文件"},
                          option, path, folder.string(), folder.string()));
  if (std::filesystem::is_directory(path, ignored))
    fail<FileError>(
        words({"{} {}: this is a folder; name a file, such as {}", "{} {}：这是一个文件夹；请给出文件名，例如 {}"},
              option, path, (std::filesystem::path(path) / "report.json").string()));
}

void write_json(const std::string& path, const Config& numbers) {
  const std::string text = to_json(numbers, 2) + "\n";
  if (path == "-") {
    print_raw(text);
  } else if (!path.empty()) {
    write_file_atomically(path, text);
  }
}

}  // namespace linnet::cli
