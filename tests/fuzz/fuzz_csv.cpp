// CSV files: every way to treat missing cells, and what is made of the table.
#include "linnet/data/csv.h"
#include "linnet/data/tabular.h"
#include "tests/fuzz/fuzz.h"

namespace linnet::fuzz {

Files seeds(const TemporaryFolder& folder) {
  const std::vector<std::string> texts = {
      "a,b,species\n1,2.5,red\n3,-4e2,blue\n5,6,red\n",
      "\xEF\xBB\xBF\"name; first\";x\r\n\"a \"\"quoted\"\"\r\ncell\";1,5\r\n?;2\r\n",
      "x\ty\n1\tNA\n\n2\tNaN\n3\t4\n",
      "\xE5\x9F\x8E\xE5\xB8\x82|size\n\xE5\x8C\x97\xE4\xBA\xAC|255\n\xE4\xB8\x8A\xE6\xB5\xB7|0\n",
      "x,y\r1,2\r3,4\r",
  };
  Files files;
  for (const std::string& text : texts) {
    files.push_back(folder / std::to_string(files.size()));
    write_text(files.back(), text);
  }
  return files;
}

void read(const std::string& path) {
  try {
    read_csv(path);
  } catch (const FileError&) {
  }
  const Table table = read_csv(path, {.missing = Missing::keep});
  const Table complete = drop_missing(table);
  if (complete.rows() == 0) return;
  try {
    tabular_dataset(complete, complete.columns.back().name);
  } catch (const InvalidArgument&) {  // nothing to learn from it; the file is well
  }
}

}  // namespace linnet::fuzz
