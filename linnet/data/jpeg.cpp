// libjpeg. It is C; errors leave it by longjmp, and every call to it that may fail stands inside guarded(), whose
// callers' lambdas hold nothing that needs a destructor.
#include <algorithm>
#include <csetjmp>
#include <cstdio>
#include <vector>

#include <jpeglib.h>

#include <jerror.h>

#include "linnet/data/exif.h"
#include "linnet/data/image_codecs.h"
#include "linnet/tensor/record.h"

namespace linnet::detail {

namespace {

// Pictures have a dozen scans at most; thousands of empty ones are an attack on the reader's time.
constexpr int most_scans = 100;

// Where the pixel (y, x) of a picture that was taken with the camera held in some way belongs: at first + x · step.
struct Row {
  std::int64_t first, step;
};
Row place_of(std::int64_t y, std::int64_t height, std::int64_t width, int orientation) {
  const bool turned = orientation >= 5;
  const std::int64_t row = turned ? height : width;  // how many pixels a row of the result has
  const bool mirrored = orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;  // along x
  const bool flipped = orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;   // along y
  const std::int64_t across = flipped ? height - 1 - y : y, start = mirrored ? width - 1 : 0;
  const std::int64_t sign = mirrored ? -1 : 1;
  return turned ? Row{start * row + across, sign * row} : Row{across * row + start, sign};
}

class Decoder {
 public:
  explicit Decoder(ByteReader& file) : file_(file) {
    jpeg_.err = jpeg_std_error(&errors_);
    jpeg_.client_data = this;
    errors_.error_exit = on_error;
    errors_.emit_message = on_message;
    guarded([&] { jpeg_create_decompress(&jpeg_); });
    source_.init_source = [](j_decompress_ptr) {};
    source_.fill_input_buffer = on_fill;
    source_.skip_input_data = on_skip;
    source_.resync_to_restart = jpeg_resync_to_restart;
    source_.term_source = [](j_decompress_ptr) {};
    jpeg_.src = &source_;
    progress_.progress_monitor = on_progress;
    jpeg_.progress = &progress_;
  }
  ~Decoder() { jpeg_destroy_decompress(&jpeg_); }
  Decoder(const Decoder&) = delete;
  Decoder& operator=(const Decoder&) = delete;

  void read_header(bool apply_orientation) {
    guarded([&] {
      if (apply_orientation) jpeg_save_markers(&jpeg_, JPEG_APP0 + 1, 0xFFFF);
      jpeg_read_header(&jpeg_, TRUE);
      jpeg_calc_output_dimensions(&jpeg_);
    });
    for (const auto* marker = jpeg_.marker_list; marker != nullptr && orientation_ == 1; marker = marker->next)
      orientation_ = exif_orientation({marker->data, marker->data_length});
  }

  /// (height, width) after turning
  std::array<std::int64_t, 2> size() const {
    const std::int64_t height = jpeg_.image_height, width = jpeg_.image_width;
    return orientation_ >= 5 ? std::array{width, height} : std::array{height, width};
  }

  Tensor pixels() {
    const int channels = choose_colours();
    check_size(channels);
    guarded([&] { jpeg_start_decompress(&jpeg_); });
    const std::int64_t height = jpeg_.output_height, width = jpeg_.output_width;
    const auto [rows, columns] = size();
    Tensor tensor({rows, columns, channels}, uint8);
    auto* out = mutable_view(tensor).as<std::uint8_t>();
    std::vector<JSAMPLE> line(static_cast<std::size_t>(width * jpeg_.output_components));
    JSAMPLE* lines = line.data();
    for (std::int64_t y = 0; y < height; ++y) {
      guarded([&] { jpeg_read_scanlines(&jpeg_, &lines, 1); });
      const Row place = place_of(y, height, width, orientation_);
      std::uint8_t* pixel = out + place.first * channels;
      for (std::int64_t x = 0; x < width; ++x, pixel += place.step * channels) copy_pixel(lines, x, channels, pixel);
    }
    guarded([&] { jpeg_finish_decompress(&jpeg_); });
    return tensor;
  }

 private:
  // Channels of the result. Print colours become RGB afterwards.
  int choose_colours() {
    switch (jpeg_.jpeg_color_space) {
      case JCS_GRAYSCALE: return 1;
      case JCS_RGB:
      case JCS_YCbCr: jpeg_.out_color_space = JCS_RGB; return 3;
      case JCS_CMYK:
      case JCS_YCCK: jpeg_.out_color_space = JCS_CMYK; return 3;
      default:
        file_.reject(concat("a JPEG file with ", jpeg_.num_components, " components of unknown colours"),
                     "grey, colour and CMYK pictures are supported");
    }
  }

  void check_size(int channels) {
    const std::uint64_t pixels = std::uint64_t{jpeg_.image_height} * jpeg_.image_width;
    std::uint64_t bytes = pixels * static_cast<std::uint64_t>(channels);
    if (jpeg_has_multiple_scans(&jpeg_)) {  // progressive: libjpeg keeps all coefficients
      for (int i = 0; i < jpeg_.num_components; ++i) {
        const jpeg_component_info& component = jpeg_.comp_info[i];
        bytes += std::uint64_t{component.width_in_blocks} * component.height_in_blocks * sizeof(JBLOCK);
      }
    }
    if (bytes > file_.allowed())
      file_.reject_size(concat("a picture of ", jpeg_.image_width, " x ", jpeg_.image_height, " pixels"));
  }

  void copy_pixel(const JSAMPLE* line, std::int64_t x, int channels, std::uint8_t* pixel) const {
    if (jpeg_.out_color_space != JCS_CMYK) {
      std::copy_n(line + x * channels, channels, pixel);
      return;
    }
    const JSAMPLE* ink = line + 4 * x;  // Adobe writes how much is left of the paper: 255 is no ink
    for (int i = 0; i < 3; ++i) {
      const int colour = jpeg_.saw_Adobe_marker ? ink[i] : 255 - ink[i],
                black = jpeg_.saw_Adobe_marker ? ink[3] : 255 - ink[3];
      pixel[i] = static_cast<std::uint8_t>((colour * black + 127) / 255);
    }
  }

  template <class Call>
  void guarded(const Call& call) {
    if (setjmp(jump_) == 0)  // NOLINT(cert-err52-cpp): libjpeg's way
      call();
    else
      file_.reject(concat("damaged JPEG data (", message_, ")"));
  }

  static Decoder& self(j_common_ptr jpeg) { return *static_cast<Decoder*>(jpeg->client_data); }
  [[noreturn]] static void on_error(j_common_ptr jpeg) {
    jpeg->err->format_message(jpeg, self(jpeg).message_);
    std::longjmp(self(jpeg).jump_, 1);
  }
  // A warning says that pixels are lost, except for these.
  static void on_message(j_common_ptr jpeg, int level) {
    const int code = jpeg->err->msg_code;
    if (level < 0 && code != JWRN_EXTRANEOUS_DATA && code != JWRN_JFIF_MAJOR && code != JWRN_ADOBE_XFORM)
      on_error(jpeg);
  }
  static void on_progress(j_common_ptr jpeg) {
    if (reinterpret_cast<j_decompress_ptr>(jpeg)->input_scan_number <= most_scans) return;
    std::string_view("more than 100 scans").copy(self(jpeg).message_, JMSG_LENGTH_MAX - 1);
    std::longjmp(self(jpeg).jump_, 1);
  }
  static ::boolean on_fill(j_decompress_ptr jpeg) {
    Decoder& decoder = self(reinterpret_cast<j_common_ptr>(jpeg));
    std::uint64_t got = 0;
    try {
      got = decoder.file_.read(decoder.block_.data(), decoder.block_.size());
    } catch (const Error&) {  // a damaged gzip file: no exception may pass through C
    }
    if (got == 0) {
      std::string_view("it ends too early").copy(decoder.message_, JMSG_LENGTH_MAX - 1);
      std::longjmp(decoder.jump_, 1);
    }
    decoder.source_.next_input_byte = decoder.block_.data();
    decoder.source_.bytes_in_buffer = got;
    return TRUE;
  }
  static void on_skip(j_decompress_ptr jpeg, long count) {
    jpeg_source_mgr& source = *jpeg->src;
    while (count > static_cast<long>(source.bytes_in_buffer)) {
      count -= static_cast<long>(source.bytes_in_buffer);
      on_fill(jpeg);
    }
    if (count <= 0) return;
    source.next_input_byte += count;
    source.bytes_in_buffer -= static_cast<std::size_t>(count);
  }

  ByteReader& file_;
  int orientation_ = 1;
  jpeg_decompress_struct jpeg_ = {};
  jpeg_error_mgr errors_ = {};
  jpeg_source_mgr source_ = {};
  jpeg_progress_mgr progress_ = {};
  std::jmp_buf jump_ = {};
  char message_[JMSG_LENGTH_MAX] = {};
  std::array<JOCTET, 1 << 14> block_;
};

}  // namespace

Tensor decode_jpeg(ByteReader& file, bool apply_orientation) {
  Decoder decoder(file);
  decoder.read_header(apply_orientation);
  return decoder.pixels();
}

std::array<std::int64_t, 2> jpeg_size(ByteReader& file, bool apply_orientation) {
  Decoder decoder(file);
  decoder.read_header(apply_orientation);
  return decoder.size();
}

}  // namespace linnet::detail
