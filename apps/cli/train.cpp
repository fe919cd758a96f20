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

}  // namespace

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

}  // namespace linnet::cli
