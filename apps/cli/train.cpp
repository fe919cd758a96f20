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
  command->add_option("dataset", options->dataset, "mnist or fashion_mnist")->capture_default_str();
  command->add_option("--hidden", options->hidden, "Units of the hidden layers, such as 64 or 128,64")
      ->delimiter(',')
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  command->add_option("--epochs", options->epochs, "Rounds through the training images")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  command->add_option("--batch-size", options->batch_size, "Images in one step of training")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  command->add_option("--optimizer", options->optimizer, "adam, adamw, sgd, rmsprop, …")->capture_default_str();
  command->add_option("--learning-rate", options->learning_rate, "Length of a step [the optimizer's default]")
      ->check(CLI::PositiveNumber);
  command->add_option("--dropout", options->dropout, "Part of each hidden layer to drop in training, 0 to below 1")
      ->check(CLI::Range(0.0, 0.999))
      ->capture_default_str();
  command->add_option("--l2", options->l2, "Penalty on the squares of the hidden layers' weights")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  command->add_option("--seed", options->seed, "Same seed, same result, to the bit")->capture_default_str();
  command->add_option("--threads", options->threads, "Threads to use [all processors]; results do not depend on it")
      ->check(CLI::PositiveNumber);
  command
      ->add_option("--validation-split", options->validation_split,
                   "Part of the training images kept for validation [0: validate on the test images]")
      ->check(CLI::Range(0.0, 0.999));
  command->add_option("--verbose", options->verbose, "0 silent, 1 progress bar, 2 one line an epoch")
      ->check(CLI::Range(0, 2))
      ->capture_default_str();
  command->add_option("--show", options->show, "Test images to show in the end")->check(CLI::Range(0, 100));
  command->add_option("--data", options->data_folder, "Folder of the data set [looked for]");
  command->add_option("--json", options->json, "File for all numbers of the run");
  command->add_option("--out", options->out, "Folder for model.safetensors and report.json; made if need be");
  command->callback([options] { train(*options); });
}

}  // namespace linnet::cli
