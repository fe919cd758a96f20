#include "linnet/data/tabular.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "linnet/data/datasets.h"
#include "linnet/data/split.h"
#include "tests/support/temporary_folder.h"

namespace linnet {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

class Tabular : public testing::Test {
 protected:
  Table table(const std::string& text, const CsvOptions& options = {}) {
    write_text(folder / "t.csv", text);
    return read_csv(folder / "t.csv", options);
  }
  TemporaryFolder folder;
};

TEST_F(Tabular, EncodesNumbersAndCategories) {
  const TabularData data = tabular_dataset(table("age,city,pet\n1,Rome,cat\n2.5,Oslo,dog\n3,Rome,cat\n"), "pet");
  EXPECT_TRUE(data.classification);
  EXPECT_THAT(data.feature_names, ElementsAre("age", "city=Oslo", "city=Rome"));
  EXPECT_EQ(data.data.x[0].shape(), Shape({3, 3}));
  EXPECT_THAT(data.data.x[0].to_vector<float>(), ElementsAre(1, 0, 1, 2.5f, 1, 0, 3, 0, 1));
  EXPECT_EQ(data.data.y[0].dtype(), int32);
  EXPECT_THAT(data.data.y[0].to_vector<int>(), ElementsAre(0, 1, 0));
  EXPECT_THAT(data.data.class_names, ElementsAre("cat", "dog"));
}

TEST_F(Tabular, ChoosesTheTask) {
  const auto classes = [&](const std::string& targets, const std::string& task = "") {
    const TabularData data = tabular_dataset(table("x,y\n" + targets), "y", {.task = task});
    return data.classification ? data.data.class_names : std::vector<std::string>{"regression"};
  };
  EXPECT_THAT(classes("1,0\n1,1\n1,2\n1,1\n"), ElementsAre("0", "1", "2"));
  EXPECT_THAT(classes("1,2\n1,1\n"), ElementsAre("1", "2"));
  EXPECT_THAT(classes("1,0\n1,2\n"), ElementsAre("regression"));  // a gap
  EXPECT_THAT(classes("1,0.5\n1,1\n"), ElementsAre("regression"));
  EXPECT_THAT(classes("1,0\n1,2\n", "classification"), ElementsAre("0", "2"));
  EXPECT_THAT(classes("1,0\n1,1\n", "regression"), ElementsAre("regression"));
  const TabularData price = tabular_dataset(table("x,price\n1,10.5\n2,20\n"), "price");
  EXPECT_EQ(price.data.y[0].shape(), Shape({2, 1}));
  EXPECT_THAT(price.data.y[0].to_vector<float>(), ElementsAre(10.5f, 20));
}

TEST_F(Tabular, SaysWhatIsWrong) {
  const Table houses = table("area,name,price\n50,a,1.5\n60,b,2.5\n");
  const auto error_of = [&](const Table& from, const std::string& target, const TabularOptions& options = {}) {
    return message_of<InvalidArgument>([&] { tabular_dataset(from, target, options); });
  };
  EXPECT_THAT(error_of(houses, "pirce"), HasSubstr("did you mean \"price\"?"));
  EXPECT_THAT(
      error_of(houses, "price", {.max_categories = 1}),
      AllOf(HasSubstr("column \"name\", received 2 in 2 rows (line 2 holds \"a\")"), HasSubstr("ignore = {\"name\"}")));
  EXPECT_EQ(tabular_dataset(houses, "price", {.ignore = {"name"}, .max_categories = 1}).feature_names.size(), 1u);
  EXPECT_THAT(error_of(houses, "price", {.ignore = {"nmae"}}), HasSubstr("did you mean \"name\"?"));
  EXPECT_THAT(error_of(houses, "price", {.ignore = {"name", "area"}}), HasSubstr("columns besides the target"));
  EXPECT_THAT(error_of(houses, "name", {.task = "regression"}), HasSubstr("line 2 holds \"a\""));
  EXPECT_THAT(error_of(houses, "price", {.task = "guess"}), HasSubstr("received \"guess\""));
  EXPECT_THAT(error_of(table("x,y\n1,a\n2,a\n"), "y"), HasSubstr("at least two classes"));
  const Table holes = table("x,y\n1,a\n,b\n", {.missing = Missing::keep});
  EXPECT_THAT(error_of(holes, "y"), HasSubstr("1 in column \"x\"; use drop_missing or fill_missing first"));
}

TEST_F(Tabular, EncodesLaterRowsAsTheTrainingData) {
  const TabularData data = tabular_dataset(table("age,city,pet\n1,Rome,cat\n2,Oslo,dog\n"), "pet");
  const Table later = table("city,age\nParis,7\nRome,8\n");
  EXPECT_THAT(encode_features(later, data.features).to_vector<float>(), ElementsAre(7, 0, 0, 8, 0, 1));
  const auto error_of = [&](const Table& rows) {
    return message_of<InvalidArgument>([&] { encode_features(rows, data.features); });
  };
  EXPECT_THAT(error_of(table("citi,age\nRome,8\n")), HasSubstr("did you mean \"citi\"?"));
  EXPECT_THAT(error_of(table("city,age\nRome,old\n")), HasSubstr("expected numbers in column \"age\""));
  EXPECT_THAT(error_of(table("city,age\n5,8\n")), HasSubstr("expected texts in column \"city\""));
}

TEST_F(Tabular, SplitsWithoutCommonSamples) {
  const Dataset data(arange(0, 10), arange(100, 110));
  const auto [train, test] = split_dataset(data, {.right_size = 0.3, .shuffle = true, .seed = 5});
  EXPECT_EQ(train.size(), 7);
  EXPECT_EQ(test.size(), 3);
  auto all = train.x[0].to_vector<int>();
  const auto right = test.x[0].to_vector<int>();
  all.insert(all.end(), right.begin(), right.end());
  EXPECT_FALSE(std::is_sorted(all.begin(), all.end()));
  std::sort(all.begin(), all.end());
  std::vector<int> expected(10);
  std::iota(expected.begin(), expected.end(), 0);
  EXPECT_EQ(all, expected);
  EXPECT_EQ(test.y[0].to_vector<int>()[0], right[0] + 100);
  EXPECT_EQ(split_dataset(data, {.right_size = 0.3, .shuffle = true, .seed = 5}).test.x[0].to_vector<int>(), right);
  EXPECT_NE(split_dataset(data, {.right_size = 0.3, .shuffle = true, .seed = 6}).test.x[0].to_vector<int>(), right);
  EXPECT_THAT(split_dataset(data, {.right_size = 2}).test.x[0].to_vector<int>(), ElementsAre(8, 9));
  const auto [first, last] = split_dataset(data, {.left_size = 0.5, .right_size = 3});
  EXPECT_THAT(first.x[0].to_vector<int>(), ElementsAre(0, 1, 2, 3, 4));
  EXPECT_THAT(last.x[0].to_vector<int>(), ElementsAre(7, 8, 9));
  EXPECT_EQ(split_dataset(data, {.left_size = 4}).test.size(), 6);
  EXPECT_THAT(message_of<InvalidArgument>([&] { split_dataset(data); }), HasSubstr("received neither"));
  EXPECT_THAT(message_of<InvalidArgument>([&] { split_dataset(data, {.left_size = 8, .right_size = 0.5}); }),
              HasSubstr("together, received 8 and 5"));
  for (double wrong : {0.0, -1.0, 10.0, 0.01})
    EXPECT_THAT(message_of<InvalidArgument>([&] { split_dataset(data, {.right_size = wrong}); }),
                HasSubstr("[split_dataset]"));
}

TEST_F(Tabular, BundledTablesAreWhole) {
  const auto rows_and_features = [](const Table& all, const std::string& target, std::size_t classes) {
    const TabularData data = tabular_dataset(all, target);
    EXPECT_EQ(data.data.class_names.size(), classes);
    EXPECT_EQ(data.classification, classes > 0);
    EXPECT_EQ(all.missing.count, 0);
    return std::pair(data.data.size(), data.feature_names.size());
  };
  EXPECT_EQ(rows_and_features(datasets::iris(), "species", 3), std::pair(std::int64_t{150}, std::size_t{4}));
  EXPECT_EQ(rows_and_features(datasets::wine(), "cultivar", 3), std::pair(std::int64_t{178}, std::size_t{13}));
  EXPECT_EQ(rows_and_features(datasets::breast_cancer(), "diagnosis", 2),
            std::pair(std::int64_t{569}, std::size_t{30}));
  EXPECT_EQ(rows_and_features(datasets::diabetes(), "target", 0), std::pair(std::int64_t{442}, std::size_t{10}));
  const auto count = [](const Column& column) {
    std::vector<int> number(column.categories.size());
    for (int code : column.values.to_vector<int>()) ++number[static_cast<std::size_t>(code)];
    return number;
  };
  EXPECT_THAT(count(datasets::iris().column("species")), ElementsAre(50, 50, 50));  // as published
  EXPECT_THAT(count(datasets::breast_cancer().column("diagnosis")), ElementsAre(357, 212));
}

TEST_F(Tabular, TablesAreLoadedByNameAsTheOtherSets) {
  const auto [train, test] = datasets::load("iris");
  EXPECT_EQ(train.size(), 120);
  EXPECT_EQ(test.size(), 30);
  EXPECT_EQ(train.name, "iris (train)");
  EXPECT_THAT(test.class_names, ElementsAre("setosa", "versicolor", "virginica"));
  write_text(folder / "iris.csv", read_text(datasets::table_path("iris")));
  EXPECT_EQ(datasets::iris(folder.path()).rows(), 150);
  EXPECT_THAT(message_of<FileError>([&] { datasets::wine(folder.path()); }), HasSubstr(folder / "tables"));
  EXPECT_THAT(message_of<InvalidArgument>([] { datasets::table_path("mnist"); }), HasSubstr("a set of images"));
}

TEST_F(Tabular, SaysWhatIsAvailable) {
  const auto all = datasets::available();
  ASSERT_EQ(all.size(), datasets::names().size());
  EXPECT_EQ(all[0].name, "mnist");
  EXPECT_TRUE(std::filesystem::is_directory(all[0].path));
  EXPECT_EQ(all[2].target, "species");
  EXPECT_TRUE(std::filesystem::is_regular_file(all[2].path));
  for (const auto& each : datasets::available(folder.path())) {
    EXPECT_EQ(each.path, "");
    EXPECT_THAT(each.how_to_get, HasSubstr("LINNET_DATA"));
    EXPECT_NE(each.licence, "");
  }
}

}  // namespace
}  // namespace linnet
