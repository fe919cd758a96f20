#include "linnet/data/csv.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include <cmath>

#include "tests/support/temporary_folder.h"

namespace linnet {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

class Csv : public testing::Test {
 protected:
  Table read(const std::string& text, const CsvOptions& options = {}) {
    write_text(path, text);
    return read_csv(path, options);
  }
  std::string error_of(const std::string& text, const CsvOptions& options = {}) {
    return message_of<FileError>([&] { read(text, options); });
  }

  TemporaryFolder folder;
  std::string path = folder / "table.csv";
};

TEST_F(Csv, FindsNumbersAndCategories) {
  const Table table = read("age,height,city\n31,1.80,Rome\n-4,1.6e0,Paris\n70,+2,Rome\n");
  EXPECT_THAT(table.names(), ElementsAre("age", "height", "city"));
  EXPECT_EQ(table.rows(), 3);
  EXPECT_TRUE(table.column("age").numeric);
  EXPECT_EQ(table.column("age").values.dtype(), float32);
  EXPECT_THAT(table.column("age").values.to_vector<float>(), ElementsAre(31, -4, 70));
  EXPECT_THAT(table.column("height").values.to_vector<float>(), ElementsAre(1.8f, 1.6f, 2));
  const Column& city = table.column("city");
  EXPECT_FALSE(city.numeric);
  EXPECT_THAT(city.categories, ElementsAre("Paris", "Rome"));
  EXPECT_THAT(city.values.to_vector<int>(), ElementsAre(1, 0, 1));
  EXPECT_EQ(city.first_text, "line 2 holds \"Rome\"");
}

TEST_F(Csv, KeepsSmallWholeNumbersAsBytes) {
  const Table table = read("pixel,mark\n0,0\n255,256\n");
  EXPECT_EQ(table.column("pixel").values.dtype(), uint8);
  EXPECT_THAT(table.column("pixel").values.to_vector<int>(), ElementsAre(0, 255));
  EXPECT_EQ(table.column("mark").values.dtype(), float32);
}

TEST_F(Csv, FindsTheDelimiter) {
  EXPECT_THAT(read("a;b\n1,5;2,5\n", {.decimal = ','}).column("b").values.to_vector<float>(), ElementsAre(2.5f));
  EXPECT_THAT(read("a\tb c\n1\t2\n").names(), ElementsAre("a", "b c"));
  EXPECT_THAT(read("a|b\nx, y|2\n").column("a").categories, ElementsAre("x, y"));
  EXPECT_THAT(read("only\n1\n2\n").names(), ElementsAre("only"));
  EXPECT_THAT(read("a;b,c;d\n1;2,5;3\n", {.delimiter = ','}).names(), ElementsAre("a;b", "c;d"));
}

TEST_F(Csv, ReadsWhatOtherProgramsWrite) {
  const Table excel = read("\xEF\xBB\xBF\"full name\",x\r\n\"Doe, \"\"Jim\"\"\r\nJunior\",1\r\n\r\n  spaced  , 2 \r\n");
  EXPECT_THAT(excel.names(), ElementsAre("full name", "x"));
  EXPECT_THAT(excel.column("full name").categories, ElementsAre("Doe, \"Jim\"\r\nJunior", "spaced"));
  EXPECT_THAT(excel.column("x").values.to_vector<int>(), ElementsAre(1, 2));
  EXPECT_EQ(read("a,b\r1,2\r3,4").rows(), 2);  // an old Macintosh
  EXPECT_THAT(read("城市,面积\n北京,16410\n上海,6340\n").column("城市").categories, ElementsAre("上海", "北京"));
}

TEST_F(Csv, SortsCategoriesThatAreNumbersByValue) {
  const Table table = read("zip,x\n1000,1\n90,2\n9,3\n", {.categorical = {"zip"}});
  EXPECT_THAT(table.column("zip").categories, ElementsAre("9", "90", "1000"));
  EXPECT_THAT(table.column("zip").values.to_vector<int>(), ElementsAre(2, 1, 0));
}

TEST_F(Csv, ReportsMissingCellsWithTheirLines) {
  const std::string text = "age,city\n1,Rome\n?,Rome\n3,\nNA,NA\n";
  EXPECT_THAT(error_of(text),
              AllOf(StartsWith("[read_csv] 4 missing cells in 3 of 4 rows: line 3 (age), line 4 (city), "
                               "line 5 (age, city) in \""),
                    HasSubstr("Missing::drop"), HasSubstr("Missing::fill")));
  std::string many = "a,b\n";
  for (int i = 0; i < 20; ++i) many += "1,\n";
  EXPECT_THAT(error_of(many), AllOf(HasSubstr("20 missing cells in 20 of 20 rows"), HasSubstr("line 11 (b), …")));
}

TEST_F(Csv, DropsFillsOrKeepsThem) {
  const std::string text = "age,city\n1,Rome\n?,Rome\n3,\n8,Oslo\n";
  const Table dropped = read(text, {.missing = Missing::drop});
  EXPECT_THAT(dropped.column("age").values.to_vector<float>(), ElementsAre(1, 8));
  EXPECT_EQ(dropped.missing.count, 2);
  const Table filled = read(text, {.missing = Missing::fill});
  EXPECT_THAT(filled.column("age").values.to_vector<float>(), ElementsAre(1, 4, 3, 8));
  EXPECT_THAT(filled.column("city").values.to_vector<int>(), ElementsAre(1, 1, 1, 0));
  const Table kept = read(text, {.missing = Missing::keep});
  EXPECT_EQ(kept.column("age").missing(), 1);
  EXPECT_EQ(kept.column("city").missing(), 1);
  EXPECT_TRUE(std::isnan(kept.column("age").values[1].item()));
  const Table without_age = drop_missing(kept, {"age"});
  EXPECT_EQ(without_age.rows(), 3);
  EXPECT_EQ(without_age.column("city").missing(), 1);
  EXPECT_EQ(fill_missing(without_age).column("city").missing(), 0);
  EXPECT_EQ(kept.column("age").missing(), 1);  // filling made a copy
}

TEST_F(Csv, KnowsOtherSignsForMissing) {
  const Table table =
      read("x,y\n9999,a\n-1,b\n3,gone\n", {.missing_values = {"9999", "-1", "gone"}, .missing = Missing::keep});
  EXPECT_EQ(table.column("x").missing(), 2);
  EXPECT_EQ(table.column("y").missing(), 1);
}

TEST_F(Csv, NamesTheLineThatIsWrong) {
  EXPECT_THAT(error_of(""), HasSubstr("received nothing"));
  EXPECT_THAT(error_of("a,b\n"), HasSubstr("expected rows below the header"));
  EXPECT_THAT(error_of("1,2\n3,4\n"), HasSubstr("expected a header that names the columns, received numbers"));
  EXPECT_THAT(error_of("a,,c\n1,2,3\n"), HasSubstr("line 1: the header has no name for column 2"));
  EXPECT_THAT(error_of("a,b,a\n1,2,3\n"), HasSubstr("two columns \"a\""));
  EXPECT_THAT(error_of("a,b\n1,2\n\n1,2,3\n"), HasSubstr("line 4: expected 2 cells as in the header, received 3"));
  EXPECT_THAT(error_of("a,b\n\"x\ny\",2\n1\n"), HasSubstr("line 4: expected 2 cells as in the header, received 1"));
  EXPECT_THAT(error_of("a,b\n1,\"2\n3,4\n"), HasSubstr("line 2: a quoted cell does not end"));
  EXPECT_THAT(error_of("a,b\n1,2\"3\n"), HasSubstr("line 2: expected quotes around a whole cell"));
  EXPECT_THAT(error_of("a,b\n1,\xC4\xE3\n"), AllOf(HasSubstr("line 2: expected UTF-8"), HasSubstr("GB18030")));
  EXPECT_THAT(error_of(std::string("\xFF\xFE"
                                   "a\0,\0",
                                   6)),
              HasSubstr("received UTF-16"));
  EXPECT_THAT(error_of(std::string("a,b\n1,x\0y\n", 10)), HasSubstr("line 2: expected text"));
  EXPECT_THAT(error_of("a,b\n1,2\n3,12 kg\n", {.numeric = {"b"}}),
              HasSubstr("line 3: expected a finite number in column \"b\", received \"12 kg\""));
  EXPECT_THAT(error_of("a,b\n1,inf\n", {.numeric = {"b"}}), HasSubstr("received \"inf\""));
  EXPECT_THAT(error_of("a,b\n1,2\n", {.numeric = {"c"}}), HasSubstr("there is no column \"c\""));
  EXPECT_THAT(error_of("a,b\n" + std::string(3 << 20, 'x'), {}), HasSubstr("line 2: a cell is longer than 1.0 MB"));
  EXPECT_THAT(message_of<FileError>([&] { read_csv(folder / "none.csv"); }), HasSubstr("No such file"));
}

TEST_F(Csv, EmptyLinesAreNoLongCell) { EXPECT_EQ(read("a\n1\n" + std::string(3 << 20, '\n') + "2\n").rows(), 2); }

TEST_F(Csv, KnowsUtf8) {
  const auto is_text = [&](const std::string& bytes) { return error_of("a,b\n1," + bytes + "\n").empty(); };
  EXPECT_TRUE(is_text("\xC3\xA9"));
  EXPECT_TRUE(is_text("\xF0\x9F\x90\xA6"));
  EXPECT_FALSE(is_text("\xC0\xAF"));          // overlong
  EXPECT_FALSE(is_text("\xE0\x80\xAF"));      // overlong
  EXPECT_FALSE(is_text("\xED\xA0\x80"));      // half of a pair
  EXPECT_FALSE(is_text("\xF4\x90\x80\x80"));  // beyond Unicode
  EXPECT_FALSE(is_text("\xE4\xBD"));          // cut short
  EXPECT_FALSE(is_text("\x80"));
}

TEST_F(Csv, ReadsGzip) {
  gzFile file = gzopen((folder / "t.csv.gz").c_str(), "wb");
  gzputs(file, "a,b\n1,2\n");
  gzclose(file);
  EXPECT_THAT(read_csv(folder / "t.csv.gz").names(), ElementsAre("a", "b"));
}

TEST_F(Csv, WritesWhatItReads) {
  const Table before =
      read("name,x,n\n\"a, \"\"b\"\"\",1.5,3\nplain,,4\n\" spaced \",-1e-20,5\n", {.missing = Missing::keep});
  write_csv(folder / "copy.csv", before);
  EXPECT_EQ(read_text(folder / "copy.csv"), "name,x,n\n\"a, \"\"b\"\"\",1.5,3\nplain,,4\nspaced,-1e-20,5\n");
  const Table after = read_csv(folder / "copy.csv", {.missing = Missing::keep});
  EXPECT_EQ(after.column("name").categories, before.column("name").categories);
  EXPECT_EQ(after.column("n").values.to_vector<int>(), before.column("n").values.to_vector<int>());
}

TEST_F(Csv, LimitsWhatATableTakes) {
  std::string commas = "a,b,c,d,e,f,g,h\n";
  for (int i = 0; i < 20000; ++i) commas += ",,,,,,,\n";  // 8 bytes in the file, 32 in memory
  const CsvOptions tight = {.missing = Missing::keep, .limits = {.extra_bytes = 1000}};
  EXPECT_THAT(error_of(commas, tight), AllOf(HasSubstr("a table of 20000 rows and 8 columns needs more than"),
                                             HasSubstr("ReadLimits::extra_bytes")));
  EXPECT_EQ(read(commas, {.missing = Missing::keep}).rows(), 20000);
  std::string texts = "a,b\n";
  for (int i = 0; i < 2000; ++i) texts += "1,t" + std::to_string(i) + "\n";
  EXPECT_THAT(error_of(texts, {.limits = {.extra_bytes = 1000}}), HasSubstr("different texts in column \"b\""));
}

TEST_F(Csv, TakesRowsInAnyOrder) {
  const Table table = read("x,c\n1,a\n2,b\n3,a\n").take({2, 0});
  EXPECT_THAT(table.column("x").values.to_vector<int>(), ElementsAre(3, 1));
  EXPECT_THAT(table.column("c").values.to_vector<int>(), ElementsAre(0, 0));
  EXPECT_THAT(message_of<InvalidArgument>([&] { table.column("y"); }),
              HasSubstr("expected one of the columns \"x\", \"c\", received \"y\""));
}

}  // namespace
}  // namespace linnet
