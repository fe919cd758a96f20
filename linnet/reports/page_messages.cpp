// What the scripts of pages say.
#include <array>

#include "linnet/reports/message_table.h"

namespace linnet::detail {
namespace {

constexpr std::array table{
    Message{"page_title", "{title} – training report", "{title} – 训练报告"},
    Message{"needs_script", "This page draws its charts with JavaScript, which is switched off in this browser.",
            "本页面需要 JavaScript 来绘制图表，而您的浏览器关闭了它。"},
    Message{"theme", "Colours", "配色"},
    Message{"theme_auto", "Auto", "自动"},
    Message{"theme_light", "Light", "浅色"},
    Message{"theme_dark", "Dark", "深色"},
    Message{"footer", "Made by Linnet {version}. This page needs no network.",
            "由 Linnet {version} 生成。打开本页面不需要网络。"},
    Message{"charts_licence", "Charts: Chart.js {version} (MIT License, © Chart.js Contributors).",
            "图表：Chart.js {version}（MIT 许可证，© Chart.js Contributors）。"},
    Message{"report_kind", "Training report", "训练报告"},

    // ---- key numbers
    Message{"fact_accuracy", "Validation accuracy", "验证准确率"},
    Message{"fact_loss", "Validation loss", "验证损失"},
    Message{"fact_train_accuracy", "Training accuracy", "训练准确率"},
    Message{"fact_train_loss", "Training loss", "训练损失"},
    Message{"fact_best", "best: {value} (epoch {n})", "最好：{value}（第 {n} 轮）"},
    Message{"fact_epochs", "Epochs", "训练轮数"},
    Message{"fact_seconds", "{value} s of training", "训练用时 {value} 秒"},
    Message{"fact_parameters", "Parameters", "参数个数"},
    Message{"fact_layers", "{n} layers with weights", "{n} 个带权重的层"},
    Message{"fact_mistakes", "{wrong} mistakes in {samples}", "{samples} 个样本中错了 {wrong} 个"},

    // ---- curves
    Message{"diagnosis", "What the curves say", "曲线说明了什么"},
    Message{"try", "What to try", "可以试试"},
    Message{"kind_good", "Good", "良好"},
    Message{"kind_hint", "Note", "提示"},
    Message{"kind_bad", "Problem", "问题"},
    Message{"failure", "Training ended with an error", "训练因错误而中止"},
    Message{"curves_title", "Training curves", "训练曲线"},
    Message{"curves", "Curves", "曲线"},
    Message{"curves_note",
            "Hover a chart, touch it, or use the arrow keys, for the numbers. The large mark is the best epoch.",
            "把光标移到图上、用手指点一下或按左右方向键，就能看到数值。大号标记是最好的一轮。"},
    Message{"curves_legend",
            "Solid: validation, on data the network does not learn from. Dashed: training. The large mark is the best "
            "epoch. Hover a chart, touch it, or use the arrow keys, for the numbers.",
            "实线是验证集（网络没有学过的数据），虚线是训练集；大号标记是最好的一轮。"
            "把光标移到图上、用手指点一下或按左右方向键，就能看到数值。"},
    Message{"chart_label", "{title} by epoch: {lines}. Arrow keys read the numbers; the table below has them all.",
            "{title}随训练轮次的变化：{lines}。按左右方向键读数，下方表格列出全部数值。"},
    Message{"logarithmic", "logarithmic", "对数坐标"},
    Message{"numbers", "All numbers", "查看全部数值"},
    Message{"epoch", "Epoch", "轮次"},
    Message{"epochs", "Epochs", "轮数"},
    Message{"epoch_n", "Epoch {n}", "第 {n} 轮"},
    Message{"training", "Training", "训练"},
    Message{"validation", "Validation", "验证"},
    Message{"line_training", "{name}: training", "{name}：训练"},
    Message{"line_validation", "{name}: validation", "{name}：验证"},
    Message{"best_values", "The best of each", "各自的最好成绩"},
    Message{"of_validation", "{name} (validation)", "{name}（验证）"},
    Message{"training_run", "Training", "训练"},
    Message{"value_in_epoch", "{value} (epoch {n})", "{value}（第 {n} 轮）"},
    Message{"learning_rate", "Learning rate", "学习率"},
    Message{"metric_loss", "Loss", "损失"},
    Message{"metric_accuracy", "Accuracy", "准确率"},
    Message{"metric_crossentropy", "Cross-entropy", "交叉熵"},
    Message{"metric_mae", "Mean absolute error", "平均绝对误差"},
    Message{"metric_mean_absolute_error", "Mean absolute error", "平均绝对误差"},
    Message{"metric_mse", "Mean squared error", "均方误差"},
    Message{"metric_mean_squared_error", "Mean squared error", "均方误差"},
    Message{"metric_root_mean_squared_error", "Root mean squared error", "均方根误差"},

    // ---- answers
    Message{"confusion", "What is taken for what", "混淆矩阵：把什么认成了什么"},
    Message{
        "confusion_note",
        "Rows are what it is, columns what the network says: the diagonal is right. Hover, touch or walk through the "
        "cells with the arrow keys. Measured on {source}, {samples} samples.",
        "每一行是真实类别，每一列是网络的回答，对角线上是答对的。可以把光标移到格子上、用手指点，或用方向键逐格查看。"
        "测量数据：{source}，共 {samples} 个样本。"},
    Message{"validation_data", "the validation data", "验证数据"},
    Message{"confusion_corner", "is \\ said", "真 \\ 答"},
    Message{"confusion_right", "{count} of {all} samples of “{truth}” are recognized ({part}).",
            "{all} 个“{truth}”中认对了 {count} 个（{part}）。"},
    Message{"confusion_wrong", "“{truth}” is taken for “{guess}” {count} times ({part} of its {all} samples).",
            "把“{truth}”认成“{guess}”共 {count} 次（占它 {all} 个样本的 {part}）。"},
    Message{"confusion_start", "Hover or focus a cell.", "把光标移到某个格子上。"},
    Message{"class", "Class", "类别"},
    Message{"recall", "Recall", "召回率"},
    Message{"precision", "Precision", "精确率"},
    Message{"samples", "Samples", "样本数"},
    Message{"per_class", "Recall and precision of each class", "每个类别的召回率和精确率"},
    Message{"recall_meaning", "Recall: how many of a class are found. Precision: how many of those named so are of it.",
            "召回率：某一类的样本有多少被认出来。精确率：被认成这一类的样本有多少确实是它。"},
    Message{"class_sentence",
            "“{name}”: {recall} of them are found (recall); {precision} of what is named so is right (precision).",
            "“{name}”：有 {recall} 被认出来（召回率）；被认成它的有 {precision} 是对的（精确率）。"},
    Message{"most_confused", "Most frequent mistakes", "最常见的错误"},
    Message{"truth", "True", "真实"},
    Message{"answer", "Answer", "回答"},
    Message{"times", "Times", "次数"},
    Message{"mistakes", "The worst mistakes", "错得最离谱的样本"},
    Message{
        "mistakes_note",
        "{total} of {samples} samples are wrong. These {shown} are those whose true answer the network thought least "
        "likely.",
        "{samples} 个样本中有 {total} 个答错。下面 {shown} 个是网络认为正确答案最不可能的样本。"},
    Message{"mistakes_more", "{n} more", "再看 {n} 个"},
    Message{"mistakes_none", "Not one of {samples} samples is wrong.", "{samples} 个样本全部答对。"},
    Message{"mistake_title", "{truth}, taken for {guess}", "{truth} 被认成 {guess}"},
    Message{"mistake_label", "Picture of sample {index}: true {truth}, answer {guess}",
            "样本 {index} 的图片：真实 {truth}，回答 {guess}"},
    Message{"sample_n", "sample {n}", "样本 {n}"},
    Message{"true_mark", "true", "真实"},
    Message{"regression", "Predicted and true", "预测值与真实值"},
    Message{"regression_note",
            "Each point is a sample of {source} ({shown} of {samples}). On the dashed line a prediction is exact.",
            "每个点是一个样本，来自{source}（{samples} 个中的 {shown} 个）。落在虚线上表示预测完全准确。"},
    Message{"true_value", "True value", "真实值"},
    Message{"predicted_value", "Predicted value", "预测值"},
    Message{"point_tip", "true {x}, predicted {y}", "真实 {x}，预测 {y}"},
    Message{"r2_meaning", "R² is 1 for exact predictions and 0 for always naming the mean.",
            "R² 为 1 表示完全准确，为 0 表示和总是回答平均值一样。"},
    Message{"worst_errors", "The largest errors", "误差最大的样本"},
    Message{"sample", "Sample", "样本"},
    Message{"error", "Error", "误差"},

    // ---- weights
    Message{"weights", "What the first layer looks for", "第一层在找什么"},
    Message{"weights_note",
            "One picture a unit of layer “{layer}” ({shown} of {units}): its weight for each pixel. "
            "Ink where a picture is {plus} excites the unit, where it is {minus} it holds it back.",
            "“{layer}”层的每个神经元一幅图（共 {units} 个，显示 {shown} 个），画的是它给每个像素的权重。"
            "{plus}的地方有笔画会激发这个神经元，{minus}的地方有笔画会抑制它。"},
    Message{"weights_answers",
            " Below it stand the class it speaks for most (+) and the one it speaks against most (−).",
            "图下方是它最支持（+）和最反对（−）的类别。"},
    Message{"plus", "orange", "橙色"},
    Message{"minus", "blue", "蓝色"},
    Message{"unit_n", "Unit {n}", "神经元 {n}"},
    Message{"unit_for", "speaks for “{for}”, against “{against}”", "支持“{for}”，反对“{against}”"},
    Message{"features", "What the inputs weigh", "各个输入的权重"},
    Message{
        "features_note",
        "The weight of each input in layer “{layer}”. Weights can be compared only where the inputs are on one scale "
        "(Normalization).",
        "“{layer}”层给每个输入的权重。只有输入的尺度相同（Normalization）时，权重才能互相比较。"},
    Message{"features_rms_note",
            "How strongly each input enters layer “{layer}”: the root of the mean of its squared weights over {units} "
            "units. "
            "Weights can be compared only where the inputs are on one scale (Normalization).",
            "每个输入对“{layer}”层的影响：它到 {units} 个神经元的权重的均方根。"
            "只有输入的尺度相同（Normalization）时，权重才能互相比较。"},
    Message{"feature", "Input", "输入"},
    Message{"weight", "Weight", "权重"},

    // ---- searches
    Message{"tuning_page_title", "{title} – search", "{title} – 搜索"},
    Message{"tuning_kind", "Hyper-parameter search", "超参数搜索"},
    Message{"tuning_trials", "Trials", "试验"},
    Message{"tuning_trial", "Trial", "试验"},
    Message{"tuning_baseline", "Baseline", "基线"},
    Message{"tuning_gain", "the best: {n}", "最好的：{n}"},
    Message{"tuning_gain_points", "the best: {n} points", "最好的：{n} 个百分点"},
    Message{"tuning_time", "Time of all trials", "全部试验用时"},
    Message{"tuning_seconds", "Seconds", "秒"},
    Message{"tuning_failed", "{n} without a result", "{n} 个没有结果"},
    Message{"tuning_no_score", "failed", "失败"},
    Message{"tuning_best_of", "trial {name}, epoch {n}", "试验 {name}，第 {n} 轮"},
    Message{"tuning_command", "Train the best", "训练最好的网络"},
    Message{"tuning_command_note",
            "The network of the best trial, with its seed and for as many epochs as its best one.",
            "最好的那次试验的网络，用它的随机种子，训练到它最好的那一轮。"},
    Message{"tuning_sort_note",
            "The heading of a column sorts by it; once more turns the order. The best trial is marked.",
            "点击列标题可按该列排序，再点一次反向。最好的一次试验有标记。"},
    Message{"tuning_parameters", "What it depends on", "结果取决于什么"},
    Message{
        "tuning_parameters_note",
        "A point is a trial; the large diamond is the best, the dashed line the baseline. Hyper-parameters were "
        "changed together, so a picture shows "
        "where good trials lie, not what one of them does alone.",
        "每个点是一次试验，大菱形是最好的一次，虚线是基线。各个超参数是同时变化的，所以图上看到的是好的试验落在哪里，"
        "而不是某一个超参数单独的作用。"},
    Message{"tuning_far_note", "Trials far behind the others stand at the edge, as triangles.",
            "远远落后的试验以三角形画在边上。"},
    Message{"tuning_by_trial", "In their order", "按先后顺序"},
    Message{"tuning_chart_label",
            "{objective} against {name}, a point for each trial; the table above has the numbers.",
            "{objective}与 {name} 的关系，每个点是一次试验；上方表格列出全部数值。"},
    Message{"tuning_tip", "trial {name}: {value}, {score}", "试验 {name}：{value}，{score}"},

    // ---- model and run
    Message{"model", "The network", "网络结构"},
    Message{"layer", "Layer", "层"},
    Message{"layer_type", "Type", "类型"},
    Message{"output_shape", "Output shape", "输出形状"},
    Message{"parameters", "Parameters", "参数"},
    Message{"parameters_total", "{total} parameters, {trainable} of them trainable.",
            "共 {total} 个参数，其中 {trainable} 个可训练。"},
    Message{"summary_text", "As summary() prints it", "summary() 打印的表格"},
    Message{"settings", "Settings", "训练设置"},
    Message{"setting", "Setting", "设置"},
    Message{"value", "Value", "值"},
    Message{"optimizer", "Optimizer", "优化器"},
    Message{"loss_function", "Loss", "损失函数"},
    Message{"reproduce", "Do it again", "重现这次训练"},
    Message{
        "reproduce_note",
        "This command gives the same numbers, to the last bit, with the same version on the same kind of processor.",
        "在同类处理器上用同一版本运行这条命令，会得到完全相同的结果，一位都不差。"},
    Message{"copy", "Copy", "复制"},
    Message{"copied", "Copied", "已复制"},
    Message{"environment", "Where it ran", "运行环境"},
    Message{"environment_date", "Date", "日期"},
    Message{"environment_version", "Version", "版本"},
    Message{"environment_processor", "Processor", "处理器"},
    Message{"environment_threads", "Threads", "线程数"},
    Message{"environment_memory", "Memory, at most", "内存峰值"},
    Message{"environment_system", "System", "操作系统"},
    Message{"environment_compiler", "Compiler", "编译器"},
    Message{"environment_seconds", "Training time", "训练用时"},
    Message{"seconds_n", "{n} s", "{n} 秒"},
    Message{"files_note",
            "The numbers of the curves are in history.csv and history.json beside this page, the network in "
            "model.safetensors.",
            "曲线的数据保存在本页旁边的 history.csv 和 history.json 中，网络保存在 model.safetensors 中。"},
};

}  // namespace

std::span<const Message> page_table() { return table; }

}  // namespace linnet::detail
