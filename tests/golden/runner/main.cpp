// linnet-golden DIR [--kind KIND]... [--case ID]... [--at-least N]
// Runs a folder of reference cases (tests/golden/README.md) and says which ones Linnet does not reproduce.
#include <fnmatch.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <map>
#include <string>
#include <vector>

#include "kinds.h"
#include "linnet/base/random.h"
#include "linnet/layers/layer.h"
#include "linnet/saving/json.h"

namespace {

using namespace golden;

struct Options {
  std::string folder;
  std::vector<std::string> kinds, cases;  // none: all
  int at_least = 0;
};

struct Totals {
  int passed = 0, failed = 0, unsupported = 0;
};

const std::map<std::string, void (*)(Case&), std::less<>>& runners() {
  static const std::map<std::string, void (*)(Case&), std::less<>> table = {{"activations", run_activation},
                                                                            {"initializers", run_initializer},
                                                                            {"regularizers", run_regularizer},
                                                                            {"constraints", run_constraint},
                                                                            {"losses", run_loss},
                                                                            {"metrics", run_metric},
                                                                            {"optimizers", run_optimizer},
                                                                            {"schedules", run_schedule},
                                                                            {"layers", run_layer},
                                                                            {"models", run_model},
                                                                            {"fit", run_fit},
                                                                            {"text", run_text},
                                                                            {"defaults", run_defaults},
                                                                            {"files", run_file}};
  return table;
}

/// Without the list of what there is instead.
std::string first_sentence(const std::string& message) { return message.substr(0, message.find(';')); }

void run_case(Case& c, const std::string& kind, Totals& totals) {
  std::string missing;
  try {
    const auto runner = runners().find(kind);
    if (runner == runners().end()) throw Unsupported("the kind \"" + kind + "\"");
    set_random_seed(1);
    clear_session();
    runner->second(c);
    c.done();
  } catch (const Unsupported& error) {
    missing = error.what();
  } catch (const std::exception& error) {
    if (says_unsupported(error.what()))
      missing = first_sentence(error.what());
    else
      c.expect(false, error.what());
  }
  if (!c.passed()) {  // a wrong number counts, whatever else is missing
    ++totals.failed;
    std::printf("FAILED      %s/%s: %s\n", kind.c_str(), c.id().c_str(), c.worst().c_str());
  } else if (!missing.empty()) {
    ++totals.unsupported;
    std::printf("unsupported %s/%s: %s\n", kind.c_str(), c.id().c_str(), missing.c_str());
  } else {
    ++totals.passed;
  }
  std::fflush(stdout);
}

bool chosen(const std::vector<std::string>& patterns, const std::string& text) {
  auto matches = [&](const std::string& pattern) { return fnmatch(pattern.c_str(), text.c_str(), 0) == 0; };
  return patterns.empty() || std::any_of(patterns.begin(), patterns.end(), matches);
}

std::string read_text(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) throw std::runtime_error("cannot read " + path.string());
  return {std::istreambuf_iterator<char>(in), {}};
}

void run_file_of_cases(const std::filesystem::path& json, const Options& options, Totals& totals) {
  const Value cases = parse_json(read_text(json));
  std::filesystem::path beside = json;
  beside.replace_extension(".safetensors");
  const TensorFile tensors = std::filesystem::exists(beside) ? read_safetensors(beside.string()) : TensorFile();
  for (const Value& value : cases.as_list()) {
    const Config& config = value.as_config();
    const std::string kind = config.at("kind").as_string();
    if (!chosen(options.kinds, kind) || !chosen(options.cases, config.at("id").as_string())) continue;
    Case c(config, tensors, options.folder);
    run_case(c, kind, totals);
  }
}

Options parse(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    auto value = [&] {
      if (i + 1 == argc) throw std::runtime_error(word + " needs a value");
      return std::string(argv[++i]);
    };
    if (word == "--kind")
      options.kinds.push_back(value());
    else if (word == "--case")
      options.cases.push_back(value());
    else if (word == "--at-least")
      options.at_least = std::stoi(value());
    else if (options.folder.empty() && word[0] != '-')
      options.folder = word;
    else
      throw std::runtime_error("unknown argument " + word);
  }
  if (!std::filesystem::is_directory(options.folder)) throw std::runtime_error("no such folder: " + options.folder);
  return options;
}

int run(const Options& options) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(options.folder))
    if (entry.path().extension() == ".json") files.push_back(entry.path());
  if (files.empty()) throw std::runtime_error("no reference cases (*.json) in " + options.folder);
  std::sort(files.begin(), files.end());
  Totals totals;
  for (const auto& file : files) {
    try {
      run_file_of_cases(file, options, totals);
    } catch (const std::exception& error) {  // the file itself is damaged
      ++totals.failed;
      std::printf("FAILED      %s: %s\n", file.c_str(), error.what());
    }
  }
  std::printf("%d passed, %d failed, %d unsupported\n", totals.passed, totals.failed, totals.unsupported);
  if (totals.passed < options.at_least) std::fprintf(stderr, "expected at least %d to pass\n", options.at_least);
  return totals.failed > 0 || totals.passed < options.at_least ? 1 : 0;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(parse(argc, argv));
  } catch (const std::exception& error) {
    std::fprintf(stderr,
                 "linnet-golden: %s\nusage: linnet-golden DIR [--kind KIND]... [--case ID]... [--at-least N]\n"
                 "KIND and ID may have wildcards (*, ?).\n",
                 error.what());
    return 2;
  }
}
