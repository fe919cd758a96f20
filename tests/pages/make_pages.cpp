// Trains for some seconds and writes the pages that pages_test.py opens:  make_pages FOLDER MNIST
#include <linnet/linnet.h>

#include <cstdio>

using namespace linnet;

namespace {

struct Run {
  Sequential model;
  RunReport report;
};

Run digits(const Dataset& train, const Dataset& test) {
  Sequential model({InputLayer({.batch_shape = Shape{-1, 28, 28}}), Rescaling(1.0 / 255), Flatten(),
                    Dense(24, {.activation = relu}), Dense(10)});
  model.compile({.optimizer = Adam({.learning_rate = 0.003}),
                 .loss = SparseCategoricalCrossentropy({.from_logits = true}),
                 .metrics = {"accuracy"}});
  auto recorder = std::make_shared<RunRecorder>();
  model.fit(train, {.epochs = 5, .validation_data = test, .verbose = 0, .callbacks = {recorder}});
  return {model,
          {.title = "digits",
           .history = recorder->history(),
           .validation = test,
           .train = train,
           .command = shell_command({"linnet", "train", "mnist", "--name", "my digits"}),
           .settings = {{"batch_size", "32"}}}};
}

Run line(double learning_rate) {
  const Tensor x = random_normal({200, 3}), y = matmul(x, tensor({{1}, {-2}, {3}})) + random_normal({200, 1}, 0, 0.3);
  const Dataset data(x, y);
  Sequential model({Dense(1)});
  model.compile({.optimizer = SGD({.learning_rate = learning_rate}), .loss = "mse", .metrics = {"mae"}});
  auto recorder = std::make_shared<RunRecorder>();
  std::string failure;
  try {
    model.fit(data, {.epochs = 8, .validation_split = 0.2, .verbose = 0, .callbacks = {recorder}});
  } catch (const Error& error) {
    failure = error.what();
  }
  return {model,
          {.title = "line",
           .history = recorder->history(),
           .validation = data,
           .feature_names = {"width", "height", "depth"},
           .target = "price",
           .failure = failure}};
}

/// Twelve trials: one has failed, and one stands far below the others.
TuningPage search() {
  TuningPage page{.title = "digits",
                  .text = "A search over 12 networks.",
                  .objective = "val_accuracy",
                  .larger_is_better = true,
                  .baseline = TuningPageTrial{.name = "baseline",
                                              .score = 0.97,
                                              .epoch = 9,
                                              .seconds = 3,
                                              .values = {{"activation", "relu"}, {"learning_rate", 0.001}}},
                  .logarithmic = {"learning_rate"},
                  .command = "linnet train mnist --activation relu"};
  for (int i = 0; i < 12; ++i) {
    const bool failed = i == 5;
    TuningPageTrial trial{
        .name = (i < 10 ? "0" : "") + std::to_string(i),
        .score = i == 3 ? 0.11 : 0.96 + 0.002 * ((i * 5) % 12),
        .epoch = i % 10 + 1,
        .seconds = 1.5 * (i + 1),
        .values = {{"activation", i % 3 == 0 ? "tanh" : "relu"}, {"learning_rate", 1e-4 * (1 << i % 7)}}};
    if (i % 2 == 0) trial.values.set("dropout", 0.1 * (i % 5));
    if (failed) trial.score.reset();
    if (failed) trial.message = "[fit] the loss is not finite";
    page.trials.push_back(trial);
  }
  return page;
}

void write_searches(const std::string& folder) {
  TuningPage page = search();
  write_tuning_page(folder + "search_en.html", page);
  page.lang = "zh";
  write_tuning_page(folder + "search_zh.html", page);
  page.title = page.command = page.trials[0].name = page.trials[5].message =
      "</script><script>hacked = true</script><b>&amp;";
  page.trials[1].values.set("<img src=x onerror='hacked = true'>", "<img src=x onerror='hacked = true'>");
  write_tuning_page(folder + "search_hostile.html", page);
}

}  // namespace

int main(int, char** arguments) {
  const std::string folder = std::string(arguments[1]) + "/";
  set_random_seed(1);
  write_searches(folder);
  const auto [all, test] = datasets::mnist(arguments[2]);
  Run run = digits(all.slice(0, 2000), test.slice(0, 500));
  run.report.validation.name = "mnist (test)";
  write_report(folder + "digits_en.html", run.model, run.report);
  run.report.lang = "zh";
  write_report(folder + "digits_zh.html", run.model, run.report);

  run.report.lang = "en";
  run.report.title = "</script><script>hacked = true</script><b>&amp;\u2028";
  run.report.validation.class_names.assign(10, "<img src=x onerror='hacked = true'>");
  run.report.command = "linnet train '</script><script>hacked = true</script>'";
  write_report(folder + "hostile.html", run.model, run.report);

  Run good = line(0.02), failed = line(5.0);
  write_report(folder + "line.html", good.model, good.report);
  write_report(folder + "failed.html", failed.model, failed.report);
  write_curves(folder + "curves.html", {{"digits", run.report.history}, {"line", good.report.history}},
               {.title = "Two trainings", .text = "Side by side.", .lang = "zh"});
  std::printf("%.17g\n", run.report.history["val_loss"][2]);  // what the chart must say for epoch 3
}
