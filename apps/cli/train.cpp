#include <fmt/core.h>

#include <filesystem>

#include "cli/commands.h"
#include "cli/pictures.h"
#include "cli/report.h"
#include "linnet/linnet.h"

namespace linnet::cli {

namespace {

// An optimizer by Keras's name, with the learning rate, if one was given.
AnyOptimizer make_optimizer(const TrainOptions& options) {
  AnyOptimizer optimizer(options.optimizer);
  if (options.learning_rate) optimizer->set_learning_rate(*options.learning_rate);
  return optimizer;
}

// 0-255 to 0-1, flat, then the hidden layers, then a score for each class.
Sequential make_model(const TrainOptions& options, const Dataset& train) {
  const Shape& images = train.x[0].shape();
  Shape batch = images;
  batch[0] = -1;
  Sequential model({InputLayer({.batch_shape = batch}), Rescaling(1.0 / 255), Flatten()});
  for (std::int64_t units : options.hidden) {
    model.add(Dense(units, {.activation = relu,
                            .kernel_regularizer = options.l2 > 0 ? AnyRegularizer(L2(options.l2)) : AnyRegularizer()}));
    if (options.dropout > 0) model.add(Dropout(options.dropout));
  }
  model.add(Dense(static_cast<std::int64_t>(train.class_names.size())));
  model.compile({.optimizer = make_optimizer(options),
                 .loss = SparseCategoricalCrossentropy({.from_logits = true}),
                 .metrics = {"accuracy"}});
  return model;
}

void write_results(const TrainOptions& options, const Model& model, const Config& report) {
  const std::string text = to_json(report, 2) + "\n";
  if (!options.json.empty()) write_file_atomically(options.json, text);
  if (options.out.empty()) return;
  const std::filesystem::path folder = options.out;
  model.save((folder / "model.safetensors").string());
  write_file_atomically((folder / "report.json").string(), text);
  fmt::print("Saved {} and report.json beside it.\n", (folder / "model.safetensors").string());
}

void prepare_folder(const TrainOptions& options) {
  if (options.out.empty()) return;
  std::error_code error;
  std::filesystem::create_directories(options.out, error);
  if (error)
    fail<FileError>("--out ", options.out, ": cannot make this folder (", error.message(), "); choose another");
}

void train(const TrainOptions& options) {
  check_writable("--json", options.json);
  if (options.threads > 0) set_num_threads(options.threads);
  set_random_seed(options.seed);
  auto [train, test] = datasets::load(options.dataset, options.data_folder);
  Sequential model = make_model(options, train);
  prepare_folder(options);
  if (options.verbose > 0) model.summary();

  auto timer = std::make_shared<EpochTimer>();
  const History history = model.fit(train, {.epochs = options.epochs,
                                            .batch_size = options.batch_size,
                                            .validation_data = options.validation_split > 0 ? Dataset() : test,
                                            .validation_split = options.validation_split,
                                            .verbose = options.verbose,
                                            .callbacks = {timer}});
  const Logs results = model.evaluate(test, {.batch_size = options.batch_size, .verbose = 0});
  const double data_mb = size_mb({train.x[0], train.y[0], test.x[0], test.y[0]});
  const Config report = training_report(options, model, history, *timer, results, data_mb);
  if (options.show > 0) show_predictions(model, test, options.show);
  write_results(options, model, report);
  fmt::print("Trained for {:.2f} s on {} thread{}.\n", timer->total(), num_threads(), num_threads() == 1 ? "" : "s");
  fmt::print("Test accuracy: {:.4f}\n", results.at("accuracy"));
}

}  // namespace

void add_train(CLI::App& app) {
  auto options = std::make_shared<TrainOptions>();
  CLI::App* command = app.add_subcommand("train", "Train a network on a data set");
  const auto add = [&](const char* name, auto& value, const char* type, const char* text) {
    return command->add_option(name, value, text)->type_name(type);
  };
  add("dataset", options->dataset, "NAME", "mnist (the default) or fashion_mnist");
  add("--hidden", options->hidden, "N,N", "Units of the hidden layers, such as 128,64 [64]")
      ->allow_extra_args(false)
      ->delimiter(',')
      ->check(above_zero());
  add("--epochs", options->epochs, "N", "Rounds through the training images [10]")->check(above_zero());
  add("--batch-size", options->batch_size, "N", "Images in one step of training [64]")->check(above_zero());
  add("--optimizer", options->optimizer, "NAME", "adam, adamw, sgd, rmsprop, … [adam]");
  add("--learning-rate", options->learning_rate, "X", "Length of a step [what the optimizer has, 0.001 for adam]")
      ->check(above_zero("a number above 0"));
  add("--dropout", options->dropout, "X", "Part of each hidden layer to drop in training [0]")->check(part_of_one());
  add("--l2", options->l2, "X", "Penalty on the squares of the hidden layers' weights [0]")
      ->check(number_that([](double x) { return x >= 0; }, "a number that is not negative"));
  add("--seed", options->seed, "N", "Same seed, same result, to the bit [0]")
      ->check(number_that([](double x) { return x >= 0; }, "a whole number of at least 0"));
  add("--threads", options->threads, "N", "Threads to use; results do not depend on it [all processors]")
      ->check(above_zero());
  add("--validation-split", options->validation_split, "X",
      "Part of the training images kept for validation [0: validate on the test images]")
      ->check(part_of_one());
  add("--verbose", options->verbose, "0|1|2", "Silent, a progress bar, or one line an epoch [1]")
      ->check(number_that([](double x) { return x == 0 || x == 1 || x == 2; }, "0, 1 or 2"));
  add("--show", options->show, "N", "Test images to show in the end [0]");
  add("--data", options->data_folder, "DIR", "Folder of the data set [looked for]");
  add("--json", options->json, "FILE", "Where to write all numbers of the run");
  add("--out", options->out, "DIR", "Where to save model.safetensors and report.json; made if need be");
  command->callback([options] { train(*options); });
}

}  // namespace linnet::cli
