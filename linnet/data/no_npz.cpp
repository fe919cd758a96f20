// Linnet without libzip.
#include "linnet/data/npy.h"
#include "linnet/data/zip_members.h"

namespace linnet {

namespace {

[[noreturn]] void absent(const char* who) {
  fail<FileError>("[", who,
                  "] this Linnet was built without libzip (LINNET_NPZ=OFF); save each array with numpy.save "
                  "and use read_npy, or build Linnet with libzip-dev");
}

}  // namespace

NamedTensors read_npz(const std::string&, const ReadLimits&) { absent("read_npz"); }
void write_npz(const std::string&, const NamedTensors&, const WriteNpzOptions&) { absent("write_npz"); }

void write_zip(const std::string& who, const std::string& path, const ZipMembers&, bool) {
  fail<FileError>("[", who, "] this Linnet was built without libzip (LINNET_NPZ=OFF), which writes \"", path,
                  "\"; build it with libzip-dev");
}

std::optional<std::string> read_zip_member(const std::string& who, const std::string& path, const std::string&,
                                           const ReadLimits&) {
  fail<FileError>("[", who, "] this Linnet was built without libzip (LINNET_NPZ=OFF), which reads \"", path,
                  "\"; build it with libzip-dev");
}

}  // namespace linnet
