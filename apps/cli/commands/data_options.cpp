#include "cli/commands/data_options.h"

namespace linnet::cli {

void declare_data_options(Arguments& arguments, DataOptions& data, const SplitTexts& splits) {
  arguments.add("data", data.source, "DATA",
                {"A data set by name (see linnet datasets), a table FILE.csv, or a folder of pictures with a folder "
                 "per class [mnist]",
                 "数据集的名字（见 linnet datasets）、表格 FILE.csv，或图片文件夹（每个类别一个子文件夹）[mnist]"});
  arguments.add("--target", data.target, "COLUMN", {"Tables: the column to predict", "表格：要预测的列"});
  arguments.add_choice(
      "--task", data.task, {"classification", "regression"},
      {"Tables: what the target asks for [decided by what is in it]", "表格：分类还是回归 [由目标列的内容决定]"});
  arguments.add_list("--drop", data.drop, "COLUMN,COLUMN", {"Tables: columns to do without", "表格：不使用的列"});
  arguments.add_choice(
      "--missing", data.missing, {"fail", "drop", "mean"},
      {"Tables: what to do about missing cells: stop and list them, leave the rows out, or put in the mean [fail]",
       "表格：遇到缺失单元格时报错列出（fail）、去掉该行（drop）或用平均值补上（mean）[fail]"});
  arguments.add("--image-size", data.image_size, whole_above_zero, "N",
                {"Folders: pictures become N x N [64]", "图片文件夹：把图片缩放为 N x N [64]"});
  arguments.add("--validation-split", data.validation_split, part_of_one, "X", splits.validation);
  arguments.add("--test-split", data.test_split, part_of_one, "X", splits.test);
  arguments.add("--data", data.folder, "DIR", {"Folder of the data set [looked for]", "数据集所在的文件夹 [自动寻找]"});
}

std::vector<std::string> words_of(const DataOptions& data) {
  std::vector<std::string> line = {data.source};
  const auto add = [&](const char* option, const std::string& value) {
    if (!value.empty()) line.insert(line.end(), {option, value});
  };
  add("--data", data.folder);
  add("--target", data.target);
  add("--task", data.task);
  add("--drop", fmt::format("{}", fmt::join(data.drop, ",")));
  if (data.missing != "fail") add("--missing", data.missing);
  if (data.image_size) add("--image-size", std::to_string(*data.image_size));
  if (data.validation_split) add("--validation-split", fmt::format("{}", *data.validation_split));
  if (data.test_split) add("--test-split", fmt::format("{}", *data.test_split));
  return line;
}

}  // namespace linnet::cli
