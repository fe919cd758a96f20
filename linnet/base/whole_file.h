// Files that are read as a whole, being small.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#pragma GCC visibility push(default)
namespace linnet::detail {

/// Throws FileError `[who] cannot read "…": …` unless there is a regular file at `path`; returns its size.
std::uint64_t checked_file_size(const std::string& who, const std::string& path);

/// The bytes of the file at `path`. Throws FileError as checked_file_size() does, and when it ends too early.
std::string read_whole_file(const std::string& who, const std::string& path);

/// The same, but nothing where there is no file at `path`.
std::optional<std::string> read_file_if_any(const std::string& who, const std::string& path);

}  // namespace linnet::detail
#pragma GCC visibility pop
