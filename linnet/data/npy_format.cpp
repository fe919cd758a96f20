#include "linnet/data/npy_format.h"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <string_view>

#include "linnet/base/half.h"
#include "linnet/data/elements.h"
#include "linnet/ops/shape.h"

namespace linnet::detail {

static_assert(std::endian::native == std::endian::little, "arrays are written in the byte order of the machine");

namespace {

constexpr std::string_view magic = "\x93NUMPY";
constexpr std::uint64_t longest_header = 1 << 16;

// NumPy's kind and size. Those without a dtype of ours are read into a wider one; they stand last, so that writing
// never chooses them.
struct ElementType {
  std::string_view code;
  int bytes;
  DType dtype;
};
constexpr std::array<ElementType, 12> element_types = {{{"f4", 4, float32},
                                                        {"f8", 8, float64},
                                                        {"i4", 4, int32},
                                                        {"i8", 8, int64},
                                                        {"u1", 1, uint8},
                                                        {"b1", 1, boolean},
                                                        {"f2", 2, float32},
                                                        {"i1", 1, int32},
                                                        {"i2", 2, int32},
                                                        {"u2", 2, int32},
                                                        {"u4", 4, int64},
                                                        {"u8", 8, int64}}};

struct Header {
  std::string descr;
  bool fortran_order = false;
  Shape shape;
};

// The header is a Python dictionary of three entries: {'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }
class HeaderParser {
 public:
  HeaderParser(const ByteReader& file, std::string_view text) : file_(file), text_(text) {}

  Header parse() {
    Header header;
    bool descr = false, fortran_order = false, shape = false;
    expect('{');
    while (!accept('}')) {
      const std::string_view key = quoted();
      expect(':');
      if (key == "descr" && !descr) {
        descr = true;
        if (peek() == '[') file_.reject("records (structured arrays) are not supported");
        header.descr = quoted();
      } else if (key == "fortran_order" && !fortran_order) {
        fortran_order = true;
        header.fortran_order = truth();
      } else if (key == "shape" && !shape) {
        shape = true;
        header.shape = sizes();
      } else {
        malformed();
      }
      if (!accept(',') && peek() != '}') malformed();
    }
    if (!descr || !fortran_order || !shape || peek() != '\0') malformed();
    return header;
  }

 private:
  [[noreturn]] void malformed() { file_.reject("expected a NumPy header, received a malformed one"); }

  char peek() {
    while (!text_.empty() && (text_.front() == ' ' || text_.front() == '\n')) text_.remove_prefix(1);
    return text_.empty() ? '\0' : text_.front();
  }
  bool accept(char c) {
    if (peek() != c) return false;
    text_.remove_prefix(1);
    return true;
  }
  void expect(char c) {
    if (text_.empty() || !accept(c)) malformed();
  }
  std::string_view quoted() {
    const char quote = peek();
    if (quote != '\'' && quote != '"') malformed();
    const std::size_t end = text_.find(quote, 1);
    if (end == std::string_view::npos) malformed();
    const std::string_view inside = text_.substr(1, end - 1);
    text_.remove_prefix(end + 1);
    return inside;
  }
  bool truth() {
    peek();
    for (const std::string_view word : {"False", "True"})
      if (text_.starts_with(word)) {
        text_.remove_prefix(word.size());
        return word == "True";
      }
    malformed();
  }
  Shape sizes() {
    Shape shape;
    expect('(');
    while (!accept(')')) {
      peek();
      std::int64_t size = -1;
      const auto [end, error] = std::from_chars(text_.data(), text_.data() + text_.size(), size);
      if (error != std::errc() || size < 0) malformed();
      text_.remove_prefix(static_cast<std::size_t>(end - text_.data()));
      if (shape.rank() == Shape::max_rank)
        file_.reject(concat("expected at most ", Shape::max_rank, " axes, received more"));
      shape.push_back(size);
      accept('L');  // Python 2 wrote long numbers so
      if (!accept(',') && peek() != ')') malformed();
    }
    return shape;
  }

  const ByteReader& file_;
  std::string_view text_;
};

std::string header_text(ByteReader& file, const std::string& name) {
  std::array<unsigned char, 8> start = {};
  if (file.read(start.data(), 8) != 8 || std::string_view(reinterpret_cast<char*>(start.data()), 6) != magic)
    file.reject(concat(name, "expected NumPy's format (it starts with \\x93NUMPY), received something else"));
  if (start[6] < 1 || start[6] > 3 || start[7] != 0)
    file.reject(concat(name, "expected format version 1.0, 2.0 or 3.0, received ", int{start[6]}, ".", int{start[7]}));
  std::array<unsigned char, 4> bytes = {};
  const std::uint64_t width = start[6] == 1 ? 2 : 4;
  if (file.read(bytes.data(), width) != width) file.reject(concat(name, "the header ends too early"));
  const std::uint32_t length =
      bytes[0] | std::uint32_t{bytes[1]} << 8 | std::uint32_t{bytes[2]} << 16 | std::uint32_t{bytes[3]} << 24;
  if (length > longest_header)
    file.reject(concat(name, "expected a header of at most ", longest_header, " bytes, received ", length));
  std::string text(length, ' ');
  if (file.read(text.data(), length) != length) file.reject(concat(name, "the header ends too early"));
  return text;
}

const ElementType& element_type(const ByteReader& file, const std::string& name, std::string_view descr) {
  if (descr.ends_with("O"))
    file.reject(concat(name, "the array holds Python objects; they are stored as programs (pickles), never read here"),
                "in Python, save numbers: numpy.save(path, array.astype(\"float32\"))");
  if (descr.size() == 3 && std::string_view("<>|=").find(descr[0]) != std::string_view::npos)
    for (const ElementType& type : element_types)
      if (type.code == descr.substr(1)) return type;
  file.reject(concat(name, "elements of type \"", descr.substr(0, 20), "\" are not supported"),
              "bool, integers and float16, float32 and float64 are");
}

void to_our_dtype(const ByteReader& file, const std::string& name, const ElementType& type, const Tensor& tensor) {
  if (type.code == "b1") {
    auto* bytes = mutable_view(tensor).as<unsigned char>();
    for (std::int64_t i = 0; i < tensor.size(); ++i) bytes[i] = bytes[i] != 0;
  }
  if (type.code == "f2") widen<std::uint16_t, float>(tensor, float_from_half);
  if (type.code == "i1") widen<std::int8_t, std::int32_t>(tensor);
  if (type.code == "i2") widen<std::int16_t, std::int32_t>(tensor);
  if (type.code == "u2") widen<std::uint16_t, std::int32_t>(tensor);
  if (type.code == "u4") widen<std::uint32_t, std::int64_t>(tensor);
  if (type.code == "u8") {
    const auto* numbers = view(tensor).as<std::int64_t>();
    if (std::any_of(numbers, numbers + tensor.size(), [](std::int64_t number) { return number < 0; }))
      file.reject(concat(name, "a uint64 of 2^63 or more does not fit into int64"));
  }
}

}  // namespace

Tensor read_npy_array(ByteReader& file, const std::string& name) {
  const std::string text = header_text(file, name);
  const Header header = HeaderParser(file, text).parse();
  const ElementType& type = element_type(file, name, header.descr);
  const std::string what = concat(name, "shape ", header.shape);
  const std::uint64_t bytes = declared_bytes(file, what, header.shape, type.bytes, type.dtype);

  Shape stored = header.shape;  // the axis that varies fastest comes last
  std::vector<int> axes(static_cast<std::size_t>(stored.rank()));
  for (int i = 0; i < stored.rank(); ++i) axes[static_cast<std::size_t>(i)] = stored.rank() - 1 - i;
  if (header.fortran_order)
    stored = Shape(std::make_reverse_iterator(stored.end()), std::make_reverse_iterator(stored.begin()));
  Tensor tensor(stored, type.dtype);
  auto* data = mutable_view(tensor).as<unsigned char>();
  const std::uint64_t got = file.read(data, bytes);
  if (got != bytes) file.reject(concat(what, " needs ", bytes, " bytes of data, there are ", got));
  unsigned char extra = 0;
  if (file.read(&extra, 1) != 0) file.reject(concat("there is more data than ", what, " needs"));
  if (header.descr[0] == '>') reverse_elements(data, tensor.size(), type.bytes);
  to_our_dtype(file, name, type, tensor);
  return header.fortran_order && tensor.rank() > 1 ? permute(tensor, axes) : tensor;
}

std::string npy_bytes(const std::string& who, const Tensor& tensor) {
  check(tensor.defined(), "[", who, "] expected a tensor with numbers, received an empty one");
  const auto* type = std::find_if(element_types.begin(), element_types.end(),
                                  [&](const ElementType& known) { return known.dtype == tensor.dtype(); });
  check(type != element_types.end(), "[", who, "] NumPy has no ", tensor.dtype(), "; convert with x.to(float32)");
  std::string shape = "(";
  for (std::int64_t n : tensor.shape()) shape += concat(n, ", ");
  if (tensor.rank() > 1) shape.resize(shape.size() - 2);
  if (tensor.rank() == 1) shape.pop_back();
  std::string header = concat("{'descr': '", type->bytes == 1 ? "|" : "<", type->code,
                              "', 'fortran_order': False, 'shape': ", shape, "), }");
  const std::size_t before = magic.size() + 4;
  header.append(63 - (before + header.size()) % 64, ' ').append("\n");  // the data start at a multiple of 64

  const Tensor dense = tensor.contiguous();
  std::string bytes(magic);
  bytes += {1, 0, static_cast<char>(header.size() & 0xff), static_cast<char>(header.size() >> 8)};
  bytes += header;
  return bytes.append(view(dense).as<char>(), static_cast<std::size_t>(dense.size() * type->bytes));
}

}  // namespace linnet::detail
