// Runs the check of every op, and fails when a public op has none.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <string>

#include "op_checks.h"

namespace linnet::testing {
namespace {

std::vector<OpCheck> all_checks() {
  std::vector<OpCheck> all;
  for (auto family : {elementwise_checks, reduce_checks, shape_checks, gather_checks, linear_algebra_checks, nn_checks,
                      normalize_checks, convolution_checks, pooling_checks, recurrent_checks, einsum_checks,
                      attention_checks, ctc_checks, images_checks})
    for (OpCheck& check : family()) all.push_back(std::move(check));
  return all;
}

class Op : public ::testing::TestWithParam<OpCheck> {};

TEST_P(Op, IsRight) { check_op(GetParam()); }

INSTANTIATE_TEST_SUITE_P(All, Op, ::testing::ValuesIn(all_checks()), [](const auto& entry) {
  std::string name = concat(entry.param.name, "_", entry.index);
  std::replace_if(
      name.begin(), name.end(), [](unsigned char c) { return std::isalnum(c) == 0; }, '_');
  return name;
});

std::set<std::string> public_ops() {
  std::set<std::string> names;
  const std::regex function(
      R"(^(?:inline )?(?:Tensor|Tensors|std::pair<Tensor, Tensor>|Standardized) (\w+|operator\S)\()");
  const std::regex macro(R"(^LINNET_BINARY\(([^)]+)\))");
  for (const auto& file : std::filesystem::directory_iterator(LINNET_SOURCE_DIR "/linnet/ops")) {
    if (file.path().extension() != ".h") continue;
    std::ifstream header(file.path());
    EXPECT_TRUE(header.good()) << file.path();
    bool is_public = false;
    std::smatch match;
    for (std::string line; std::getline(header, line);) {
      is_public |= line.starts_with("#pragma GCC visibility push");
      const bool declares = std::regex_search(line, match, function) || std::regex_search(line, match, macro);
      if (is_public && declares) names.insert(match[1]);
    }
  }
  return names;
}

TEST(Ops, EveryPublicOpHasACheck) {
  std::set<std::string> checked;
  for (const OpCheck& check : all_checks()) checked.insert(check.name);
  const std::set<std::string> ops = public_ops();
  EXPECT_GT(ops.size(), 90u);
  for (const std::string& op : ops)
    EXPECT_TRUE(checked.contains(op)) << op << " has no entry in tests/ops/*_checks.cpp";
  for (const std::string& name : checked) EXPECT_TRUE(ops.contains(name)) << name << " is no public op";
}

}  // namespace
}  // namespace linnet::testing
