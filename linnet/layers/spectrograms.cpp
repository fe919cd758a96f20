#include "linnet/layers/spectrograms.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numbers>
#include <vector>

#include "linnet/initializers/initializers.h"
#include "linnet/layers/fields.h"
#include "linnet/layers/images.h"
#include "linnet/ops/convolution.h"
#include "linnet/ops/elementwise.h"
#include "linnet/ops/gather.h"
#include "linnet/ops/matmul.h"
#include "linnet/ops/reduce.h"
#include "linnet/ops/shape.h"

namespace linnet {

template <class Visitor>
void fields(Visitor& visit, STFTSpectrogramOptions& o) {
  visit("mode", o.mode);
  visit("frame_length", o.frame_length);
  visit("frame_step", o.frame_step);
  visit("fft_length", o.fft_length);
  visit("window", o.window);
  visit("periodic", o.periodic);
  visit("scaling", o.scaling);
  visit("padding", o.padding);
  visit("data_format", o.data_format);
  visit("expand_dims", o.expand_dims);
}
template <class Visitor>
void fields(Visitor& visit, MelSpectrogramOptions& o) {
  visit("fft_length", o.fft_length);
  visit("sequence_stride", o.sequence_stride);
  visit("sequence_length", o.sequence_length);
  visit("window", o.window);
  visit("sampling_rate", o.sampling_rate);
  visit("num_mel_bins", o.num_mel_bins);
  visit("min_freq", o.min_freq);
  visit("max_freq", o.max_freq);
  visit("power_to_db", o.power_to_db);
  visit("top_db", o.top_db);
  visit("mag_exp", o.mag_exp);
  visit("min_power", o.min_power);
  visit("ref_power", o.ref_power);
}

// ---- STFTSpectrogram

STFTSpectrogram::STFTSpectrogram(STFTSpectrogramOptions options)
    : LayerOf("STFTSpectrogram", layer_options(options)), options_(std::move(options)) {
  const auto& o = options_;
  const std::vector<std::string> modes{"log", "magnitude", "psd", "real", "imag", "angle", "stft"};
  check(std::find(modes.begin(), modes.end(), o.mode) != modes.end(), "[STFTSpectrogram \"", name(),
        "\"] expected mode \"log\", \"magnitude\", \"psd\", \"real\", \"imag\", \"angle\" or \"stft\", received \"",
        o.mode, "\"");
  check(o.frame_length > 1, "[STFTSpectrogram \"", name(), "\"] expected frame_length > 1, received ", o.frame_length);
  check(step() > 0 && step() <= o.frame_length, "[STFTSpectrogram \"", name(),
        "\"] expected a frame_step from 1 to frame_length, received ", step());
  check(o.fft_length.value_or(o.frame_length) >= o.frame_length, "[STFTSpectrogram \"", name(),
        "\"] expected an fft_length of at least frame_length, received ", o.fft_length.value_or(0));
  STFT({.side = "real", .window = o.window, .scaling = o.scaling});  // throws for names that it does not know
  padding_by_name(*this, o.padding);
  check_data_format(*this, o.data_format);
}

std::int64_t STFTSpectrogram::frequencies() const {
  const auto next_power = static_cast<std::int64_t>(std::bit_ceil(static_cast<std::uint64_t>(options_.frame_length)));
  return options_.fft_length.value_or(next_power) / 2 + 1;
}

void STFTSpectrogram::build(const Shape& input) {
  check_image(*this, input, 1, options_.data_format);
  const Shape shape{options_.frame_length, 1, frequencies()};
  auto kernel = [&](const char* side) {
    return STFT({.side = side, .window = options_.window, .scaling = options_.scaling, .periodic = options_.periodic});
  };
  if (options_.mode != "imag") add_weight(real_kernel_, "real_kernel", shape, kernel("real"));
  if (options_.mode != "real") add_weight(imag_kernel_, "imag_kernel", shape, kernel("imag"));
}

/// x [batch, samples, channels] -> [batch, channels, frames, f].
Tensor STFTSpectrogram::spectrum(const Tensor& x, const Variable& kernel) const {
  const std::int64_t count = x.shape()[0], samples = x.shape()[1], channels = x.shape()[2];
  const Tensor sounds = reshape(permute(x, {0, 2, 1}), {count * channels, samples, 1});
  const Tensor y = conv(sounds, kernel.value().to(x.dtype()), {},
                        {.strides = {step()}, .padding = padding_by_name(*this, options_.padding)});
  return reshape(y, {count, channels, y.shape()[1], y.shape()[2]});
}

Tensor STFTSpectrogram::call(const Tensor& input, Mode) {
  constexpr double smallest = 1e-7;
  check_image(*this, input.shape(), 1, options_.data_format);
  const std::string& mode = options_.mode;
  const Tensor x = channels_last(input.to(compute_dtype()), options_.data_format);
  const Tensor real = mode == "imag" ? Tensor() : spectrum(x, real_kernel_);
  const Tensor imag = mode == "real" ? Tensor() : spectrum(x, imag_kernel_);
  auto arranged = [&](const Tensor& y) {  // [batch, channels, frames, f]
    const bool first = options_.data_format == "channels_first";
    if (options_.expand_dims) return first ? y : permute(y, {0, 2, 3, 1});
    const Shape& s = y.shape();
    return first ? reshape(permute(y, {0, 1, 3, 2}), {s[0], s[1] * s[3], s[2]})
                 : reshape(permute(y, {0, 2, 1, 3}), {s[0], s[2], s[1] * s[3]});
  };
  if (mode == "real" || mode == "imag") return arranged(mode == "real" ? real : imag);
  if (mode == "angle") return arranged(atan2(imag, real));
  if (mode == "stft") return arranged(concatenate({real, imag}));
  const Tensor power = square(real) + square(imag);
  if (mode == "psd") return arranged(power + pad(slice(power, 3, 1, -1), {{0, 0}, {0, 0}, {0, 0}, {1, 1}}));
  const Tensor magnitude = arranged(sqrt(maximum(power, smallest)));
  return mode == "magnitude" ? magnitude : log(maximum(magnitude, smallest));
}

Shape STFTSpectrogram::compute_output_shape(const Shape& input) const {
  check_image(*this, input, 1, options_.data_format);
  const bool first = options_.data_format == "channels_first";
  const std::int64_t samples = input[first ? 2 : 1], channels = input[first ? 1 : 2];
  const std::int64_t frames =
      count_windows(samples, options_.frame_length, step(), 1, padding_by_name(*this, options_.padding));
  const std::int64_t f = frequencies() * (options_.mode == "stft" ? 2 : 1), all = channels < 0 ? -1 : channels * f;
  if (options_.expand_dims) return first ? Shape{input[0], channels, frames, f} : Shape{input[0], frames, f, channels};
  return first ? Shape{input[0], all, frames} : Shape{input[0], frames, all};
}

Config STFTSpectrogram::config() const { return with_fields(base_config(), options_); }
AnyLayer STFTSpectrogram::from_config(const Config& config) {
  return STFTSpectrogram(read_options<STFTSpectrogramOptions>(config, "STFTSpectrogram"));
}

// ---- MelSpectrogram

namespace {

double mel(double hertz) { return 1127 * std::log(1 + hertz / 700); }

/// How much of each of `frequencies` up to `highest` is in each band: [frequencies, bands]. The first is in none.
Tensor mel_bands(std::int64_t frequencies, double highest, std::int64_t bands, double low, double high) {
  auto edge = [&](std::int64_t i) {
    return mel(low) + (mel(high) - mel(low)) * static_cast<double>(i) / static_cast<double>(bands + 1);
  };
  std::vector<float> weights(static_cast<std::size_t>(frequencies * bands));
  for (std::int64_t f = 1; f < frequencies; ++f) {
    const double place = mel(highest * static_cast<double>(f) / static_cast<double>(frequencies - 1));
    for (std::int64_t band = 0; band < bands; ++band) {
      const double rising = (place - edge(band)) / (edge(band + 1) - edge(band)),
                   falling = (edge(band + 2) - place) / (edge(band + 2) - edge(band + 1));
      weights[static_cast<std::size_t>(f * bands + band)] =
          static_cast<float>(std::max(0.0, std::min(rising, falling)));
    }
  }
  return from_vector(weights, {frequencies, bands});
}

/// One side of the transform of frames of `length` samples out of fft_length: [length, 1, fft_length / 2 + 1]. (The
/// initializer STFT knows even fft_lengths only.)
Tensor waves(const char* side, const MelSpectrogramOptions& o) {
  const std::int64_t length = *o.sequence_length, frequencies = o.fft_length / 2 + 1;
  const STFT window({.side = "real", .window = o.window, .scaling = {}, .periodic = true});
  std::vector<double> values;
  for (std::int64_t t = 0; t < length; ++t)
    for (std::int64_t f = 0; f < frequencies; ++f) {
      const double angle =
          2 * std::numbers::pi * static_cast<double>(t * f % o.fft_length) / static_cast<double>(o.fft_length);
      values.push_back(side[0] == 'r' ? std::cos(angle) : -std::sin(angle));
    }
  const Tensor first_column = slice(window({length, 1, 2}, float64), 2, 0, 1);  // the cosine there is 1
  return (from_vector(values, {length, 1, frequencies}) * first_column).to(float32);
}

/// x [batch, samples, …] with n samples of its mirror image at both ends, without those at the edge.
Tensor mirrored(const Tensor& x, std::int64_t n) {
  const std::int64_t samples = x.shape()[1];
  std::vector<std::int64_t> positions;
  for (std::int64_t i = -n; i < samples + n; ++i)
    positions.push_back(i < 0 ? -i : i < samples ? i : 2 * (samples - 1) - i);
  return take(x, from_vector(positions), 1);
}

/// How many frames fit into `samples` that are continued by fft_length / 2 at both ends.
std::int64_t frames_of(std::int64_t samples, const MelSpectrogramOptions& o) {
  return 1 + (samples - o.fft_length % 2) / o.sequence_stride;
}

double decibels(double power) { return 10 * std::log10(power); }

}  // namespace

MelSpectrogram::MelSpectrogram(MelSpectrogramOptions options)
    : LayerOf("MelSpectrogram", layer_options(options)), options_(std::move(options)) {
  auto& o = options_;
  if (!o.sequence_length) o.sequence_length = o.fft_length;
  if (!o.max_freq) o.max_freq = static_cast<double>(o.sampling_rate / 2);
  check(o.fft_length > 1 && *o.sequence_length > 0 && *o.sequence_length <= o.fft_length, "[MelSpectrogram \"", name(),
        "\"] expected a sequence_length from 1 to fft_length, received ", *o.sequence_length, " and ", o.fft_length);
  check(o.sequence_stride > 0 && o.num_mel_bins > 0 && o.sampling_rate > 0, "[MelSpectrogram \"", name(),
        "\"] expected sequence_stride, num_mel_bins and sampling_rate above 0, received ", o.sequence_stride, ", ",
        o.num_mel_bins, " and ", o.sampling_rate);
  check(o.min_freq >= 0 && o.min_freq < *o.max_freq, "[MelSpectrogram \"", name(),
        "\"] expected 0 <= min_freq < max_freq, received ", o.min_freq, " and ", *o.max_freq);
  const std::int64_t frequencies = o.fft_length / 2 + 1;
  real_kernel_ = waves("real", o);
  imag_kernel_ = waves("imag", o);
  bands_ = mel_bands(frequencies, static_cast<double>(o.sampling_rate) / 2, o.num_mel_bins, o.min_freq, *o.max_freq);
  state().built = true;
}

Tensor MelSpectrogram::call(const Tensor& input, Mode mode) {
  const auto& o = options_;
  if (input.rank() == 1) return squeeze(call(expand_dims(input, 0), mode), 0);
  check(input.rank() == 2 && input.shape()[1] > o.fft_length / 2, "[MelSpectrogram \"", name(),
        "\"] expected sounds (batch, samples) of more than fft_length / 2 = ", o.fft_length / 2,
        " samples, received shape ", input.shape());
  const DType dtype = compute_dtype() == bfloat16 ? float32 : compute_dtype();
  // A frame lies in the middle of the samples that are transformed. Where it begins does not change the magnitudes.
  const std::int64_t around = o.fft_length / 2, frames = frames_of(input.shape()[1], o);
  const std::int64_t before = (o.fft_length - *o.sequence_length) / 2;
  const Tensor whole = mirrored(expand_dims(input.to(dtype), 2), around);
  const Tensor x = slice(whole, 1, before, before + (frames - 1) * o.sequence_stride + *o.sequence_length);
  auto part = [&](const Tensor& kernel) { return conv(x, kernel.to(dtype), {}, {.strides = {o.sequence_stride}}); };
  const Tensor power = square(part(real_kernel_)) + square(part(imag_kernel_));
  Tensor y = matmul(o.mag_exp == 2 ? power : linnet::power(power, o.mag_exp / 2), bands_.to(dtype));
  if (o.power_to_db) {
    const double reference = decibels(std::max(std::abs(o.ref_power), o.min_power));
    y = log(maximum(y, o.min_power)) * (10 / std::log(10.0)) - reference;
    y = maximum(y, max(y) - o.top_db);
  }
  return swapaxes(y, 1, 2).to(compute_dtype());
}

Shape MelSpectrogram::compute_output_shape(const Shape& input) const {
  check(input.rank() == 1 || input.rank() == 2, "[MelSpectrogram \"", name(),
        "\"] expected sounds (batch, samples), received shape ", input);
  const std::int64_t frames = input.back() < 0 ? -1 : frames_of(input.back(), options_);
  return input.rank() == 1 ? Shape{options_.num_mel_bins, frames} : Shape{input[0], options_.num_mel_bins, frames};
}

Config MelSpectrogram::config() const { return with_fields(base_config(), options_); }
AnyLayer MelSpectrogram::from_config(const Config& config) {
  return MelSpectrogram(read_options<MelSpectrogramOptions>(config, "MelSpectrogram"));
}

}  // namespace linnet
