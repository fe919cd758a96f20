// Spectrograms: which frequencies a sound has over time. STFTSpectrogram and MelSpectrogram.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "linnet/layers/layer.h"

#pragma GCC visibility push(default)
namespace linnet {

struct STFTSpectrogramOptions {
  /// "log", "magnitude", "psd" (power spectral density), "real", "imag", "angle" or "stft" (real, then imaginary).
  std::string mode = "log";
  std::int64_t frame_length = 256;              // samples in a frame
  std::optional<std::int64_t> frame_step = {};  // samples from frame to frame; none: frame_length / 2
  std::optional<std::int64_t> fft_length = {};  // none: the next power of two from frame_length on
  std::optional<std::string> window = "hann";   // or "hamming", "blackman", "boxcar", or none
  bool periodic = false;                        // of the window: as if one more sample followed
  std::optional<std::string> scaling =
      "density";                  // or "spectrum", or none: the window is divided by √Σ w², or by Σ |w|
  std::string padding = "valid";  // or "same"
  bool expand_dims = false;       // frequencies in an axis of their own, for layers of images
  std::string data_format = "channels_last";  // or "channels_first"
  std::string name = {};
  bool trainable = true;
  DTypePolicy dtype = {};
};

/// S[t, f] = Σ_n w[n] x[t step + n] exp(-2πi f n / fft_length) of every frame, by a convolution whose kernels can be
/// trained, and of it what `mode` says: "magnitude" √max(|S|², 1e-7), "log" its logarithm, "psd" |S|², doubled but for
/// the first and last f.
///   x [batch, samples, channels] -> [batch, frames, channels * f], or [batch, frames, f, channels] with expand_dims
///   real_kernel, imag_kernel [frame_length, 1, f]   f = fft_length / 2 + 1, twice as many for "stft"
/// Keras: keras.layers.STFTSpectrogram.
///   STFTSpectrogram layer({.frame_length = 400, .frame_step = 160, .trainable = false});
///   layer(zeros({1, 1600, 1}));  // -> [1, 8, 257]
class STFTSpectrogram final : public LayerOf<STFTSpectrogram> {
 public:
  explicit STFTSpectrogram(STFTSpectrogramOptions options = {});
  void build(const Shape& input) override;
  Tensor call(const Tensor& x, Mode mode) override;
  Shape compute_output_shape(const Shape& input) const override;
  IntegerInput integer_input() const override { return IntegerInput::converts; }
  Config config() const override;
  static AnyLayer from_config(const Config& config);

 private:
  std::int64_t step() const { return options_.frame_step.value_or(options_.frame_length / 2); }
  std::int64_t frequencies() const;
  Tensor spectrum(const Tensor& x, const Variable& kernel) const;

  STFTSpectrogramOptions options_;
  Variable real_kernel_, imag_kernel_;
};

struct MelSpectrogramOptions {
  std::int64_t fft_length = 2048;                    // samples that are transformed
  std::int64_t sequence_stride = 512;                // samples from frame to frame
  std::optional<std::int64_t> sequence_length = {};  // samples in a frame; none: fft_length
  std::optional<std::string> window = "hann";        // or "hamming", "blackman", "boxcar", or none; periodic
  std::int64_t sampling_rate = 16000;                // samples in a second
  std::int64_t num_mel_bins = 128;                   // bands
  double min_freq = 20;                              // Hertz, where the lowest begins
  std::optional<double> max_freq = {};               // where the highest ends; none: sampling_rate / 2
  bool power_to_db = true;                           // in decibels
  double top_db = 80;                                // how far below the loudest of the batch they reach
  double mag_exp = 2;                                // the exponent of the magnitude: 2 is power
  double min_power = 1e-10;                          // what is smaller counts as this, in decibels
  double ref_power = 1;                              // what is 0 decibels
  std::string name = {};
  bool trainable = true;
  DTypePolicy dtype = {};
};

/// The magnitudes of the short-time Fourier transform, of frames about every sequence_stride-th sample (the sound is
/// continued by its mirror image at both ends), to the power mag_exp, in bands that are triangles equally wide on the
/// mel scale 1127 log(1 + f / 700); in decibels max(10 log10(S / ref_power), the largest - top_db).
///   x [batch, samples] -> [batch, num_mel_bins, 1 + samples / sequence_stride], for an odd fft_length of samples - 1
/// Throws unless there are more samples than fft_length / 2. Keras: keras.layers.MelSpectrogram.
///   MelSpectrogram layer({.sampling_rate = 8000, .num_mel_bins = 64});
///   layer(zeros({1, 8000}));  // -> [1, 64, 16]
class MelSpectrogram final : public LayerOf<MelSpectrogram> {
 public:
  explicit MelSpectrogram(MelSpectrogramOptions options = {});
  Tensor call(const Tensor& x, Mode mode) override;
  Shape compute_output_shape(const Shape& input) const override;
  IntegerInput integer_input() const override { return IntegerInput::converts; }
  Config config() const override;
  static AnyLayer from_config(const Config& config);

 private:
  MelSpectrogramOptions options_;
  Tensor real_kernel_, imag_kernel_, bands_;  ///< constants, in float32
};

}  // namespace linnet
#pragma GCC visibility pop
