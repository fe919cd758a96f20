#include "cli/report.h"

#include <sys/resource.h>

#include <filesystem>
#include <numeric>

namespace linnet::cli {

void EpochTimer::stop() {
  if (!running_) return;
  running_ = false;
  seconds_.push_back(std::chrono::duration<double>(Clock::now() - start_).count());
}

double EpochTimer::total() const { return std::accumulate(seconds_.begin(), seconds_.end(), 0.0); }

double peak_rss_mb() {
  rusage usage = {};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;  // Linux counts in KiB
}

double size_mb(const Tensors& tensors) {
  double bytes = 0;
  for (const Tensor& tensor : tensors) bytes += static_cast<double>(tensor.size()) * double(size_of(tensor.dtype()));
  return bytes / (1024 * 1024);
}

namespace {

List epoch_list(const History& history, const EpochTimer& timer) {
  List epochs;
  for (std::size_t i = 0; i < history.epoch.size(); ++i) {
    Config epoch;
    for (const char* name : {"loss", "accuracy", "val_loss", "val_accuracy"})
      if (const auto found = history.history.find(name); found != history.history.end() && i < found->second.size())
        epoch.set(name, found->second[i]);
    epoch.set("seconds", i < timer.seconds().size() ? Value(timer.seconds()[i]) : Value());
    epochs.push_back(epoch);
  }
  return epochs;
}

}  // namespace

Config training_report(const TrainOptions& options, const Model& model, const History& history, const EpochTimer& timer,
                       const Logs& test, double data_mb) {
  return Config{{"version", LINNET_VERSION},
                {"dataset", options.dataset},
                {"hidden", List(options.hidden.begin(), options.hidden.end())},
                {"optimizer", options.optimizer},
                {"learning_rate", model.optimizer().learning_rate()},
                {"batch_size", options.batch_size},
                {"dropout", options.dropout},
                {"l2", options.l2},
                {"validation_split", options.validation_split},
                {"seed", options.seed},
                {"threads", num_threads()},
                {"epochs", epoch_list(history, timer)},
                {"train_seconds", timer.total()},
                {"test_loss", test.at("loss")},
                {"test_accuracy", test.at("accuracy")},
                {"parameters", model.count_params()},
                {"peak_rss_mb", peak_rss_mb()},
                {"data_mb", data_mb}};
}

void check_writable(const std::string& option, const std::string& path) {
  if (path.empty()) return;
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  std::error_code ignored;
  if (!folder.empty() && !std::filesystem::is_directory(folder, ignored))
    fail<FileError>(option, " ", path, ": there is no folder ", folder.string(), "; make it first (mkdir -p ",
                    folder.string(), ") or choose another file");
  if (std::filesystem::is_directory(path, ignored))
    fail<FileError>(option, " ", path, ": this is a folder; name a file, such as ",
                    (std::filesystem::path(path) / "report.json").string());
}

}  // namespace linnet::cli
