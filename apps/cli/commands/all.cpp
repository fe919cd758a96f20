#include "cli/commands/all.h"

#include "cli/terminal.h"

namespace linnet::cli {

const std::vector<Command>& commands() {
  static const std::vector<Command> all = {
      {"train",
       {"Train a network on a data set, a table or a folder of pictures", "用数据集、表格或图片文件夹训练网络"},
       declare_train},
      {"tune",
       {"Search for the hyper-parameters with which a network learns best", "搜索让网络学得最好的超参数"},
       declare_tune},
      {"predict",
       {"Ask a trained network about pictures or rows of a table", "让训练好的网络识别图片，或预测表格中的行"},
       declare_predict},
      {"evaluate", {"Measure a trained network on a test set", "在测试集上评估训练好的网络"}, declare_evaluate},
      {"summary", {"Print the layers of a trained network", "打印训练好的网络有哪些层"}, declare_summary},
      {"convert",
       {"Save a trained network in another format, for Keras", "把训练好的网络存成另一种格式，供 Keras 使用"},
       declare_convert},
      {"datasets", {"What data is here, and how to get more", "本机有哪些数据集，其余的怎么得到"}, declare_datasets},
      {"version", {"Print the version", "打印版本号"}, declare_version},
  };
  return all;
}

void declare_version(Arguments& arguments) {
  arguments.action = [] {
    print(fmt::format("linnet {}\n", LINNET_VERSION));
    return 0;
  };
}

}  // namespace linnet::cli
