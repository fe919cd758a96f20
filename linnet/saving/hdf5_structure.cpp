#include "linnet/saving/hdf5_structure.h"

#include <algorithm>
#include <iterator>

namespace linnet::detail::hdf5 {

namespace {

constexpr std::string_view signature = "\x89HDF\r\n\x1a\n";
// Memory that an entry of a list or a map takes besides its letters.
constexpr std::uint64_t cost_of_entry = 96;

// "The Superblock", versions 0 and 1: with the symbol table entry of the root group at its end.
Superblock read_old_superblock(const Source& source, std::uint64_t version) {
  Record record = source.record(9, version == 0 ? 87 : 91, "the superblock");
  record.version(0, 0);  // of the free space
  record.version(0, 0);  // of the root group's entry
  record.skip(1);
  record.version(0, 0);  // of shared header messages
  const std::uint64_t offset_bytes = record.number(1), length_bytes = record.number(1);
  if (offset_bytes != 8 || length_bytes != 8)
    source.reject("its offsets and lengths have ", offset_bytes, " and ", length_bytes, " bytes; 8 are supported");
  record.skip(version == 0 ? 9 : 13);  // sizes of tree nodes, which say so themselves, and flags
  const std::uint64_t base = record.offset();
  record.skip(8);  // the list of free space
  const std::uint64_t end = record.offset(), driver = record.offset();
  record.skip(8);  // the root's name
  const std::uint64_t root = record.offset();
  if (base != 0) source.reject("its addresses count from byte ", base, ", which is not supported");
  if (driver != undefined_address) source.reject("it is one part of several files, which is not supported");
  return {.end_of_file = end, .root = root};
}

// Versions 2 and 3.
Superblock read_new_superblock(const Source& source) {
  Record record = source.record(9, 39, "the superblock");
  const std::uint64_t offset_bytes = record.number(1), length_bytes = record.number(1);
  if (offset_bytes != 8 || length_bytes != 8)
    source.reject("its offsets and lengths have ", offset_bytes, " and ", length_bytes, " bytes; 8 are supported");
  record.skip(1);  // flags
  const std::uint64_t base = record.offset();
  record.skip(8);  // the extension
  const std::uint64_t end = record.offset(), root = record.offset();
  if (base != 0) source.reject("its addresses count from byte ", base, ", which is not supported");
  return {.end_of_file = end, .root = root};
}

class HeaderReader {
 public:
  HeaderReader(const Source& source, Account& account) : source_(source), account_(account) {}

  std::vector<Message> read(std::uint64_t address) {
    is_new_ = source_.bytes(address, 4, "the object header") == "OHDR";
    is_new_ ? read_new(address) : read_old(address);
    while (!continuations_.empty()) {
      const Block block = continuations_.back();
      continuations_.pop_back();
      read_continuation(block);
    }
    return std::move(messages_);
  }

 private:
  struct Block {
    std::uint64_t address, size;
  };

  // "Version 1 Data Object Header Prefix"
  void read_old(std::uint64_t address) {
    constexpr std::uint64_t prefix_bytes = 16;
    Record prefix = source_.record(address, prefix_bytes, "the object header");
    prefix.version(1, 1);
    prefix.skip(7);  // the number of messages, which the blocks' ends tell as well, and of references
    const std::uint64_t size = prefix.number(4);
    account_.claim(source_, address, prefix_bytes + size, "the object header");
    read_messages(source_.record(address + prefix_bytes, size, "the object header"));
  }

  // "Version 2 Data Object Header Prefix"
  void read_new(std::uint64_t address) {
    constexpr std::uint64_t longest_prefix = 34;
    const std::uint64_t there = source_.size() - address;
    Record prefix = source_.record(address, std::min(there, longest_prefix), "the object header");
    prefix.expect_signature("OHDR");
    prefix.version(2, 2);
    const std::uint64_t flags = prefix.number(1);
    if ((flags & 0x20) != 0) prefix.skip(16);  // times
    if ((flags & 0x10) != 0) prefix.skip(4);   // when attributes move to a heap
    has_order_ = (flags & 4) != 0;
    const std::uint64_t size = prefix.number(std::uint64_t{1} << (flags & 3));
    const std::uint64_t prefix_bytes = std::min(there, longest_prefix) - prefix.left();
    const Record messages = source_.record(address + prefix_bytes, size, "the object header");
    account_.claim(source_, address, prefix_bytes + size + checksum_bytes, "the object header");
    read_messages(messages);
  }

  void read_continuation(const Block& block) {
    constexpr const char* what = "the continuation of an object header";
    Record record = source_.record(block.address, block.size, what);
    account_.claim(source_, block.address, block.size, what);
    if (!is_new_) return read_messages(record);
    record.expect_signature("OCHK");
    if (record.left() < checksum_bytes) record.damaged("it ends too early");
    read_messages(record.part(record.left() - checksum_bytes, what));
  }

  void read_messages(Record block) {
    const std::uint64_t head_bytes = !is_new_ ? 8 : has_order_ ? 6 : 4;
    while (is_new_ ? block.left() >= head_bytes : block.left() > 0) {
      const std::uint64_t type = block.number(is_new_ ? 1 : 2), size = block.number(2), flags = block.number(1);
      block.skip(head_bytes - (is_new_ ? 4 : 5));
      add({static_cast<MessageType>(type), (flags & 2) != 0, block.part(size, "the header message")}, flags);
    }
  }

  void add(Message message, std::uint64_t flags) {
    constexpr std::uint64_t refuse_if_unknown = 0x80;
    if (message.type == MessageType::nil) return;
    if (message.type > MessageType::last_known && (flags & refuse_if_unknown) != 0)
      message.record.damaged("its type ", static_cast<std::uint64_t>(message.type), " is unknown");
    account_.spend(source_, sizeof(Message) * 2);
    if (message.type == MessageType::continuation) {
      const std::uint64_t address = message.record.offset(), size = message.record.offset();
      return continuations_.push_back({address, size});
    }
    messages_.push_back(message);
  }

  static constexpr std::uint64_t checksum_bytes = 4;

  const Source& source_;
  Account& account_;
  bool is_new_ = false, has_order_ = false;
  std::vector<Message> messages_;
  std::vector<Block> continuations_;
};

// A node of the level that its parent asks for; any level, of the root.
void read_node(const Source& source, std::uint64_t address, TreeType type, std::uint64_t key_bytes, int level,
               Account& account, const VisitEntry& visit) {
  constexpr std::uint64_t head_bytes = 24;
  constexpr const char* what = "the B-tree node";
  Record head = source.record(address, head_bytes, what);
  head.expect_signature("TREE");
  const std::uint64_t node_type = head.number(1), node_level = head.number(1), entries = head.number(2);
  if (node_type != static_cast<std::uint64_t>(type)) head.damaged("its type is ", node_type);
  if (level >= 0 && node_level != static_cast<std::uint64_t>(level))
    head.damaged("its level is ", node_level, ", expected ", level);
  const std::uint64_t size = entries * (key_bytes + 8);
  account.claim(source, address, head_bytes + size, what);
  Record node = source.record(address + head_bytes, size, what);
  for (std::uint64_t i = 0; i < entries; ++i) {
    Record key = node.part(key_bytes, "the key of a B-tree node");
    const std::uint64_t child = node.offset();
    if (node_level == 0) {
      visit(key, child);
    } else {
      read_node(source, child, type, key_bytes, static_cast<int>(node_level) - 1, account, visit);
    }
  }
}

// "Local Heaps": the names of a group.
Record read_local_heap(const Source& source, std::uint64_t address, Account& account) {
  Record head = source.record(address, 32, "the local heap");
  account.claim(source, address, 32, "the local heap");
  head.expect_signature("HEAP");
  head.version(0, 0);
  head.skip(3);
  const std::uint64_t size = head.offset();
  head.skip(8);  // the list of free space
  const std::uint64_t data = head.offset();
  const Record names = source.record(data, size, "the data of a local heap");
  account.claim(source, data, size, "the data of a local heap");
  return names;
}

// "Symbol Table Entry"
Link read_symbol(Record& record, Record names, Account& account) {
  enum CacheType : std::uint64_t { nothing = 0, group = 1, soft_link = 2 };
  names.skip(record.offset());
  const Link link{.name = names.text(), .address = record.offset()};
  const std::uint64_t cache_type = record.number(4);
  record.skip(20);
  if (cache_type == soft_link) record.source().reject("\"", link.name, "\" is a soft link, which is not supported");
  if (cache_type > soft_link) record.damaged("the type of \"", link.name, "\" is ", cache_type);
  account.spend(record.source(), cost_of_entry + link.name.size());
  return link;
}

// "Group Symbol Table Nodes"
void read_symbol_node(const Source& source, std::uint64_t address, const Record& names, Account& account,
                      std::vector<Link>& links) {
  constexpr std::uint64_t head_bytes = 8, entry_bytes = 40;
  constexpr const char* what = "the symbol table node";
  Record head = source.record(address, head_bytes, what);
  head.expect_signature("SNOD");
  head.version(1, 1);
  head.skip(1);
  const std::uint64_t size = head.number(2) * entry_bytes;
  account.claim(source, address, head_bytes + size, what);
  for (Record entries = source.record(address + head_bytes, size, what); entries.left() > 0;)
    links.push_back(read_symbol(entries, names, account));
}

}  // namespace

void Account::claim(const Source& source, std::uint64_t address, std::uint64_t size, const char* what) {
  source.bytes(address, size, what);
  if (size == 0) return;
  const auto next = claimed_.lower_bound(address);
  const bool meets_next = next != claimed_.end() && next->first < address + size;
  const bool meets_last = next != claimed_.begin() && std::prev(next)->second > address;
  if (meets_next || meets_last)
    source.reject(
        what, " at byte ", address,
        " lies on something else: the file is damaged, or has two names (hard links) for one object, which is "
        "not supported");
  spend(source, cost_of_entry);
  claimed_.emplace_hint(next, address, address + size);
}

void Account::spend(const Source& source, std::uint64_t bytes) {
  left_ -= static_cast<std::int64_t>(bytes);
  if (left_ < 0)
    source.reject(
        "its objects, names and texts need more memory than ReadLimits::extra_bytes allows; raise it if the "
        "file is meant to be so");
}

Superblock read_superblock(const Source& source) {
  if (source.size() < signature.size() || source.bytes(0, signature.size(), "the signature") != signature)
    source.reject("expected an HDF5 file (it begins with \\x89HDF), received something else");
  Record record = source.record(signature.size(), 1, "the superblock");
  const std::uint64_t version = record.version(0, 3);
  const Superblock superblock = version < 2 ? read_old_superblock(source, version) : read_new_superblock(source);
  if (superblock.end_of_file > source.size())
    source.reject("it is cut short: it should have ", superblock.end_of_file, " bytes, there are ", source.size());
  return superblock;
}

std::vector<Message> read_object_header(const Source& source, std::uint64_t address, Account& account) {
  return HeaderReader(source, account).read(address);
}

void read_tree(const Source& source, std::uint64_t address, TreeType type, std::uint64_t key_bytes, Account& account,
               const VisitEntry& visit) {
  constexpr int any_level = -1;
  read_node(source, address, type, key_bytes, any_level, account, visit);
}

std::vector<Link> read_symbol_table(Record& message, Account& account) {
  const std::uint64_t tree = message.offset(), heap = message.offset();
  const Source& source = message.source();
  const Record names = read_local_heap(source, heap, account);
  std::vector<Link> links;
  read_tree(source, tree, TreeType::group, 8, account,
            [&](const Record&, std::uint64_t node) { read_symbol_node(source, node, names, account, links); });
  return links;
}

std::string_view GlobalHeaps::object(const Source& source, std::uint64_t address, std::uint64_t index,
                                     Account& account) {
  auto found = collections_.find(address);
  if (found == collections_.end())
    found = collections_.emplace(address, read_collection(source, address, account)).first;
  const auto object = found->second.find(index);
  if (object == found->second.end())
    source.reject("the global heap at byte ", address, " is damaged: it has no object ", index);
  return object->second;
}

GlobalHeaps::Collection GlobalHeaps::read_collection(const Source& source, std::uint64_t address, Account& account) {
  constexpr std::uint64_t head_bytes = 16;  // of the collection, and of each object
  constexpr const char* what = "the global heap";
  Record head = source.record(address, head_bytes, what);
  head.expect_signature("GCOL");
  head.version(1, 1);
  head.skip(3);
  const std::uint64_t size = head.offset();
  if (size < head_bytes) head.damaged("its size is ", size);
  account.claim(source, address, size, what);
  Collection collection;
  Record objects = source.record(address + head_bytes, size - head_bytes, what);
  while (objects.left() >= head_bytes) {
    const std::uint64_t index = objects.number(2);
    objects.skip(6);  // the number of references
    const std::uint64_t bytes = objects.offset();
    if (index == 0) break;  // free to the end
    account.spend(source, cost_of_entry);
    if (!collection.emplace(index, objects.bytes(bytes)).second) objects.damaged("it has object ", index, " twice");
    objects.align();
  }
  return collection;
}

}  // namespace linnet::detail::hdf5
