// What diagnose() says.
#include <array>

#include "linnet/reports/message_table.h"

namespace linnet::detail {
namespace {

constexpr std::array table{
    Message{"diverged_title", "The training diverged", "训练发散了"},
    Message{
        "diverged_text",
        "In epoch {n} the loss was no longer a finite number, or larger than before training. Steps that are too long "
        "(the learning rate was {rate}) jump over the valley, and each jump lands higher than the one before.",
        "到第 {n} 轮，损失已经不是有限的数，或者比训练前还大。学习率为 {rate}，步子太大：每一步都跨过了谷底，"
        "落在比原来更高的地方，越走越远。"},
    Message{"learning_rate_too_high_title", "The learning rate is too high", "学习率太大"},
    Message{"learning_rate_too_high_text",
            "{evidence} With a learning rate of {rate} the steps are so long that they overshoot.",
            "{evidence}学习率 {rate} 让每一步都走过了头。"},
    Message{"rate_bounces",
            "The training loss went up {jumps} times in {n} epochs, where it should fall nearly every time.",
            "在 {n} 轮里，训练损失上升了 {jumps} 次；正常情况下它几乎每轮都应下降。"},
    Message{"rate_shakes", "The validation loss jumps up and down, and the training loss does not fall in every epoch.",
            "验证损失忽上忽下，训练损失也不是每轮都在下降。"},
    Message{"rate_thrown",
            "The first steps threw the network far off: the loss of its first epoch is {from}, where guessing gives "
            "{baseline}. It has not recovered.",
            "最初几步就把网络抛得很远：第一轮的损失是 {from}，而瞎猜也只有 {baseline}；之后一直没有恢复。"},
    Message{"learning_rate_too_low_title", "The learning rate is too low", "学习率太小"},
    Message{
        "learning_rate_too_low_text",
        "The training loss falls in every epoch, but in {n} epochs only from {from} to {to}. With a learning rate of "
        "{rate} the network is on the right way in very small steps.",
        "训练损失一直在下降，但 {n} 轮只从 {from} 降到 {to}。学习率 {rate} 太小：方向是对的，只是步子太小。"},
    Message{"dead_units_title", "{dead} of {units} units in layer “{layer}” are dead",
            "“{layer}”层的 {units} 个神经元中有 {dead} 个“死亡”"},
    Message{
        "dead_units_text",
        "A ReLU gives 0 for every negative input. These units gave 0 for every sample of the validation data, so they "
        "add nothing, and no gradient reaches them that could bring them back.",
        "输入为负时 ReLU 输出 0。这些神经元对验证集的每个样本都输出 "
        "0，因此毫无贡献；而且梯度也传不到它们，无法自己“复活”。"},
    Message{"overfitting_title", "The network overfits: it learns its training data by heart",
            "过拟合：网络在死记训练数据"},
    Message{"overfitting_text",
            "At the end the loss is {train} on the training data but {validation} on the validation data. {where}",
            "训练结束时，训练损失是 {train}，验证损失却是 {validation}。{where}"},
    Message{"overfitting_rising",
            "The best validation loss was {best}, in epoch {epoch}; what was learned after that helps only with data "
            "already seen.",
            "验证损失最低是第 {epoch} 轮的 {best}；此后学到的只对见过的数据有用。"},
    Message{"overfitting_apart", "Much of what it has learned holds only for data already seen.",
            "学到的东西有不少只对见过的数据有用。"},
    Message{"underfitting_title", "The network underfits: it does not learn even its training data well",
            "欠拟合：连训练数据都没有学好"},
    Message{"underfitting_text",
            "Even on the data it learns from it reaches only {reached}, and it improves slowly or no more. Either the "
            "network is too small for the task, or the data do not say more.",
            "即使在训练数据上也只达到 "
            "{reached}，而且进步缓慢或不再进步。可能是网络对这个任务来说太小，也可能数据本身只包含这么多信息。"},
    Message{"reached_accuracy", "an accuracy of {value}", "{value} 的准确率"},
    Message{"reached_loss", "a loss of {value}", "{value} 的损失"},
    Message{"unfinished_title", "The network was still learning when training ended", "还没学完，训练就结束了"},
    Message{"unfinished_text",
            "In the last epochs the loss still fell by {fall} an epoch. More epochs than {n} will make it better.",
            "最后几轮里，损失每轮仍下降 {fall}。训练 {n} 轮还不够，继续训练会更好。"},
    Message{"validation_better_title", "Better on validation than on training data: that is no error",
            "验证成绩比训练成绩好：这不是错误"},
    Message{
        "validation_better_text",
        "The loss is {train} in training and {validation} in validation. Training numbers are averages over an epoch, "
        "beginning with the weaker network at its start, and dropout, where there is any, is switched on while they "
        "are "
        "taken; validation comes after the epoch, with the whole network.",
        "训练损失 {train}，验证损失 {validation}。训练成绩是整轮的平均值，包含了本轮开始时较弱的网络；如果有 Dropout，"
        "这时它也处于打开状态；验证在一轮结束之后进行，使用的是完整的网络。"},
    Message{"measured_alike",
            " Measured alike, after the training: accuracy {train} on training data, {validation} on validation data.",
            "训练结束后用同样的方式测量：训练数据的准确率为 {train}，验证数据为 {validation}。"},
    Message{"too_short_title", "Too few epochs to judge", "轮数太少，还看不出规律"},
    Message{"too_short_text", "A curve needs at least three epochs; this training has {n}.",
            "至少需要三轮才能看出曲线的走势；这次训练只有 {n} 轮。"},
    Message{"healthy_title", "A healthy training", "训练情况良好"},
    Message{"healthy_text",
            "In {n} epochs the losses fell smoothly and have nearly levelled off, and the network is about as good "
            "with new "
            "data as with what it learned from.",
            "在 {n} 轮里，损失平稳下降并趋于稳定；面对新数据，网络的表现和在训练数据上相差不大。"},

    Message{"try_lower_rate", "Take shorter steps: --learning-rate {lower_rate}",
            "把学习率调小：--learning-rate {lower_rate}"},
    Message{"try_higher_rate", "Take longer steps: --learning-rate {higher_rate}",
            "把学习率调大：--learning-rate {higher_rate}"},
    Message{"try_adam", "Let the optimizer fit the step to each weight: --optimizer adam",
            "让优化器为每个权重调节步长：--optimizer adam"},
    Message{"try_scaled_inputs", "Look whether the inputs are scaled (Rescaling for pixels, Normalization for tables).",
            "检查输入是否做过缩放（像素用 Rescaling，表格用 Normalization）。"},
    Message{"try_larger_batches", "Average over more samples a step: --batch-size 128",
            "每一步平均更多样本：--batch-size 128"},
    Message{"try_leaky_relu", "In a program of your own: leaky_relu instead of relu never goes quite silent.",
            "在自己的程序里，可以用 leaky_relu 代替 relu，它不会完全沉默。"},
    Message{"try_nothing_for_few_dead", "So few do no harm. If they become many, lower the learning rate.",
            "这么少没有关系。如果变多，就把学习率调小。"},
    Message{"try_stopping", "Stop where it is best: --patience 3, or --epochs {epoch}",
            "在成绩最好时停下：--patience 3，或 --epochs {epoch}"},
    Message{"try_dropout", "Switch off units at random while training: --dropout 0.3",
            "训练时随机关闭一部分神经元：--dropout 0.3"},
    Message{"try_l2", "Keep the weights small: --l2 0.0001", "限制权重的大小：--l2 0.0001"},
    Message{"try_more_data", "More training data is the best remedy, where there is any.",
            "如果有条件，增加训练数据是最有效的办法。"},
    Message{"try_smaller", "A smaller network has less room for learning by heart: fewer units in --hidden",
            "换一个小一些的网络，它没有余力死记：减少 --hidden 的单元数"},
    Message{"try_larger", "A larger network: more units or one more layer, such as --hidden 256,128",
            "换一个大一些的网络：更多单元或再加一层，例如 --hidden 256,128"},
    Message{"try_less_regularization", "Less dropout and L2, if there is any.", "如果用了 Dropout 或 L2，把它们减小。"},
    Message{"try_more_epochs", "Train longer: --epochs {more}", "多训练一些轮：--epochs {more}"},
    Message{"try_five_epochs", "Train longer: --epochs 5", "多训练几轮：--epochs 5"},
    Message{"try_validation", "Keep some data for validation, to see what is learned by heart: --validation-split 0.1",
            "留出一部分数据做验证，才能看出是否在死记：--validation-split 0.1"},
    Message{"try_harder", "For more: a larger network with dropout, such as --hidden 256,128 --dropout 0.2",
            "想更进一步：用更大的网络并加上 Dropout，例如 --hidden 256,128 --dropout 0.2"},
};

}  // namespace

std::span<const Message> diagnosis_table() { return table; }

}  // namespace linnet::detail
