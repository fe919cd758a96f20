// Sections are named as in the HDF5 File Format Specification.
#include "linnet/saving/hdf5_writer.h"

#include <algorithm>
#include <cstdint>

#include "linnet/saving/hdf5_messages.h"
#include "linnet/saving/hdf5_record.h"
#include "linnet/tensor/record.h"

namespace linnet {
namespace {

using detail::hdf5::MessageType;
using detail::hdf5::undefined_address;

/// Bytes from front to back. Numbers are little-endian.
class Bytes {
 public:
  std::uint64_t size() const { return bytes_.size(); }
  const std::string& all() const { return bytes_; }
  std::string take() { return std::move(bytes_); }

  Bytes& number(std::uint64_t value, int width) {
    for (int i = 0; i < width; ++i) bytes_ += static_cast<char>(value >> (8 * i));
    return *this;
  }
  Bytes& offset(std::uint64_t value) { return number(value, 8); }
  Bytes& text(std::string_view text) {
    bytes_ += text;
    return *this;
  }
  Bytes& zeros(std::uint64_t count) {
    bytes_.append(count, '\0');
    return *this;
  }
  /// To the next multiple of eight.
  Bytes& align() { return zeros((8 - size() % 8) % 8); }

 private:
  std::string bytes_;
};

// ---- what messages say

std::string dataspace(const std::vector<std::int64_t>& sizes) {
  Bytes bytes;
  bytes.number(1, 1).number(sizes.size(), 1).zeros(6);
  for (std::int64_t size : sizes) bytes.offset(static_cast<std::uint64_t>(size));
  return bytes.take();
}

enum class DatatypeClass : std::uint8_t { fixed_point = 0, floating_point = 1, opaque = 5, variable_length = 9 };

/// The first eight bytes: version 1, `bits` of the class, the size of an element.
Bytes datatype_of(DatatypeClass kind, std::uint64_t bits, std::uint64_t size) {
  Bytes bytes;
  bytes.number(0x10U | static_cast<std::uint64_t>(kind), 1).number(bits, 3).number(size, 4);
  return bytes;
}

std::string integer_type(std::uint64_t size, bool is_signed) {
  constexpr std::uint64_t signed_bit = 0x08;
  return datatype_of(DatatypeClass::fixed_point, is_signed ? signed_bit : 0, size)
      .number(0, 2)
      .number(8 * size, 2)
      .take();
}

/// IEEE's, with the sign in the highest bit.
std::string floating_type(std::uint64_t size, std::uint64_t exponent_bits) {
  constexpr std::uint64_t implied_one = 0x20;  // of the mantissa
  const std::uint64_t bits = 8 * size, mantissa_bits = bits - 1 - exponent_bits;
  return datatype_of(DatatypeClass::floating_point, implied_one | (bits - 1) << 8, size)
      .number(0, 2)
      .number(bits, 2)
      .number(mantissa_bits, 1)
      .number(exponent_bits, 1)
      .number(0, 1)
      .number(mantissa_bits, 1)
      .number((std::uint64_t{1} << (exponent_bits - 1)) - 1, 4)
      .take();
}

std::string element_type(DType dtype) {
  switch (dtype) {
    case float32: return floating_type(4, 8);
    case float64: return floating_type(8, 11);
    case uint8: return integer_type(1, false);
    case int32: return integer_type(4, true);
    case int64: return integer_type(8, true);
    case bfloat16: return datatype_of(DatatypeClass::opaque, 0, 2).take();
    default: fail("[write_hdf5] expected numbers, received an array of ", name(dtype));
  }
}

/// What Keras writes beside bfloat16, which HDF5 does not have.
const std::string opaque_name = "bfloat16";

/// A length, and a reference to the Global Heap.
std::string text_type() {
  constexpr std::uint64_t is_string = 1, is_utf8 = 1 << 8, reference_bytes = 16;
  return datatype_of(DatatypeClass::variable_length, is_string | is_utf8, reference_bytes)
      .text(integer_type(1, false))
      .take();
}

std::string fill_value() {
  constexpr std::uint64_t allocated_late = 2, written_if_set = 2;
  return Bytes().number(2, 1).number(allocated_late, 1).number(written_if_set, 1).number(0, 1).take();
}

std::string contiguous_layout(std::uint64_t address, std::uint64_t size) {
  return Bytes().number(3, 1).number(1, 1).offset(address).offset(size).take();
}

std::string attribute(const std::string& name, const std::string& datatype, const std::string& dataspace,
                      const std::string& value) {
  Bytes bytes;
  bytes.number(1, 1).zeros(1).number(name.size() + 1, 2).number(datatype.size(), 2).number(dataspace.size(), 2);
  bytes.text(name).zeros(1).align().text(datatype).align().text(dataspace).align().text(value).align();
  return bytes.take();
}

// ---- the file

/// How large the nodes of groups are: the same for all groups of a file.
struct GroupNodes {
  static constexpr std::uint64_t tree_k = 16, children_of_tree = 2 * tree_k;
  std::uint64_t leaf_k = 4;  // half the members of a symbol table node

  /// One level of the tree is to be enough for `members`.
  void make_room_for(std::uint64_t members) {
    leaf_k = std::max(leaf_k, (members + children_of_tree * 2 - 1) / (children_of_tree * 2));
  }
};

/// What the entry of an object in its group says.
struct Entry {
  std::uint64_t header = undefined_address;
  std::uint64_t tree = 0, heap = 0;  // of a group
};

class Writer {
 public:
  std::string write(const Hdf5Node& root) {
    look_at(root);
    constexpr std::uint64_t superblock_bytes = 96;
    file_.zeros(superblock_bytes);
    write_texts();
    const Entry entry = object(root);
    std::string superblock = superblock_for(entry), all = file_.take();
    return std::move(all.replace(0, superblock.size(), superblock));
  }

 private:
  struct Place {  // of a text
    std::uint64_t collection = 0, index = 0;
  };
  struct Message {
    MessageType type;
    std::string data;
  };

  /// How large groups are, and which texts there are.
  void look_at(const Hdf5Node& node) {
    nodes_.make_room_for(node.children.size());
    for (const auto& entry : node.texts) keep(entry.second);
    for (const auto& entry : node.lists)
      for (const std::string& text : entry.second) keep(text);
    if (is_opaque(node)) keep(opaque_name);
    for (const auto& [name, child] : node.children) {
      check(!name.empty() && name.find('/') == std::string::npos && name.find('\0') == std::string::npos && name != ".",
            "[write_hdf5] expected a name without \"/\" for each group and array, received \"", name, "\"");
      look_at(child);
    }
  }

  void keep(const std::string& text) {
    if (!text.empty()) texts_[text];
  }

  static bool is_opaque(const Hdf5Node& node) { return node.array.defined() && node.array.dtype() == bfloat16; }

  /// "Global Heap".
  void write_texts() {
    constexpr std::uint64_t most_of_collection = 1 << 16, fewest_bytes = 4096, head = 16;
    for (auto next = texts_.begin(); next != texts_.end();) {
      const std::uint64_t address = file_.size();
      Bytes objects;
      for (std::uint64_t index = 1; next != texts_.end() && (index == 1 || objects.size() < most_of_collection);
           ++next, ++index) {
        const std::string& text = next->first;
        objects.number(index, 2).number(0, 2).zeros(4).offset(text.size()).text(text).align();
        next->second = {address, index};
      }
      const std::uint64_t size = std::max(fewest_bytes, head + objects.size()), free = size - head - objects.size();
      file_.text("GCOL").number(1, 1).zeros(3).offset(size).text(objects.all());
      if (free >= head)
        file_.zeros(8).offset(free).zeros(free - head);  // object 0: what is free
      else
        file_.zeros(free);
    }
  }

  std::string references(const std::vector<std::string>& texts) const {
    Bytes bytes;
    for (const std::string& text : texts) {
      const auto [address, index] = text.empty() ? Place() : texts_.at(text);
      bytes.number(text.size(), 4).offset(address).number(index, 4);
    }
    return bytes.take();
  }

  void add_text(const std::string& name, const std::string& text, std::vector<Message>& messages) const {
    messages.push_back({MessageType::attribute, attribute(name, text_type(), dataspace({}), references({text}))});
  }

  void add_attributes(const Hdf5Node& node, std::vector<Message>& messages) const {
    for (const auto& [name, text] : node.texts) add_text(name, text, messages);
    for (const auto& [name, list] : node.lists) {
      const std::string space = dataspace({static_cast<std::int64_t>(list.size())});
      const std::string type = list.empty() ? element_type(float64) : text_type();  // as NumPy has it
      messages.push_back({MessageType::attribute, attribute(name, type, space, references(list))});
    }
  }

  /// "Object Headers", version 1.
  std::uint64_t header(const std::vector<Message>& messages) {
    Bytes block;
    for (const auto& [type, data] : messages) {
      constexpr std::uint64_t largest = 0xfff8;
      check(data.size() <= largest, "[write_hdf5] expected lists of texts that fit into ", largest,
            " bytes, received one of ", data.size());
      const std::uint64_t padding = (8 - data.size() % 8) % 8;
      block.number(static_cast<std::uint64_t>(type), 2).number(data.size() + padding, 2).zeros(4);
      block.text(data).zeros(padding);
    }
    const std::uint64_t address = file_.size();
    file_.number(1, 1).zeros(1).number(messages.size(), 2).number(1, 4).number(block.size(), 4).zeros(4);
    file_.text(block.all());
    return address;
  }

  Entry object(const Hdf5Node& node) { return node.array.defined() ? array(node) : group(node); }

  Entry array(const Hdf5Node& node) {
    const Tensor dense = node.array.detach().contiguous();
    const std::uint64_t size = static_cast<std::uint64_t>(dense.size()) * size_of(dense.dtype());
    const std::uint64_t address = size == 0 ? undefined_address : file_.size();
    if (size != 0) file_.text({static_cast<const char*>(view(dense).data), size}).align();
    const Shape& shape = dense.shape();
    std::vector<Message> messages = {{MessageType::dataspace, dataspace({shape.begin(), shape.end()})},
                                     {MessageType::datatype, element_type(dense.dtype())},
                                     {MessageType::fill_value, fill_value()},
                                     {MessageType::data_layout, contiguous_layout(address, size)}};
    add_attributes(node, messages);
    if (is_opaque(node)) add_text("dtype", opaque_name, messages);
    return {header(messages)};
  }

  Entry group(const Hdf5Node& node) {
    std::vector<std::pair<std::string_view, Entry>> members;
    for (const auto& [name, child] : node.children) members.emplace_back(name, object(child));
    Bytes names;
    names.zeros(8);  // the empty name, which the tree begins with
    std::vector<std::uint64_t> places;
    for (const auto& member : members) {
      places.push_back(names.size());
      names.text(member.first).zeros(1).align();
    }
    Entry entry;
    entry.heap = heap(names.all());
    entry.tree = tree(members, places);
    std::vector<Message> messages = {{MessageType::symbol_table, Bytes().offset(entry.tree).offset(entry.heap).take()}};
    add_attributes(node, messages);
    entry.header = header(messages);
    return entry;
  }

  /// "Local Heaps".
  std::uint64_t heap(const std::string& names) {
    constexpr std::uint64_t head = 32, nothing_free = 1;
    const std::uint64_t address = file_.size();
    file_.text("HEAP").zeros(4).offset(names.size()).offset(nothing_free).offset(address + head).text(names);
    return address;
  }

  using Members = std::vector<std::pair<std::string_view, Entry>>;

  /// "Version 1 B-trees", of one node; names are in the order of their bytes. `places`: of the names in the heap.
  std::uint64_t tree(const Members& members, const std::vector<std::uint64_t>& places) {
    const std::uint64_t node_members = 2 * nodes_.leaf_k;
    Bytes children;
    children.offset(0);
    std::uint64_t count = 0;
    for (std::uint64_t first = 0; first < members.size(); first += node_members, ++count) {
      const std::uint64_t end = std::min<std::uint64_t>(members.size(), first + node_members);
      children.offset(symbol_table_node(members, places, first, end)).offset(places[end - 1]);
    }
    const std::uint64_t address = file_.size();
    const std::uint64_t whole = 8 + GroupNodes::children_of_tree * 16;
    file_.text("TREE").number(0, 1).number(0, 1).number(count, 2).offset(undefined_address).offset(undefined_address);
    file_.text(children.all()).zeros(whole - children.size());
    return address;
  }

  /// "Group Symbol Table Nodes", with the members from `first` to before `end`.
  std::uint64_t symbol_table_node(const Members& members, const std::vector<std::uint64_t>& places, std::uint64_t first,
                                  std::uint64_t end) {
    constexpr std::uint64_t entry_bytes = 40;
    const std::uint64_t address = file_.size();
    file_.text("SNOD").number(1, 1).zeros(1).number(end - first, 2);
    for (std::uint64_t i = first; i < end; ++i) add_entry(file_, places[i], members[i].second);
    file_.zeros((2 * nodes_.leaf_k - (end - first)) * entry_bytes);
    return address;
  }

  /// "Symbol Table Entry".
  static void add_entry(Bytes& bytes, std::uint64_t place_of_name, const Entry& entry) {
    const bool is_group = entry.heap != 0;
    bytes.offset(place_of_name).offset(entry.header).number(is_group ? 1 : 0, 4).zeros(4);
    bytes.offset(entry.tree).offset(entry.heap);
  }

  /// "The Superblock", version 0.
  std::string superblock_for(const Entry& root) const {
    Bytes bytes;
    bytes.text("\x89HDF\r\n\x1a\n").zeros(5).number(8, 1).number(8, 1).zeros(1);
    bytes.number(nodes_.leaf_k, 2).number(GroupNodes::tree_k, 2).zeros(4);
    bytes.offset(0).offset(undefined_address).offset(file_.size()).offset(undefined_address);
    add_entry(bytes, 0, root);
    return bytes.take();
  }

  Bytes file_;
  GroupNodes nodes_;
  std::map<std::string, Place> texts_;
};

}  // namespace

Hdf5Node& Hdf5Node::at(std::string_view path) {
  const std::size_t end = path.find('/');
  Hdf5Node& child = children[std::string(path.substr(0, end))];
  return end == std::string_view::npos ? child : child.at(path.substr(end + 1));
}

std::string hdf5_bytes(const Hdf5Node& root) { return Writer().write(root); }

}  // namespace linnet
