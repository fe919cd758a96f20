// libzip's objects, which end with their handles, and how an archive is opened.
#pragma once

#include <zip.h>

#include <memory>
#include <string>

#include "linnet/data/file_reader.h"

namespace linnet::detail {

struct EndOfZip {
  void operator()(zip_t* archive) const { zip_discard(archive); }
  void operator()(zip_file_t* entry) const { zip_fclose(entry); }
  void operator()(zip_source_t* source) const { zip_source_free(source); }
};
using ZipArchive = std::unique_ptr<zip_t, EndOfZip>;
using ZipEntry = std::unique_ptr<zip_file_t, EndOfZip>;
using ZipSource = std::unique_ptr<zip_source_t, EndOfZip>;

/// The archive `file`, to be read. `kind` is what was expected: "a .npz archive". Rejects what is none, and one that is
/// damaged or may list more entries than the 65,535 of the classic format.
ZipArchive open_zip(const FileReader& file, const std::string& kind);

}  // namespace linnet::detail
