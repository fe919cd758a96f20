#include "linnet/saving/hdf5_objects.h"

#include <algorithm>
#include <utility>

#include "linnet/saving/hdf5_data.h"
#include "linnet/saving/hdf5_structure.h"

namespace linnet::detail::hdf5 {

namespace {

constexpr int deepest = 200;  // groups within groups
constexpr std::uint64_t largest_chunk = 0xffffffff;
// Memory that an object and a text take besides their letters.
constexpr std::uint64_t cost_of_object = 512, cost_of_text = 96;

// What the messages of one object say, until it is known what it is.
struct Description {
  std::optional<Record> space, datatype, layout;
  std::vector<Filter> filters;
  std::string_view fill;
  std::vector<Link> links;
  bool is_group = false;
};

class ObjectReader {
 public:
  ObjectReader(const Source& source, std::uint64_t size, const ReadLimits& limits)
      : source_(source), account_(limits), bytes_for_arrays_(size + static_cast<std::uint64_t>(limits.extra_bytes)) {}

  Hdf5Object read(std::uint64_t address, const std::string& path = {}, int depth = 0) {
    const Source here = source_.at(path);
    if (depth > deepest) here.reject("expected groups within groups at most ", deepest, " deep");
    account_.spend(here, cost_of_object + path.size());
    Hdf5Object object;
    const Description description = describe(here, address, object);
    if (description.layout) {
      object.array = array(here, path, description, object);
    } else if (description.is_group) {
      for (const Link& link : description.links) add_child(here, link, path, depth, object);
    } else {
      here.reject(description.datatype ? "it is a committed datatype, which is not supported"
                                       : "it is neither a group nor an array");
    }
    return object;
  }

 private:
  Description describe(const Source& here, std::uint64_t address, Hdf5Object& object) {
    Description description;
    for (Message& message : read_object_header(here, address, account_)) {
      if (message.is_shared && message.type <= MessageType::attribute_info)
        here.reject("a committed datatype or another shared message is not supported");
      note(here, message, description, object);
    }
    return description;
  }

  void note(const Source& here, Message& message, Description& description, Hdf5Object& object) {
    Record& record = message.record;
    switch (message.type) {
      case MessageType::dataspace: description.space = record; break;
      case MessageType::datatype: description.datatype = record; break;
      case MessageType::data_layout: description.layout = record; break;
      case MessageType::filter_pipeline: description.filters = parse_filters(record); break;
      case MessageType::fill_value: description.fill = parse_fill_value(record); break;
      case MessageType::old_fill_value:
        if (description.fill.empty()) description.fill = parse_old_fill_value(record);
        break;
      case MessageType::external_files: here.reject("its data are in other files, which is not supported");
      case MessageType::attribute: add_attribute(here, parse_attribute(record), object); break;
      case MessageType::attribute_info: refuse_dense_attributes(record); break;
      case MessageType::link: description.links.push_back(parse_link(record)); break;
      case MessageType::link_info:
        refuse_dense_links(record);
        description.is_group = true;
        break;
      case MessageType::symbol_table:
        if (description.is_group) record.damaged("the group has another list of its members");
        description.links = read_symbol_table(record, account_);
        description.is_group = true;
        break;
      default: break;  // times, comments, and what helps to write
    }
  }

  void add_child(const Source& here, const Link& link, const std::string& path, int depth, Hdf5Object& parent) {
    if (link.name.empty() || link.name == "." || link.name.find_first_of(std::string_view("/\0", 2)) != link.name.npos)
      here.reject("it is damaged: a member's name is \"", link.name, "\"");
    const std::string name(link.name);
    if (parent.children.contains(name)) here.reject("it is damaged: two members are called \"", name, "\"");
    parent.children.emplace(name, read(link.address, path.empty() ? name : concat(path, "/", name), depth + 1));
  }

  void add_attribute(const Source& here, Attribute attribute, Hdf5Object& object) {
    using Kind = Datatype::Kind;
    const Kind kind = attribute.datatype.kind;
    if (attribute.elements > 0 && kind != Kind::fixed_string && kind != Kind::variable_string) return;
    account_.spend(here, cost_of_text + attribute.name.size());
    std::vector<std::string> texts;
    for (std::uint64_t i = 0; i < attribute.elements; ++i) {
      const std::string_view text =
          kind == Kind::fixed_string ? fixed_text(attribute) : variable_text(here, attribute.data);
      account_.spend(here, cost_of_text + text.size());
      texts.emplace_back(text);
    }
    if (!object.attributes.emplace(attribute.name, std::move(texts)).second)
      here.reject("it is damaged: two attributes are called \"", attribute.name, "\"");
  }

  static std::string_view fixed_text(Attribute& attribute) {
    const std::string_view text = attribute.data.bytes(attribute.datatype.bytes);
    const char padding = attribute.datatype.padding;
    if (padding == 't') return text.substr(0, text.find('\0'));
    return text.substr(0, text.find_last_not_of(padding) + 1);  // npos + 1 is 0
  }

  std::string_view variable_text(const Source& here, Record& data) {
    const std::uint64_t length = data.number(4), address = data.offset(), index = data.number(4);
    if (length == 0) return {};
    const std::string_view text = heaps_.object(here, address, index, account_);
    if (length > text.size()) data.damaged("a text has ", length, " bytes, its place ", text.size());
    return text.substr(0, length);
  }

  Hdf5Array array(const Source& here, const std::string& path, const Description& description,
                  const Hdf5Object& object) {
    if (!description.space || !description.datatype)
      here.reject("it is damaged: an array without dataspace or datatype");
    Record space_record = *description.space, datatype_record = *description.datatype,
           layout_record = *description.layout;
    const Dataspace space = parse_dataspace(space_record);
    Storage storage{.datatype = parse_datatype(datatype_record),
                    .layout = parse_layout(layout_record),
                    .filters = description.filters,
                    .fill = std::string(description.fill),
                    .path = path};
    if (is_bfloat16(storage.datatype, object)) storage.datatype.kind = Datatype::Kind::bfloat16;
    const std::optional<DType> dtype = dtype_of(storage.datatype);
    if (!dtype) here.reject("its elements are ", storage.datatype.name, ", which is not supported");
    const std::uint64_t elements = space.elements(space_record), width = storage.datatype.bytes;
    if (!storage.fill.empty() && storage.fill.size() != width)
      here.reject("it is damaged: a fill value of ", storage.fill.size(), " bytes for elements of ", width);
    if (space.sizes.size() > Shape::max_rank)
      here.reject("it has ", space.sizes.size(), " axes; at most ", Shape::max_rank, " are supported");
    check_place(here, storage, space, elements);
    account_for_array(here, storage, elements, *dtype);
    return {.shape = space.is_null ? Shape{0} : Shape(space.sizes.begin(), space.sizes.end()),
            .dtype = *dtype,
            .storage = std::make_shared<const Storage>(std::move(storage))};
  }

  // h5py knows no bfloat16: Keras writes two opaque bytes and an attribute that tells.
  static bool is_bfloat16(const Datatype& datatype, const Hdf5Object& object) {
    const auto name = object.attributes.find("dtype");
    return datatype.kind == Datatype::Kind::opaque && datatype.bytes == 2 && name != object.attributes.end() &&
           name->second == std::vector<std::string>{"bfloat16"};
  }

  // The elements must be where the layout says, and belong to this array alone. Chunks are looked at when they are
  // read.
  void check_place(const Source& here, const Storage& storage, const Dataspace& space, std::uint64_t elements) {
    const Layout& layout = storage.layout;
    if (layout.kind == Layout::Kind::chunked) return check_chunk(here, storage, space);
    if (!storage.filters.empty()) here.reject("it is damaged: filters are for chunks, and it has none");
    if (elements == 0 || layout.address == undefined_address) return;
    std::uint64_t bytes = 0;
    if (__builtin_mul_overflow(elements, storage.datatype.bytes, &bytes) || bytes > layout.bytes)
      here.reject("it is damaged: ", elements, " elements of ", storage.datatype.bytes, " bytes in ", layout.bytes,
                  " bytes");
    if (layout.kind == Layout::Kind::contiguous) account_.claim(here, layout.address, bytes, "the data");
  }

  void check_chunk(const Source& here, const Storage& storage, const Dataspace& space) {
    const Layout& layout = storage.layout;
    if (space.sizes.empty() || layout.chunk.size() != space.sizes.size() + 1)
      here.reject("it is damaged: chunks of ", layout.chunk.size(), " sizes for ", space.sizes.size(), " axes");
    if (layout.chunk.back() != storage.datatype.bytes)
      here.reject("it is damaged: chunks of elements of ", layout.chunk.back(), " bytes");
    std::uint64_t bytes = 1;
    for (std::uint64_t size : layout.chunk)
      if (size == 0 || __builtin_mul_overflow(bytes, size, &bytes) || bytes > largest_chunk)
        here.reject("it is damaged: chunks of no or too many elements");
  }

  // As a tensor, and what unpacking takes in between.
  void account_for_array(const Source& here, const Storage& storage, std::uint64_t elements, DType dtype) {
    std::uint64_t bytes = 0;
    const std::uint64_t scratch = storage.filters.empty() ? 0 : 2 * storage.chunk_bytes();
    if (__builtin_mul_overflow(elements, size_of(dtype), &bytes) || bytes > bytes_for_arrays_ ||
        scratch > bytes_for_arrays_ - bytes)
      here.reject(
          "shape and chunks need more memory than all arrays may take together, which is the size of the file and "
          "ReadLimits::extra_bytes; if it is meant to be so large, raise it");
    bytes_for_arrays_ -= bytes;
  }

  const Source& source_;
  Account account_;
  std::uint64_t bytes_for_arrays_;
  GlobalHeaps heaps_;
};

}  // namespace

Hdf5Object read_objects(const Source& whole, const ReadLimits& limits) {
  check(limits.extra_bytes >= 0, "[ReadLimits] expected extra_bytes >= 0, received ", limits.extra_bytes);
  const Superblock superblock = read_superblock(whole);
  const Source source = whole.first(superblock.end_of_file);
  return ObjectReader(source, whole.size(), limits).read(superblock.root);
}

}  // namespace linnet::detail::hdf5
