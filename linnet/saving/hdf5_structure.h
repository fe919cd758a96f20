// What holds an HDF5 file together: superblock, object headers, B-trees and heaps; sections are named as in the HDF5
// File Format Specification. Internal.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string_view>
#include <vector>

#include "linnet/base/read_limits.h"
#include "linnet/saving/hdf5_messages.h"
#include "linnet/saving/hdf5_record.h"

namespace linnet::detail::hdf5 {

/// What reading a file may cost. No two records share a byte: so none is read twice, nothing goes round in circles, and
/// the work grows with the size of the file only. What is kept in memory is paid for, within ReadLimits::extra_bytes.
class Account {
 public:
  explicit Account(const ReadLimits& limits) : left_(limits.extra_bytes) {}

  /// `size` bytes at `address` belong to `what` alone; rejects if some belong to something else already.
  void claim(const Source& source, std::uint64_t address, std::uint64_t size, const char* what);
  /// Memory that stays in use; `bytes` is at most 2^62.
  void spend(const Source& source, std::uint64_t bytes);

 private:
  std::map<std::uint64_t, std::uint64_t> claimed_;  // where each record begins, and where it ends
  std::int64_t left_;
};

/// "The Superblock": what the file begins with.
struct Superblock {
  std::uint64_t end_of_file = 0, root = undefined_address;  // root: an object header
};
Superblock read_superblock(const Source& source);

/// "Object Headers": one thing that is said of an object.
struct Message {
  MessageType type;
  bool is_shared;  // not here but somewhere else, where others use it too
  Record record;
};
/// All messages of the object at `address`, those of continuation blocks as well; without nil and continuation.
std::vector<Message> read_object_header(const Source& source, std::uint64_t address, Account& account);

/// "Version 1 B-trees": calls `visit` with the key before each entry of each leaf, and with what the entry points to.
enum class TreeType : std::uint8_t { group = 0, chunks = 1 };
using VisitEntry = std::function<void(Record& key, std::uint64_t child)>;
void read_tree(const Source& source, std::uint64_t address, TreeType type, std::uint64_t key_bytes, Account& account,
               const VisitEntry& visit);

/// "The Symbol Table Message": the members of a group, with the names of its local heap.
std::vector<Link> read_symbol_table(Record& message, Account& account);

/// "Global Heap": texts of any length.
class GlobalHeaps {
 public:
  /// The bytes of object `index` of the collection at `address`.
  std::string_view object(const Source& source, std::uint64_t address, std::uint64_t index, Account& account);

 private:
  using Collection = std::map<std::uint64_t, std::string_view>;  // by index
  static Collection read_collection(const Source& source, std::uint64_t address, Account& account);

  std::map<std::uint64_t, Collection> collections_;  // by address
};

}  // namespace linnet::detail::hdf5
