#include "linnet/saving/safetensors_header.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <numeric>
#include <optional>

namespace linnet::detail {

namespace {

constexpr std::array<StoredType, 8> stored_types = {{{"F32", float32, 4},
                                                     {"F64", float64, 8},
                                                     {"BF16", bfloat16, 2},
                                                     {"I32", int32, 4},
                                                     {"I64", int64, 8},
                                                     {"U8", uint8, 1},
                                                     {"BOOL", boolean, 1},
                                                     {"F16", float32, 2, true}}};

// Memory that a tensor and a text of the metadata take besides their letters and numbers: their objects, and the
// growing lists that hold them.
constexpr std::int64_t cost_of_tensor = 768, cost_of_text = 256;

// The parser's events. A header is an object of objects of texts, names and lists of whole numbers; nothing else.
class HeaderReader : public nlohmann::json_sax<nlohmann::json> {
 public:
  HeaderReader(const Rejection& reject, const ReadLimits& limits) : reject_(reject), left_(limits.extra_bytes) {}

  Header take() { return std::move(header_); }

  bool null() override { return other("null"); }
  bool boolean(bool value) override { return other(value ? "true" : "false"); }
  bool number_integer(number_integer_t value) override { return value < 0 ? number(value) : number("-0"); }
  bool number_float(number_float_t, const string_t& text) override { return number(text); }
  bool binary(binary_t&) override { return other("bytes"); }  // not in text
  bool number_unsigned(number_unsigned_t value) override {
    if (place_ != Place::list) return other("a number");
    if (value > INT64_MAX) number(value);
    if (count_ < numbers_.size()) numbers_[count_] = value;
    ++count_;
    return true;
  }

  bool string(string_t& text) override {
    if (place_ == Place::metadata) {
      spend(cost_of_text + 2 * static_cast<std::int64_t>(text.size()));
      header_.metadata.emplace_back(std::move(key_), std::move(text));
      return true;
    }
    if (place_ != Place::tensor || key_ != "dtype") return other("a text");
    tensor().type = stored_type(text);
    if (tensor().type == nullptr)
      reject_("the dtype ", text, " of \"", tensor().name,
              "\" is not supported (F32, F64, BF16, F16, I32, I64, U8 and BOOL are)");
    return true;
  }

  bool key(string_t& name) override {
    key_ = std::move(name);
    if (place_ == Place::metadata) spend(2 * static_cast<std::int64_t>(key_.size()));
    if (place_ != Place::tensor) return true;
    const auto known = std::find(fields.begin(), fields.end(), key_);
    if (known == fields.end()) reject_("\"", tensor().name, "\" has an unknown entry \"", key_, "\"");
    if (std::exchange(seen_[static_cast<std::size_t>(known - fields.begin())], true))
      reject_("in its header [json] expected each key of an object once, received \"", key_, "\" twice");
    return true;
  }

  bool start_object(std::size_t) override {
    if (place_ == Place::outside) {
      place_ = Place::header;
    } else if (place_ != Place::header) {
      return other("an object");
    } else if (key_ == metadata_key) {
      if (std::exchange(has_metadata_, true)) reject_duplicate(metadata_key);
      place_ = Place::metadata;
    } else {
      spend(cost_of_tensor + 2 * static_cast<std::int64_t>(key_.size()));
      header_.tensors.emplace_back().name = std::move(key_);
      seen_ = {};
      place_ = Place::tensor;
    }
    return true;
  }

  bool end_object() override {
    if (place_ == Place::tensor) finish_tensor();
    place_ = place_ == Place::header ? Place::outside : Place::header;
    return true;
  }

  bool start_array(std::size_t) override {
    if (place_ != Place::tensor || (key_ != "shape" && key_ != "data_offsets")) return other("a list");
    place_ = Place::list;
    count_ = 0;
    return true;
  }

  bool end_array() override {
    place_ = Place::tensor;
    if (key_ == "shape") {
      if (count_ > numbers_.size())
        reject_("\"", tensor().name, "\" has ", count_, " axes; at most ", Shape::max_rank, " are supported");
      for (std::size_t i = 0; i < count_; ++i) tensor().shape.push_back(static_cast<std::int64_t>(numbers_[i]));
      return true;
    }
    if (count_ != 2) reject_("\"", tensor().name, "\" needs two data_offsets, received ", count_);
    tensor().first = numbers_[0];
    tensor().last = numbers_[1];
    return true;
  }

  bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception& error) override {
    std::string reason = error.what();  // "[json.exception.parse_error.101] parse error at line 1, column 2: …"
    reason.erase(0, reason.find("] ") + 2);
    reject_("in its header [json] expected JSON, received a ", reason);
  }

  void reject_duplicate(const std::string& name) const {
    reject_("in its header [json] expected each key of an object once, received \"", name, "\" twice");
  }

 private:
  enum class Place : std::uint8_t { outside, header, metadata, tensor, list };
  static constexpr std::array<std::string_view, 3> fields = {"dtype", "shape", "data_offsets"};

  StoredTensor& tensor() { return header_.tensors.back(); }

  template <class Number>
  bool number(const Number& value) {
    if (place_ != Place::list) return other("a number");
    reject_("expected whole numbers >= 0 as sizes of \"", tensor().name, "\", received ", value);
  }

  /// Something in a place where it means nothing.
  bool other(const char* received) {
    switch (place_) {
      case Place::outside: reject_("its header is no object but ", received);
      case Place::header:
        if (key_ == metadata_key) reject_("\"", metadata_key, "\" is not an object");
        reject_("\"", key_, "\" is not described by an object but ", received);
      case Place::metadata: reject_("the metadata \"", key_, "\" is not a text but ", received);
      case Place::list: reject_("expected whole numbers >= 0 as sizes of \"", tensor().name, "\", received ", received);
      case Place::tensor: break;
    }
    reject_("\"", tensor().name, "\" has ", key_ == "dtype" ? "no dtype" : concat("no list \"", key_, "\""), " but ",
            received);
  }

  void finish_tensor() {
    StoredTensor& entry = tensor();
    for (std::size_t i = 0; i < fields.size(); ++i)
      if (!seen_[i]) reject_("\"", entry.name, "\" has no ", i == 0 ? "" : "list \"", fields[i], i == 0 ? "" : "\"");
    std::uint64_t bytes = entry.type->bytes;
    bool is_empty = false;
    for (std::int64_t size : entry.shape) {
      is_empty = is_empty || size == 0;  // the other sizes must make sense all the same: strides are made of them
      if (__builtin_mul_overflow(bytes, std::max<std::uint64_t>(1, static_cast<std::uint64_t>(size)), &bytes))
        reject_("the shape of \"", entry.name, "\" is too large");
    }
    if (bytes > INT64_MAX) reject_("the shape of \"", entry.name, "\" is too large");
    if (is_empty) bytes = 0;
    if (entry.last < entry.first || entry.last - entry.first != bytes)
      reject_("\"", entry.name, "\" of dtype ", entry.type->name, " and shape ", entry.shape, " needs ", bytes,
              " bytes, its data_offsets are [", entry.first, ", ", entry.last, "]");
    if (entry.type->is_half) spend(static_cast<std::int64_t>(bytes));
  }

  void spend(std::int64_t bytes) {
    if (bytes > left_)
      fail<FileError>("[safetensors] \"", reject_.name(), "\" needs more memory for its ", header_.tensors.size(),
                      " names, its metadata and the float32 of its F16 tensors than ReadLimits::extra_bytes allows; "
                      "raise it if the file is meant to be so");
    left_ -= bytes;
  }

  const Rejection& reject_;
  std::int64_t left_;
  Header header_;
  Place place_ = Place::outside;
  std::string key_;
  bool has_metadata_ = false;
  std::array<bool, fields.size()> seen_ = {};
  std::array<std::uint64_t, Shape::max_rank> numbers_ = {};
  std::size_t count_ = 0;
};

/// The positions of `items` in the order of `less`, at four bytes each.
template <class Items, class Less>
std::vector<std::uint32_t> sorted_positions(const Items& items, Less less) {
  std::vector<std::uint32_t> order(items.size());
  std::iota(order.begin(), order.end(), std::uint32_t{0});
  std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) { return less(items[a], items[b]); });
  return order;
}

template <class Items, class Name>
void check_unique(const Items& items, Name name, const HeaderReader& reader) {
  const auto order = sorted_positions(items, [&](const auto& a, const auto& b) { return name(a) < name(b); });
  for (std::size_t i = 1; i < order.size(); ++i)
    if (name(items[order[i - 1]]) == name(items[order[i]])) reader.reject_duplicate(name(items[order[i]]));
}

/// The data must be covered without holes and without overlap.
void check_coverage(const std::vector<StoredTensor>& tensors, std::uint64_t data_bytes, const Rejection& reject) {
  std::uint64_t end = 0;
  for (std::uint32_t i : sorted_positions(tensors, [](const StoredTensor&a, const StoredTensor&b) {
         return std::pair(a.first, a.last) < std::pair(b.first, b.last);
       })) {
    const StoredTensor& tensor = tensors[i];
    if (tensor.first != end)
      reject("\"", tensor.name, "\" starts at byte ", tensor.first, " of the data, expected ", end,
             tensor.first < end ? " (tensors overlap)" : " (there is a hole)");
    end = tensor.last;
  }
  if (end != data_bytes) reject("its header describes ", end, " bytes of data, there are ", data_bytes);
}

}  // namespace

const StoredType* stored_type(std::string_view name) {
  const auto* found =
      std::find_if(stored_types.begin(), stored_types.end(), [&](const StoredType& type) { return type.name == name; });
  return found == stored_types.end() ? nullptr : found;
}

const StoredType& stored_type(DType dtype) {
  return *std::find_if(stored_types.begin(), stored_types.end(),
                       [&](const StoredType& type) { return type.dtype == dtype && !type.is_half; });
}

Header parse_header(std::string_view text, std::uint64_t data_bytes, const Rejection& reject,
                    const ReadLimits& limits) {
  if (!text.starts_with('{')) reject("its header does not start with {");
  HeaderReader reader(reject, limits);
  nlohmann::json::sax_parse(text.begin(), text.end(), &reader);
  Header header = reader.take();
  check_unique(
      header.tensors, [](const StoredTensor& tensor) -> const std::string& { return tensor.name; }, reader);
  check_unique(
      header.metadata, [](const auto& entry) -> const std::string& { return entry.first; }, reader);
  check_coverage(header.tensors, data_bytes, reject);
  return header;
}

}  // namespace linnet::detail
