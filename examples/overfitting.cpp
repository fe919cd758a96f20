// Overfitting and three remedies: the same network learns from 500 images, without and with dropout, L2, early
// stopping.
#include <linnet/linnet.h>

#include <cstdio>
using namespace linnet;

struct Remedy {
  const char *name, *chinese;
  double dropout = 0, l2 = 0;
  bool early_stopping = false;
};

int main() {
  auto [train, test] = datasets::mnist();
  Dataset few = train.slice(0, 500);                 // to learn from
  Dataset validation = train.slice(50'000, 55'000);  // to draw curves with, and to know when to stop
  std::vector<NamedHistory> trainings, chinese;      // the curves, with their names in two languages

  std::printf("                epochs     500 learned from           5,000 others     test images\n");
  std::printf("                      crossentropy  accuracy   crossentropy  accuracy  accuracy\n");
  for (const Remedy& remedy :
       {Remedy{"no remedy", "不加处理"}, Remedy{.name = "dropout", .chinese = "dropout", .dropout = 0.5},
        Remedy{.name = "L2", .chinese = "L2", .l2 = 0.002},
        Remedy{.name = "early stopping", .chinese = "早停", .early_stopping = true}}) {
    set_random_seed(1);
    Sequential model({Rescaling(1.0 / 255), Flatten(),
                      Dense(64, {.activation = relu, .kernel_regularizer = L2(remedy.l2)}), Dropout(remedy.dropout),
                      Dense(10, {.kernel_regularizer = L2(remedy.l2)})});
    model.compile({.optimizer = Adam({.learning_rate = 1e-3}),
                   .loss = SparseCategoricalCrossentropy({.from_logits = true}),
                   .metrics = {"accuracy",
                               metrics::SparseCategoricalCrossentropy({.from_logits = true, .name = "crossentropy"})}});
    FitOptions options{.epochs = 100, .batch_size = 32, .validation_data = validation, .verbose = 0};
    if (remedy.early_stopping)
      options.callbacks = {EarlyStopping({.monitor = "val_loss", .patience = 5, .restore_best_weights = true})};
    History history = model.fit(few, options);

    // The loss has L2's penalty in it, the cross-entropy has not: that one can be compared.
    Logs learned = model.evaluate(few, {.verbose = 0}), others = model.evaluate(validation, {.verbose = 0}),
         tested = model.evaluate(test, {.verbose = 0});
    std::printf("%-14s %7d %11.3f %9.3f %14.3f %9.3f %9.3f\n", remedy.name, int(history.epoch.size()),
                learned["crossentropy"], learned["accuracy"], others["crossentropy"], others["accuracy"],
                tested["accuracy"]);
    trainings.push_back({remedy.name, history});
    chinese.push_back({remedy.chinese, history});
  }
  write_curves("overfitting.html", trainings, {.title = "The same network with 500 images"});
  write_curves("overfitting.zh.html", chinese, {.title = "同一个网络，只学 500 幅图像", .lang = "zh"});
}
