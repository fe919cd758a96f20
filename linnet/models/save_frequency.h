// SaveFrequency: when checkpoints and backups are written.
#pragma once

#include <concepts>
#include <cstdint>
#include <string_view>

#pragma GCC visibility push(default)
namespace linnet {

/// "epoch", at the end of every epoch, or a number of batches. Throws for another text, and for less than 1 batch.
///   ModelCheckpoint every_epoch("runs/{epoch}.safetensors", {.save_freq = "epoch"});
///   ModelCheckpoint often("runs/{epoch}-{batch}.safetensors", {.save_freq = 100});
class SaveFrequency {
 public:
  SaveFrequency(const char* epoch);
  SaveFrequency(std::int64_t batches);
  template <std::integral Integer>
  SaveFrequency(Integer batches) : SaveFrequency(static_cast<std::int64_t>(batches)) {}

  bool every_epoch() const { return batches_ == 0; }
  std::int64_t batches() const { return batches_; }  // 0: every epoch

 private:
  std::int64_t batches_ = 0;
};

}  // namespace linnet
#pragma GCC visibility pop
