#include "linnet/base/check.h"
#include "linnet/layers/hashes.h"

namespace linnet {

std::uint64_t fingerprint(std::string_view) {
  fail("[Hashing] this Linnet was built without FarmHash (-DLINNET_FARMHASH=OFF); a salt hashes without it");
}

}  // namespace linnet
