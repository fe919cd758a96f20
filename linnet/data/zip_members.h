// The members of a ZIP archive as bytes, read and written by libzip.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "linnet/base/read_limits.h"

namespace linnet {

/// The bytes of the member `name`; none if the archive has no such member. Throws FileError `[who] …` for what is no
/// archive or a damaged one, for a member that is compressed by something else than deflate, and where it declares more
/// bytes than the archive has and limits.extra_bytes allows. `who` reads the file: "load_model".
///   write_npz("arrays.npz", {{"weight", ones({2})}});
///   read_zip_member("read", "arrays.npz", "weight.npy")->size();  // -> 136
std::optional<std::string> read_zip_member(const std::string& who, const std::string& path, const std::string& name,
                                           const ReadLimits& limits = {});

/// Names and bytes, in the order of the archive.
using ZipMembers = std::vector<std::pair<std::string, std::string>>;

/// Writes an archive, or leaves what was at `path`. Members are stored as they are or, if `compressed`, deflated; they
/// have no date, so that the same members give the same bytes. Throws InvalidArgument for a name twice, and FileError
/// `[who] …` where it cannot be written.
///   write_zip("save", "both.zip", {{"a.txt", "one"}, {"b.txt", "two"}});
///   *read_zip_member("read", "both.zip", "b.txt");  // -> "two"
void write_zip(const std::string& who, const std::string& path, const ZipMembers& members, bool compressed = false);

}  // namespace linnet
