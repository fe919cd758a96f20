#include "linnet/data/datasets.h"

#include <array>
#include <future>

#include "linnet/base/thread_pool.h"
#include "linnet/data/csv.h"
#include "linnet/data/dataset_files.h"
#include "linnet/data/idx.h"
#include "linnet/data/split.h"
#include "linnet/data/tabular.h"

namespace linnet::datasets {

namespace {

namespace fs = std::filesystem;

fs::path folder_of(const detail::Source& source, const std::string& chosen) {
  fs::path folder = detail::find_folder(source, chosen);
  if (folder.empty()) detail::missing(source, chosen);
  return folder;
}

Dataset read_part(const detail::Source& source, const fs::path& folder, std::size_t first, const char* part) {
  std::array<Tensor, 2> pair;
  for (std::size_t i = 0; i < 2; ++i) {
    const detail::IdxFile& file = detail::idx_files[first + i];
    const fs::path path = detail::find_idx(folder, file);
    if (path.empty())
      fail<FileError>("[", source.name, "] expected all four files in ", folder.string(), ", but ", file.part, "-",
                      file.kind, "(.gz) is missing. ", source.how_to_get);
    pair[i] = read_idx(path);
    const int rank = i == 0 ? 3 : 1;
    if (pair[i].rank() != rank || pair[i].dtype() != uint8)
      fail<FileError>("[", source.name, "] expected uint8 ", i == 0 ? "images (n, height, width)" : "labels (n,)",
                      ", received ", pair[i].dtype(), " of shape ", pair[i].shape(), " in ", path.string());
  }
  if (pair[0].shape()[0] != pair[1].shape()[0])
    fail<FileError>("[", source.name, "] expected a label for each image, received ", pair[0].shape()[0],
                    " images and ", pair[1].shape()[0], " labels in ", folder.string());
  Dataset data(pair[0], pair[1]);
  data.name = source.name + " (" + part + ")";
  data.class_names = source.class_names;
  return data;
}

TrainTest read_images(const detail::Source& source, const std::string& chosen) {
  const fs::path folder = folder_of(source, chosen);
  // Decompressing is most of what happens before the first batch.
  const auto policy = num_threads() > 1 ? std::launch::async : std::launch::deferred;
  std::future<Dataset> test = std::async(policy, [&] { return read_part(source, folder, 2, "test"); });
  Dataset train = read_part(source, folder, 0, "train");
  return {train, test.get()};
}

Table read_table(const detail::Source& source, const std::string& chosen) {
  return read_csv((folder_of(source, chosen) / source.file).string());
}

TrainTest split_table(const detail::Source& source, const std::string& chosen) {
  const TabularData table = tabular_dataset(read_table(source, chosen), source.target);
  TrainTest halves = split_dataset(table.data, {.right_size = 0.2, .shuffle = true, .seed = 0});
  halves.train.name = source.name + " (train)";
  halves.test.name = source.name + " (test)";
  return halves;
}

}  // namespace

TrainTest mnist(const std::string& folder) { return read_images(detail::source_named("mnist"), folder); }
TrainTest fashion_mnist(const std::string& folder) {
  return read_images(detail::source_named("fashion_mnist"), folder);
}

Table iris(const std::string& folder) { return read_table(detail::source_named("iris"), folder); }
Table wine(const std::string& folder) { return read_table(detail::source_named("wine"), folder); }
Table breast_cancer(const std::string& folder) { return read_table(detail::source_named("breast_cancer"), folder); }
Table diabetes(const std::string& folder) { return read_table(detail::source_named("diabetes"), folder); }

TrainTest load(std::string_view name, const std::string& folder) {
  const detail::Source& source = detail::source_named(name);
  return source.file.empty() ? read_images(source, folder) : split_table(source, folder);
}

std::vector<std::string> names() {
  std::vector<std::string> all;
  for (const detail::Source& source : detail::sources()) all.push_back(source.name);
  return all;
}

std::string table_path(std::string_view name, const std::string& folder) {
  const detail::Source& source = detail::source_named(name);
  check(!source.file.empty(), "[datasets] expected the name of a table, received \"", name, "\", a set of images");
  return (folder_of(source, folder) / source.file).string();
}

std::vector<Description> available(const std::string& folder) {
  std::vector<Description> all;
  for (const detail::Source& source : detail::sources()) {
    const fs::path found = detail::find_folder(source, folder);
    const std::string path = found.empty() ? "" : (source.file.empty() ? found : found / source.file).string();
    all.push_back({source.name, source.what, source.size, source.target, source.licence, path, source.how_to_get});
  }
  return all;
}

}  // namespace linnet::datasets
