// libpng. It is C and reports errors by longjmp: every call to it that may fail stands inside guarded(), whose callers'
// lambdas hold nothing that needs a destructor.
#include <png.h>
#include <csetjmp>

#include "linnet/data/image_codecs.h"
#include "linnet/tensor/record.h"

namespace linnet::detail {

namespace {

class Decoder {
 public:
  explicit Decoder(ByteReader& file)
      : file_(file), png_(png_create_read_struct(PNG_LIBPNG_VER_STRING, this, on_error, on_warning)) {
    info_ = png_ == nullptr ? nullptr : png_create_info_struct(png_);
    if (info_ == nullptr) {
      png_destroy_read_struct(&png_, nullptr, nullptr);
      file.reject("no memory for a picture");
    }
    png_set_read_fn(png_, this, on_read);
    png_set_keep_unknown_chunks(png_, PNG_HANDLE_CHUNK_NEVER, nullptr,
                                -1);  // texts, profiles: not needed, may be bombs
    png_set_crc_action(png_, PNG_CRC_ERROR_QUIT, PNG_CRC_ERROR_QUIT);
  }
  ~Decoder() { png_destroy_read_struct(&png_, &info_, nullptr); }
  Decoder(const Decoder&) = delete;
  Decoder& operator=(const Decoder&) = delete;

  void read_header() {
    guarded([&] { png_read_info(png_, info_); });
  }
  std::int64_t height() const { return png_get_image_height(png_, info_); }
  std::int64_t width() const { return png_get_image_width(png_, info_); }

  Tensor pixels() {
    int passes = 1;
    guarded([&] {
      png_set_expand(png_);    // palettes, fewer than 8 bits, transparent colours
      png_set_scale_16(png_);  // 16 bits, rounded
      passes = png_set_interlace_handling(png_);
      png_read_update_info(png_, info_);
    });
    const std::int64_t channels = png_get_channels(png_, info_);
    const std::int64_t row_bytes = width() * channels;  // at most 2^20 · 2^20 · 4
    const Shape shape{height(), width(), channels};
    if (static_cast<std::uint64_t>(height() * row_bytes) > file_.allowed())
      file_.reject_size(concat("a picture of ", width(), " x ", height(), " pixels"));
    Tensor tensor(shape, uint8);
    auto* rows = mutable_view(tensor).as<std::uint8_t>();
    guarded([&] {
      for (int pass = 0; pass < passes; ++pass)
        for (std::int64_t y = 0; y < shape[0]; ++y) png_read_row(png_, rows + y * row_bytes, nullptr);
      png_read_end(png_, nullptr);
    });
    return tensor;
  }

 private:
  template <class Call>
  void guarded(const Call& call) {
    if (setjmp(png_jmpbuf(png_)) == 0)  // NOLINT(cert-err52-cpp): libpng's way
      call();
    else
      file_.reject(concat("damaged PNG data (", message_, ")"));
  }

  static void on_error(png_structp png, png_const_charp message) {
    auto& decoder = *static_cast<Decoder*>(png_get_error_ptr(png));
    std::string_view(message).copy(decoder.message_, sizeof decoder.message_ - 1);
    png_longjmp(png, 1);
  }
  static void on_warning(png_structp, png_const_charp) {}
  static void on_read(png_structp png, png_bytep data, std::size_t count) {
    auto& decoder = *static_cast<Decoder*>(png_get_io_ptr(png));
    bool whole = false;
    try {
      whole = decoder.file_.read(data, count) == count;
    } catch (const Error&) {  // a damaged gzip file: no exception may pass through C
    }
    if (!whole) png_error(png, "it ends too early");
  }

  ByteReader& file_;
  char message_[200] = {};
  png_structp png_;
  png_infop info_ = nullptr;
};

}  // namespace

Tensor decode_png(ByteReader& file) {
  Decoder decoder(file);
  decoder.read_header();
  return decoder.pixels();
}

std::array<std::int64_t, 2> png_size(ByteReader& file) {
  Decoder decoder(file);
  decoder.read_header();
  return {decoder.height(), decoder.width()};
}

std::string png_bytes(const Tensor& pixels) {
  const std::int64_t channels = pixels.shape()[2];
  png_image image = {};
  image.version = PNG_IMAGE_VERSION;
  image.height = static_cast<png_uint_32>(pixels.shape()[0]);
  image.width = static_cast<png_uint_32>(pixels.shape()[1]);
  image.format = (channels > 2 ? PNG_FORMAT_FLAG_COLOR : 0u) | (channels % 2 == 0 ? PNG_FORMAT_FLAG_ALPHA : 0u);
  png_alloc_size_t size = PNG_IMAGE_PNG_SIZE_MAX(image);
  std::string bytes(size, '\0');
  if (png_image_write_to_memory(&image, bytes.data(), &size, 0, view(pixels).data, 0, nullptr) == 0)
    fail("[encode_png] cannot encode a picture of shape ", pixels.shape(), ": ", image.message);
  bytes.resize(size);
  return bytes;
}

}  // namespace linnet::detail
