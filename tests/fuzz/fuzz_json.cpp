// JSON, and what is written of it must read back as the same.
#include "linnet/saving/json.h"
#include "tests/fuzz/fuzz.h"

namespace linnet::fuzz {

Files seeds(const TemporaryFolder& folder) {
  Files files;
  for (const std::string text :
       {R"({"class_name": "Dense", "config": {"units": 64, "activation": "relu", "use_bias": true, "bias": null}})",
        R"([0, -1, 1.5, 2e-3, 18446744073709551615, -9223372036854775808, 1e308])",
        R"(["\u4e2d\n\"", "\ud83d\ude00", {"a": [[], {}], "b": [[[[]]]]}])", "true"}) {
    files.push_back(folder / std::to_string(files.size()));
    write_text(files.back(), text);
  }
  return files;
}

void read(const std::string& path) {
  const Value value = parse_json(read_text(path));
  if (!(parse_json(to_json(value)) == value)) std::abort();
}

}  // namespace linnet::fuzz
