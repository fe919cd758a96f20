// The program that kill9_test.py kills.
//   crash_trainer train FOLDER    trains, saving all the time; begins where it was killed; at the end final.safetensors
//   crash_trainer verify FOLDER   loads the last checkpoint and the last backup, if there are any, and says how many
//                                 files there are and how many of them could not be read
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <string>

#include "linnet/linnet.h"

namespace {

using namespace linnet;
namespace fs = std::filesystem;

/// Three classes, told apart by which of three inputs is largest.
Dataset class_data(std::int64_t samples, std::uint64_t seed) {
  SeedGenerator generator(seed);
  const Tensor x = random_normal({samples, 3}, 0, 1, float32, &generator);
  return {x, argmax(x, -1).to(int32)};
}

std::string csv_of(const History& history) {
  std::string text;
  for (const auto& [name, values] : history.history) {
    text += name;
    for (double value : values) text += concat(",", value);
    text += "\n";
  }
  return text;
}

void train(const std::string& folder) {
  set_random_seed(3);
  Sequential model({Dense(192, {.activation = relu}), Dropout(0.3), Dense(192, {.activation = relu}), Dense(3)});
  model.compile({.optimizer = Adam({.learning_rate = 3e-3}),
                 .loss = SparseCategoricalCrossentropy({.from_logits = true}),
                 .metrics = {"accuracy"}});
  const std::string checkpoints = folder + "/checkpoints/{epoch:03d}-{batch:03d}.safetensors";
  const History history = model.fit(
      class_data(640, 1),
      {.epochs = 12,
       .batch_size = 32,
       .validation_data = class_data(64, 2),
       .verbose = 0,
       .callbacks = {ModelCheckpoint(checkpoints, {.save_freq = 3, .keep_last = 3}),
                     EarlyStopping({.patience = 6, .restore_best_weights = true}), ReduceLROnPlateau({.patience = 1}),
                     CSVLogger(folder + "/log.csv"), BackupAndRestore(folder + "/backup", {.save_freq = 2})}});
  write_file_atomically(folder + "/history.csv", csv_of(history));
  model.save(folder + "/final.safetensors");
}

void verify(const std::string& folder) {
  int files = 0, damaged = 0;
  for (const char* name : {"/checkpoints", "/backup"}) {
    if (!fs::exists(folder + name)) continue;
    int here = 0;
    for (const auto& entry : fs::directory_iterator(folder + name)) {
      if (entry.path().extension() != ".safetensors") continue;
      ++here;
      try {
        read_safetensors(entry.path().string());
      } catch (const FileError&) {
        ++damaged;
      }
    }
    if (here > 0) load_latest_checkpoint(folder + name);
    files += here;
  }
  std::printf("%d %d\n", files, damaged);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  try {
    std::strcmp(argv[1], "train") == 0 ? train(argv[2]) : verify(argv[2]);
  } catch (const Error& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
  return 0;
}
