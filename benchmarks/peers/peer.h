// What the C++ peers share: their command line, MNIST, and the line of JSON that run.py reads.
#pragma once

#include <zlib.h>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace peer {

/// peer_NAME [--workload w1|mlp|cnn|alexnet|lstm|gpt2|bert] [--threads N] [--epochs N] [--data FOLDER]
struct Options {
  std::string workload = "w1";
  int threads = 1;
  int epochs = 10;
  std::string data = MNIST_FOLDER;
  std::string dtype = "float32";  // of Linnet alone

  Options(int argc, char** argv) {
    for (int i = 1; i + 1 < argc; i += 2) {
      const std::string name = argv[i];
      if (name == "--workload")
        workload = argv[i + 1];
      else if (name == "--threads")
        threads = std::stoi(argv[i + 1]);
      else if (name == "--epochs")
        epochs = std::stoi(argv[i + 1]);
      else if (name == "--data")
        data = argv[i + 1];
      else if (name == "--dtype")
        dtype = argv[i + 1];
      else
        throw std::invalid_argument("unknown option " + name);
    }
  }
  /// Steps that make an "epoch" of the networks whose single step is short.
  int steps() const { return workload == "cnn" || workload == "lstm" ? 20 : 1; }
  int batch_size() const { return workload == "mlp" ? 128 : 64; }
};

/// The bytes of an IDX file of MNIST behind its header.
inline std::vector<std::uint8_t> read_idx(const std::string& path, std::size_t header, std::size_t bytes) {
  gzFile file = gzopen(path.c_str(), "rb");
  if (file == nullptr) throw std::runtime_error("cannot read " + path);
  std::vector<std::uint8_t> content(header + bytes);
  const int got = gzread(file, content.data(), static_cast<unsigned>(content.size()));
  gzclose(file);
  if (got != static_cast<int>(content.size())) throw std::runtime_error("too short: " + path);
  return {content.begin() + static_cast<std::ptrdiff_t>(header), content.end()};
}

struct Samples {
  std::vector<std::uint8_t> images, labels;

  Samples(const std::string& folder, const std::string& part, std::size_t count)
      : images(read_idx(folder + "/" + part + "-images-idx3-ubyte.gz", 16, count * 784)),
        labels(read_idx(folder + "/" + part + "-labels-idx1-ubyte.gz", 8, count)) {}
};

class Stopwatch {
 public:
  double seconds() const { return std::chrono::duration<double>(Clock::now() - start_).count(); }

 private:
  using Clock = std::chrono::steady_clock;
  Clock::time_point start_ = Clock::now();
};

inline double peak_rss_mb() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);)
    if (line.rfind("VmHWM:", 0) == 0) return std::atof(line.c_str() + 6) / 1024;
  return 0;
}

/// What shows that two libraries train the same network: how many weights it has, and the loss before and after.
struct Training {
  std::int64_t parameters = 0;
  double first_loss = 0, last_loss = 0;
};

inline void print_result(const char* name, const Options& options, const std::vector<double>& epoch_seconds,
                         double test_accuracy, const Training& training = {}) {
  std::printf("{\"peer\": \"%s\", \"workload\": \"%s\", \"threads\": %d, \"epoch_seconds\": [", name,
              options.workload.c_str(), options.threads);
  for (std::size_t i = 0; i < epoch_seconds.size(); ++i) std::printf("%s%.4f", i == 0 ? "" : ", ", epoch_seconds[i]);
  std::printf("], ");
  if (training.parameters > 0)
    std::printf("\"parameters\": %lld, \"first_loss\": %.4f, \"last_loss\": %.4f, ",
                static_cast<long long>(training.parameters), training.first_loss, training.last_loss);
  std::printf("\"test_accuracy\": %.4f, \"peak_rss_mb\": %.1f}\n", test_accuracy, peak_rss_mb());
}

}  // namespace peer
