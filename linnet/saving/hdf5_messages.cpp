#include "linnet/saving/hdf5_messages.h"

#include <algorithm>
#include <array>

namespace linnet::detail::hdf5 {

namespace {

// The classes of "The Datatype Message", in the order of their numbers.
constexpr std::array<const char*, 11> class_names = {"integers",     "floating-point numbers",
                                                     "times",        "text",
                                                     "bit fields",   "opaque bytes",
                                                     "compounds",    "references",
                                                     "enumerations", "variable-length sequences",
                                                     "arrays"};
enum Class : std::uint64_t {
  fixed_point = 0,
  floating_point = 1,
  string = 3,
  opaque = 5,
  enumeration = 8,
  variable = 9
};

struct DatatypeHead {
  std::uint64_t version, type_class, bits, bytes;
};

DatatypeHead parse_head(Record& record) {
  const std::uint64_t version_and_class = record.number(1);
  const std::uint64_t bits = record.number(3), bytes = record.number(4);
  return {version_and_class >> 4, version_and_class & 15, bits, bytes};
}

// Whole numbers that fill their bytes.
Datatype parse_integer(Record& record, const DatatypeHead& head) {
  Datatype type{.bytes = head.bytes, .name = "integers of an unusual size"};
  const std::uint64_t bit_offset = record.number(2), precision = record.number(2);
  const bool is_usual = head.bytes == 1 || head.bytes == 2 || head.bytes == 4 || head.bytes == 8;
  if (!is_usual || bit_offset != 0 || precision != 8 * head.bytes) return type;
  type.kind = (head.bits & 8) != 0 ? Datatype::Kind::signed_integer : Datatype::Kind::unsigned_integer;
  type.is_big_endian = (head.bits & 1) != 0;
  return type;
}

// IEEE's float16, float32 and float64, and bfloat16, which has two bytes as well and is told apart by its name.
Datatype parse_floating(Record& record, const DatatypeHead& head) {
  struct Format {
    std::uint64_t bytes, exponent_bits, mantissa_bits, bias;
  };
  constexpr std::array<Format, 4> formats = {{{2, 5, 10, 15}, {4, 8, 23, 127}, {8, 11, 52, 1023}, {2, 8, 7, 127}}};
  Datatype type{.bytes = head.bytes, .name = "floating-point numbers of an unusual format"};
  const std::uint64_t bit_offset = record.number(2), precision = record.number(2);
  const std::uint64_t exponent_place = record.number(1), exponent_bits = record.number(1);
  const std::uint64_t mantissa_place = record.number(1), mantissa_bits = record.number(1), bias = record.number(4);
  const std::uint64_t sign_place = head.bits >> 8 & 255, normalization = head.bits >> 4 & 3;
  const bool is_vax = (head.bits & 0x40) != 0;
  const auto* format = std::find_if(formats.begin(), formats.end(), [&](const Format& known) {
    return known.bytes == head.bytes && known.exponent_bits == exponent_bits && known.mantissa_bits == mantissa_bits &&
           known.bias == bias;
  });
  if (format == formats.end() || bit_offset != 0 || precision != 8 * head.bytes || mantissa_place != 0 ||
      exponent_place != mantissa_bits || sign_place != precision - 1 || normalization != 2 || is_vax)
    return type;
  type.kind = exponent_bits == 8 && head.bytes == 2 ? Datatype::Kind::bfloat16 : Datatype::Kind::floating;
  type.is_big_endian = (head.bits & 1) != 0;
  return type;
}

Datatype parse_fixed_string(const DatatypeHead& head) {
  constexpr std::array<char, 3> paddings = {'t', '\0', ' '};
  Datatype type{.bytes = head.bytes, .name = class_names[string]};
  const std::uint64_t padding = head.bits & 15;
  if (padding >= paddings.size() || head.bytes == 0) return type;
  type.kind = Datatype::Kind::fixed_string;
  type.padding = paddings[padding];
  return type;
}

// An element is a length (4 bytes), the address of a global heap collection (8), and the number of an object there (4).
Datatype parse_variable(const DatatypeHead& head) {
  Datatype type{.bytes = head.bytes, .name = class_names[variable]};
  const bool is_text = (head.bits & 15) == 1;
  if (is_text) type.name = class_names[string];
  if (is_text && head.bytes == 16) type.kind = Datatype::Kind::variable_string;
  return type;
}

// h5py's bool is an enumeration of int8: FALSE is 0, TRUE is 1. Other enumerations are not supported.
Datatype parse_enumeration(Record& record, const DatatypeHead& head) {
  Datatype type{.bytes = head.bytes, .name = class_names[enumeration]};
  const std::uint64_t members = head.bits & 0xffff;
  const DatatypeHead base = parse_head(record);
  if (base.type_class != fixed_point || base.bytes != 1 || head.bytes != 1 || members != 2) return type;
  parse_integer(record, base);
  std::array<std::string_view, 2> names;
  for (std::string_view& name : names) {
    name = record.text();
    if (head.version < 3) record.skip((8 - (name.size() + 1) % 8) % 8);
  }
  const std::uint64_t first = record.number(1), second = record.number(1);
  if (names[0] == "FALSE" && names[1] == "TRUE" && first == 0 && second == 1) type.kind = Datatype::Kind::boolean;
  return type;
}

Layout parse_chunks(Record& record) {
  Layout layout{.kind = Layout::Kind::chunked};
  const std::uint64_t rank = record.number(1);
  layout.address = record.offset();
  for (std::uint64_t axis = 0; axis < rank; ++axis) layout.chunk.push_back(record.number(4));
  return layout;
}

}  // namespace

Dataspace parse_dataspace(Record& record) {
  Dataspace space;
  const std::uint64_t version = record.version(1, 2), rank = record.number(1), flags = record.number(1);
  const std::uint64_t type = record.number(1);
  if (version == 1) record.skip(4);
  if (version == 2 && type > 2) record.damaged("its type is ", type);
  space.is_null = version == 2 && type == 2;
  const bool is_scalar = rank == 0;
  if (version == 2 && is_scalar != (type != 1)) record.damaged("its type is ", type, ", but it has ", rank, " axes");
  if (version == 1 && (flags & 2) != 0) record.damaged("it permutes the axes, which no file does");
  for (std::uint64_t axis = 0; axis < rank; ++axis) space.sizes.push_back(record.offset());
  return space;
}

std::uint64_t Dataspace::elements(const Record& record) const {
  std::uint64_t product = 1;
  for (std::uint64_t size : sizes)
    if (__builtin_mul_overflow(product, std::max<std::uint64_t>(size, 1), &product) || product > INT64_MAX)
      record.damaged("its number of elements is too large");
  const bool is_empty = is_null || std::find(sizes.begin(), sizes.end(), 0u) != sizes.end();
  return is_empty ? 0 : product;
}

Datatype parse_datatype(Record& record) {
  const DatatypeHead head = parse_head(record);
  if (head.version < 1 || head.version > 3 || head.type_class >= class_names.size()) return {.bytes = head.bytes};
  switch (head.type_class) {
    case fixed_point: return parse_integer(record, head);
    case floating_point: return parse_floating(record, head);
    case string: return parse_fixed_string(head);
    case opaque: return {.kind = Datatype::Kind::opaque, .bytes = head.bytes, .name = class_names[opaque]};
    case enumeration: return parse_enumeration(record, head);
    case variable: return parse_variable(head);
    default: return {.bytes = head.bytes, .name = class_names[head.type_class]};
  }
}

Layout parse_layout(Record& record) {
  const std::uint64_t version = record.version(3, 4), kind = record.number(1);
  if (kind == 0) {
    const std::uint64_t bytes = record.number(2);
    const Record data = record.part(bytes, "the compact data");
    return {.kind = Layout::Kind::compact, .address = data.address(), .bytes = bytes};
  }
  if (kind == 1) {
    const std::uint64_t address = record.offset(), bytes = record.offset();
    return {.kind = Layout::Kind::contiguous, .address = address, .bytes = bytes};
  }
  if (kind == 2 && version == 3) return parse_chunks(record);
  if (kind == 2) record.source().reject("chunks are indexed as libver='latest' does, which is not supported");
  if (kind == 3) record.source().reject("virtual datasets, made of other files, are not supported");
  record.damaged("its class is ", kind);
}

std::vector<Filter> parse_filters(Record& record) {
  std::vector<Filter> filters;
  const std::uint64_t version = record.version(1, 2), count = record.number(1);
  if (version == 1) record.skip(6);
  for (std::uint64_t i = 0; i < count; ++i) {
    const std::uint64_t id = record.number(2);
    const bool has_name = version == 1 || id >= 256;
    const std::uint64_t name_bytes = has_name ? record.number(2) : 0;
    record.skip(2);  // flags
    const std::uint64_t values = record.number(2);
    const std::string_view name = record.bytes(name_bytes);  // version 1: its length is a multiple of eight
    record.skip(4 * values + (version == 1 && values % 2 == 1 ? 4 : 0));
    if (id != 1 && id != 2)
      record.source().reject("the filter ", id, name.empty() ? "" : " (", name.substr(0, name.find('\0')),
                             name.empty() ? "" : ")", " is not supported; deflate and shuffle are");
    if (std::find(filters.begin(), filters.end(), Filter{static_cast<std::uint16_t>(id)}) != filters.end())
      record.damaged("it has the filter ", id, " twice");
    filters.push_back(Filter{static_cast<std::uint16_t>(id)});
  }
  return filters;
}

std::string_view parse_fill_value(Record& record) {
  const std::uint64_t version = record.version(1, 3);
  bool has_value = true;
  if (version == 3) {
    has_value = (record.number(1) & 0x20) != 0;
  } else {
    record.skip(2);  // when space is allocated, when the value is written
    const std::uint64_t is_defined = record.number(1);
    has_value = version == 1 || is_defined != 0;
  }
  return has_value ? parse_old_fill_value(record) : std::string_view();
}

std::string_view parse_old_fill_value(Record& record) {
  constexpr std::uint64_t no_value = 0xffffffff;
  const std::uint64_t bytes = record.number(4);
  return bytes == no_value ? std::string_view() : record.bytes(bytes);
}

Attribute parse_attribute(Record& record) {
  const std::uint64_t version = record.version(1, 3), flags = record.number(1);
  const std::uint64_t name_bytes = record.number(2), datatype_bytes = record.number(2), space_bytes = record.number(2);
  if (version == 3) record.skip(1);  // ASCII or UTF-8
  if (version > 1 && (flags & 3) != 0)
    record.source().reject("an attribute is of a committed datatype, which is not supported");
  const auto part = [&](std::uint64_t bytes, const char* what) {
    const Record piece = record.part(bytes, what);
    if (version == 1) record.skip((8 - bytes % 8) % 8);
    return piece;
  };
  Record name = part(name_bytes, "the attribute's name");
  Record datatype = part(datatype_bytes, "the attribute's datatype");
  Record space = part(space_bytes, "the attribute's dataspace");
  return {.name = name.text(),
          .datatype = parse_datatype(datatype),
          .elements = parse_dataspace(space).elements(space),
          .data = record.part(record.left(), "the attribute's value")};
}

Link parse_link(Record& record) {
  record.version(1, 1);
  const std::uint64_t flags = record.number(1);
  const std::uint64_t type = (flags & 8) != 0 ? record.number(1) : 0;
  if ((flags & 4) != 0) record.skip(8);   // the order of creation
  if ((flags & 16) != 0) record.skip(1);  // ASCII or UTF-8
  const std::string_view name = record.bytes(record.number(std::uint64_t{1} << (flags & 3)));
  if (type == 1) record.source().reject("\"", name, "\" is a soft link, which is not supported");
  if (type == 64) record.source().reject("\"", name, "\" is a link to another file, which is not supported");
  if (type != 0) record.source().reject("\"", name, "\" is a link of type ", type, ", which is not supported");
  return {.name = name, .address = record.offset()};
}

void refuse_dense_links(Record& record) {
  record.version(0, 0);
  if ((record.number(1) & 1) != 0) record.skip(8);  // the greatest order of creation
  if (record.offset() != undefined_address)
    record.source().reject(
        "the group's names are in a fractal heap (libver='latest' or track_order), which is not supported");
}

void refuse_dense_attributes(Record& record) {
  record.version(0, 0);
  if ((record.number(1) & 1) != 0) record.skip(2);  // the greatest order of creation
  if (record.offset() != undefined_address)
    record.source().reject(
        "the attributes are in a fractal heap (libver='latest' or track_order), which is not supported");
}

}  // namespace linnet::detail::hdf5
