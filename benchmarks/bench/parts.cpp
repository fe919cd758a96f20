#include "parts.h"

#include <fmt/format.h>

#include <cstdio>
#include <utility>

#include "linnet/base/thread_pool.h"

namespace linnet::bench {

std::string thread_count_text(int threads) { return fmt::format("{} thread{}", threads, threads == 1 ? "" : "s"); }

Table Bench::table(const std::string& title, const std::vector<std::string>& labels,
                   const std::vector<std::string>& figures) const {
  Table table{title};
  for (const std::string& label : labels) table.columns.push_back({label});
  for (int threads : options.threads) {
    const std::string group = thread_count_text(threads);
    for (const std::string& figure : figures) table.columns.push_back({figure, group});
    if (threads > 1) table.columns.push_back({"round trip µs", group});
  }
  return table;
}

Row Bench::row(const Row& labels, const std::function<std::vector<double>(int threads)>& measure) const {
  Row row = labels;
  for (int threads : options.threads) {
    set_num_threads(threads);
    const double round_trip = threads > 1 ? measure_round_trip() : 0;
    for (double figure : measure(threads)) row.emplace_back(figure);
    if (threads > 1) row.emplace_back(1e6 * round_trip);
  }
  return row;
}

void Bench::show(Table table) {
  fmt::print("{}", table.text());
  std::fflush(stdout);
  tables.push_back(std::move(table));
}

}  // namespace linnet::bench
