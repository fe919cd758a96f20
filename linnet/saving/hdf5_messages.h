// What the messages of an HDF5 object header say; sections are named as in the HDF5 File Format Specification.
// Internal.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "linnet/saving/hdf5_record.h"

namespace linnet::detail::hdf5 {

enum class MessageType : std::uint16_t {
  nil = 0x00,
  dataspace = 0x01,
  link_info = 0x02,
  datatype = 0x03,
  old_fill_value = 0x04,
  fill_value = 0x05,
  link = 0x06,
  external_files = 0x07,
  data_layout = 0x08,
  group_info = 0x0a,
  filter_pipeline = 0x0b,
  attribute = 0x0c,
  continuation = 0x10,
  symbol_table = 0x11,
  attribute_info = 0x15,
  last_known = 0x16
};

/// "The Dataspace Message": the sizes of an array's axes.
struct Dataspace {
  bool is_null = false;  // no elements and no axes
  std::vector<std::uint64_t> sizes;

  /// The product of the sizes; rejects one that overflows, also where a size of 0 hides it.
  std::uint64_t elements(const Record& record) const;
};
Dataspace parse_dataspace(Record& record);

/// "The Datatype Message": what one element is.
struct Datatype {
  enum class Kind : std::uint8_t {
    signed_integer,
    unsigned_integer,
    floating,  // of IEEE: float16, float32 or float64
    bfloat16,  // by its format, or two opaque bytes that an attribute calls so
    boolean,
    opaque,
    fixed_string,
    variable_string,
    other
  };
  Kind kind = Kind::other;
  std::uint64_t bytes = 0;  // of one element in the file
  bool is_big_endian = false;
  char padding = '\0';                   // what fills up a fixed_string; 't' if its first zero ends it
  const char* name = "an unknown type";  // for errors
};
Datatype parse_datatype(Record& record);

/// "The Data Layout Message": where the elements are.
struct Layout {
  enum class Kind : std::uint8_t { compact, contiguous, chunked };
  Kind kind = Kind::compact;
  std::uint64_t address = undefined_address, bytes = 0;  // chunked: the address of the B-tree
  std::vector<std::uint64_t> chunk = {};                 // its sizes, and the bytes of an element
};
Layout parse_layout(Record& record);

/// "The Data Storage - Filter Pipeline Message": what was done to each chunk, in this order.
enum class Filter : std::uint16_t { deflate = 1, shuffle = 2 };
std::vector<Filter> parse_filters(Record& record);

/// "The Fill Value Message": the element that stands where nothing was written; empty for zero.
std::string_view parse_fill_value(Record& record);
std::string_view parse_old_fill_value(Record& record);

/// "The Attribute Message"; its value is in `data`.
struct Attribute {
  std::string_view name;
  Datatype datatype;
  std::uint64_t elements = 0;
  Record data;
};
Attribute parse_attribute(Record& record);

/// "The Link Message": a name and the address of an object header. Soft and external links are refused.
struct Link {
  std::string_view name;
  std::uint64_t address = undefined_address;
};
Link parse_link(Record& record);

/// "The Link Info Message" and "The Attribute Info Message": refused if what they tell of is in a fractal heap.
void refuse_dense_links(Record& record);
void refuse_dense_attributes(Record& record);

}  // namespace linnet::detail::hdf5
