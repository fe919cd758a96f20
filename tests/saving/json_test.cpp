#include "linnet/saving/json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "tests/support/temporary_folder.h"

namespace linnet {
namespace {

using testing::HasSubstr;

std::string error_of_parsing(const std::string& text) {
  return message_of<FileError>([&] { parse_json(text); });
}

TEST(Json, ReadsEveryKindAndKeepsTheOrder) {
  const Value value = parse_json(R"({"b": [1, -2.5, true, null, "text"], "a": {"c": {}, "d": []}})");
  const Config& object = value.as_config();
  EXPECT_EQ(object.entries()[0].first, "b");
  EXPECT_EQ(object.entries()[1].first, "a");
  EXPECT_EQ(object.at("b").as_list(), (List{1, -2.5, true, nullptr, "text"}));
  EXPECT_TRUE(object.at("b").as_list()[0].is_int());
  EXPECT_TRUE(object.at("a").as_config().at("c").is_config());
  EXPECT_TRUE(object.at("a").as_config().at("d").is_list());
}

TEST(Json, RoundTripsNumbersAndText) {
  const Value value = Config{{"tenth", 0.1},
                             {"third", 1.0 / 3},
                             {"float", static_cast<double>(0.001f)},
                             {"one", 1.0},
                             {"most", INT64_MAX},
                             {"least", INT64_MIN},
                             {"text", "quote \" and \\ and \n and \u00e9 and \u4e2d"},
                             {"list", List{List{}, Config{}}}};
  EXPECT_EQ(parse_json(to_json(value)), value);
  EXPECT_EQ(parse_json(to_json(value, 2)), value);
  EXPECT_EQ(to_json(Config{{"a", 0.001}, {"b", List{1, 2.0}}}), R"({"a":0.001,"b":[1,2.0]})");
  EXPECT_EQ(to_json(Config{{"a", 1}}, 2), "{\n  \"a\": 1\n}");
  EXPECT_EQ(to_json(List{std::nan(""), INFINITY}), "[null,null]");
  EXPECT_DOUBLE_EQ(parse_json("18446744073709551615").as_double(), 18446744073709551615.0);
}

TEST(Json, RejectsWithThePosition) {
  EXPECT_THAT(error_of_parsing("{\"a\": 1,\n  oops}"), HasSubstr("line 2"));
  EXPECT_THAT(error_of_parsing(""), HasSubstr("[json]"));
  EXPECT_THAT(error_of_parsing("[1] 2"), HasSubstr("[json]"));
  EXPECT_THAT(error_of_parsing("[1e999]"), HasSubstr("[json]"));
  EXPECT_THAT(error_of_parsing("[NaN]"), HasSubstr("[json]"));
  EXPECT_THAT(error_of_parsing("\"\xff\""), HasSubstr("UTF-8"));
}

TEST(Json, RejectsDuplicateKeys) {
  EXPECT_THAT(error_of_parsing(R"({"a": 1, "b": {"a": 2}, "a": 3})"), HasSubstr("received \"a\" twice"));
  EXPECT_EQ(error_of_parsing(R"({"a": 1, "b": {"a": 2}, "c": [{"a": 1}, {"a": 1}]})"), "");
}

TEST(Json, LimitsTheDepth) {
  const auto nested = [](int depth) {
    return std::string(static_cast<std::size_t>(depth), '[') + std::string(static_cast<std::size_t>(depth), ']');
  };
  EXPECT_EQ(error_of_parsing(nested(200)), "");
  EXPECT_THAT(error_of_parsing(nested(201)), HasSubstr("200 levels"));
  EXPECT_THAT(error_of_parsing(std::string(1'000'000, '[')), HasSubstr("200 levels"));
}

TEST(Json, RefusesTextThatIsNotUtf8) {
  EXPECT_THAT(message_of<InvalidArgument>([] { to_json(Value("\xff")); }), HasSubstr("UTF-8"));
}

}  // namespace
}  // namespace linnet
