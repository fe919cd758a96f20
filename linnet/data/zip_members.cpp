#include "linnet/data/zip_members.h"

#include "linnet/base/atomic_file.h"
#include "linnet/data/zip_archive.h"

namespace linnet {

std::optional<std::string> read_zip_member(const std::string& who, const std::string& path, const std::string& name,
                                           const ReadLimits& limits) {
  const detail::FileReader file(who, path, limits);
  const detail::ZipArchive archive = detail::open_zip(file, "an archive");
  const zip_int64_t index = zip_name_locate(archive.get(), name.c_str(), 0);
  if (index < 0) return std::nullopt;
  zip_stat_t status;
  zip_stat_init(&status);
  if (zip_stat_index(archive.get(), static_cast<zip_uint64_t>(index), 0, &status) != 0)
    file.reject(concat("cannot find \"", name, "\" (", zip_strerror(archive.get()), ")"));
  if (status.comp_method != ZIP_CM_STORE && status.comp_method != ZIP_CM_DEFLATE)
    file.reject(concat("\"", name, "\" is compressed with method ", status.comp_method), "Keras stores its members");
  if (status.size > file.allowed()) file.reject_size(concat("\"", name, "\""));
  const detail::ZipEntry member(zip_fopen_index(archive.get(), status.index, 0));
  if (!member) file.reject(concat("cannot read \"", name, "\" (", zip_strerror(archive.get()), ")"));
  std::string bytes(status.size, '\0');
  std::uint64_t done = 0;
  char more = 0;  // read as well: only at the end does libzip compare the checksum
  for (zip_int64_t got = 1; got != 0; done += static_cast<std::uint64_t>(got)) {
    got = done < bytes.size() ? zip_fread(member.get(), bytes.data() + done, bytes.size() - done)
                              : zip_fread(member.get(), &more, 1);
    if (got < 0 || (got == 0) != (done == bytes.size()))
      file.reject(concat("damaged member \"", name, "\" (", zip_file_strerror(member.get()), ")"));
  }
  return bytes;
}

namespace {

/// `bytes` are read when the archive is closed.
void add_member(const std::string& who, zip_t* archive, const std::string& name, const std::string& bytes,
                bool compressed) {
  check(zip_name_locate(archive, name.c_str(), 0) < 0, "[", who, "] expected different names, received \"", name,
        "\" twice");
  zip_source_t* source = zip_source_buffer(archive, bytes.data(), bytes.size(), 0);
  const zip_int64_t index = source == nullptr ? -1 : zip_file_add(archive, name.c_str(), source, ZIP_FL_ENC_UTF_8);
  if (index < 0) {
    zip_source_free(source);
    fail<FileError>("[", who, "] cannot add \"", name, "\": ", zip_strerror(archive));
  }
  const auto member = static_cast<zip_uint64_t>(index);
  zip_set_file_compression(archive, member, compressed ? ZIP_CM_DEFLATE : ZIP_CM_STORE, 0);
  zip_file_set_dostime(archive, member, 0, 0x21, 0);  // 1980-01-01
}

std::string bytes_of(const std::string& who, zip_source_t* source) {
  zip_stat_t status;
  zip_stat_init(&status);
  std::string bytes;
  if (zip_source_stat(source, &status) == 0 && zip_source_open(source) == 0) {
    bytes.resize(status.size);
    const zip_int64_t got = zip_source_read(source, bytes.data(), bytes.size());
    zip_source_close(source);
    if (got == static_cast<zip_int64_t>(bytes.size())) return bytes;
  }
  fail<FileError>("[", who, "] cannot build the archive: ", zip_error_strerror(zip_source_error(source)));
}

/// libzip would write nothing; an archive without members is the end of its directory.
const std::string empty_archive = std::string("PK\x05\x06") + std::string(18, '\0');

}  // namespace

void write_zip(const std::string& who, const std::string& path, const ZipMembers& members, bool compressed) {
  if (members.empty()) return write_file_atomically(path, empty_archive, who);
  const detail::ZipSource target(zip_source_buffer_create(nullptr, 0, 0, nullptr));
  zip_source_keep(target.get());  // the archive lets go of its own reference
  detail::ZipArchive archive(zip_open_from_source(target.get(), ZIP_TRUNCATE, nullptr));
  check(archive != nullptr, "[", who, "] cannot begin an archive");
  for (const auto& [name, bytes] : members) add_member(who, archive.get(), name, bytes, compressed);
  if (zip_close(archive.get()) != 0)
    fail<FileError>("[", who, "] cannot build \"", path, "\": ", zip_strerror(archive.get()));
  static_cast<void>(archive.release());
  write_file_atomically(path, bytes_of(who, target.get()), who);
}

}  // namespace linnet
