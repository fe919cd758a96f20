#include "linnet/data/zip_members.h"

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

}  // namespace linnet
