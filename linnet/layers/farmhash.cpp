#include <farmhash.h>

#include "linnet/layers/hashes.h"

namespace linnet {

std::uint64_t fingerprint(std::string_view text) { return util::Fingerprint64(text.data(), text.size()); }

}  // namespace linnet
