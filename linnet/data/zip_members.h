// Single members of a ZIP archive, read by libzip.
#pragma once

#include <optional>
#include <string>

#include "linnet/base/read_limits.h"

namespace linnet {

/// The bytes of the member `name`; none if the archive has no such member. Throws FileError `[who] …` for what is no
/// archive or a damaged one, for a member that is compressed by something else than deflate, and where it declares more
/// bytes than the archive has and limits.extra_bytes allows. `who` reads the file: "load_model".
///   write_npz("arrays.npz", {{"weight", ones({2})}});
///   read_zip_member("read", "arrays.npz", "weight.npy")->size();  // -> 136
std::optional<std::string> read_zip_member(const std::string& who, const std::string& path, const std::string& name,
                                           const ReadLimits& limits = {});

}  // namespace linnet
