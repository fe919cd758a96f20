#include "linnet/data/zip_members.h"

#include <zip.h>

#include <memory>

#include "linnet/data/file_reader.h"

namespace linnet {
namespace {

struct Close {
  void operator()(zip_t* archive) const { zip_discard(archive); }
  void operator()(zip_file_t* member) const { zip_fclose(member); }
};

std::string text_of(int code) {
  zip_error_t error;
  zip_error_init_with_code(&error, code);
  std::string text = zip_error_strerror(&error);
  zip_error_fini(&error);
  return text;
}

}  // namespace

std::optional<std::string> read_zip_member(const std::string& who, const std::string& path, const std::string& name,
                                           const ReadLimits& limits) {
  const detail::FileReader file(who, path, limits);
  int error = 0;
  const std::unique_ptr<zip_t, Close> archive(zip_open(path.c_str(), ZIP_RDONLY, &error));
  if (!archive)
    file.reject(concat("expected an archive, received something else or a damaged one (", text_of(error), ")"));
  const zip_int64_t index = zip_name_locate(archive.get(), name.c_str(), 0);
  if (index < 0) return std::nullopt;
  zip_stat_t status;
  zip_stat_init(&status);
  if (zip_stat_index(archive.get(), static_cast<zip_uint64_t>(index), 0, &status) != 0)
    file.reject(concat("cannot find \"", name, "\" (", zip_strerror(archive.get()), ")"));
  if (status.comp_method != ZIP_CM_STORE && status.comp_method != ZIP_CM_DEFLATE)
    file.reject(concat("\"", name, "\" is compressed with method ", status.comp_method), "Keras stores its members");
  if (status.size > file.allowed()) file.reject_size(concat("\"", name, "\""));
  const std::unique_ptr<zip_file_t, Close> member(zip_fopen_index(archive.get(), status.index, 0));
  if (!member) file.reject(concat("cannot read \"", name, "\" (", zip_strerror(archive.get()), ")"));
  std::string bytes(status.size, '\0');
  for (std::uint64_t done = 0; done < bytes.size();) {
    const zip_int64_t got = zip_fread(member.get(), bytes.data() + done, bytes.size() - done);
    if (got <= 0) file.reject(concat("damaged member \"", name, "\" (", zip_file_strerror(member.get()), ")"));
    done += static_cast<std::uint64_t>(got);
  }
  return bytes;
}

}  // namespace linnet
