#include "kinds.h"
#include "linnet/base/fields.h"
#include "linnet/models/progress_bar.h"
#include "network.h"
#include "progress.h"

namespace golden {

namespace {

SummaryOptions summary_options(const Case& c) {
  SummaryOptions options;
  options.columns = static_cast<int>(c.at("columns").as_int());
  const Fields arguments(c.at("arguments").as_config(), "the arguments of summary()");
  if (arguments.has("line_length")) options.line_length = static_cast<int>(arguments.at("line_length").as_int());
  options.expand_nested = arguments.flag("expand_nested");
  options.show_trainable = arguments.flag("show_trainable");
  arguments.done();
  return options;
}

std::shared_ptr<Model> checked_model(Case& c) {
  const std::shared_ptr<Model> model = model_of(c);
  if (c.has("built"))
    c.expect(model->built() == c.flag("built"), concat("built is ", model->built(), ", expected ", c.flag("built")));
  return model;
}

void run_summary(Case& c) {
  const std::string text = checked_model(c)->summary_text(summary_options(c));
  c.compare_text("summary", text, c.text("text"));
  if (!c.has("print_fn_lines")) return;
  // Linnet has no print_fn: summary_text() gives the lines that it would receive.
  std::string lines;
  for (const Value& line : c.at("print_fn_lines").as_list()) lines += line.as_string();
  c.compare_text("summary by print_fn", text, lines);
}

/// Any data will do: what counts is that the optimizer has made its variables.
Dataset some_data(const Model& model, const std::string& loss) {
  Dataset data;
  auto with_batch = [](Shape shape) {
    shape[0] = 4;
    return shape;
  };
  for (const Tensor& x : model.inputs()) data.x.push_back(zeros(with_batch(x.shape()), x.dtype()));
  for (const Tensor& y : model.outputs()) {
    Shape shape = with_batch(y.shape());
    if (loss.find("parse") != std::string::npos) shape.pop_back();  // labels
    data.y.push_back(zeros(shape));
  }
  return data;
}

void run_summary_compiled(Case& c) {
  const std::shared_ptr<Model> model = checked_model(c);
  const Config& compile = c.at("compile").as_config();
  model->compile(compile_options(compile));
  const SummaryOptions options = summary_options(c);
  c.compare_text("summary before fit", model->summary_text(options), c.text("text_before_fit"));
  model->fit(some_data(*model, to_string(compile.at("loss"))), {.shuffle = false, .verbose = 0});
  c.compare_text("summary after fit", model->summary_text(options), c.text("text"));
}

void run_progress_bar(Case& c) {
  std::string text;
  double now = c.number("start_time", 0);
  ProgressBarOptions options;
  if (c.has("target")) options.target = c.at("target").as_int();
  if (c.has("stateful_metrics")) from_value(c.at("stateful_metrics"), options.stateful_metrics);
  options.console = {[&](const std::string& part) { text += part; }, [&] { return now; }};
  ProgressBar bar(options);
  for (const Value& each : c.at("updates").as_list()) {
    const Fields update(each.as_config(), "an update");
    now = update.at("time").as_double();
    ProgressBar::Values values;
    for (const Value& pair : update.at("values").as_list())
      values.emplace_back(pair.as_list().at(0).as_string(), pair.as_list().at(1).as_double());
    bar.update(update.at("current").as_int(), values);
    update.done();
  }
  c.compare_text("text", text, c.text("text"));
}

void run_auto_names(Case& c) {
  for (const auto& [class_name, name] : c.at("names").as_config().entries()) {
    clear_session();
    c.compare_text("first name of a " + class_name, unique_name(class_name), name.as_string());
    c.compare_text("second name of a " + class_name, unique_name(class_name), name.as_string() + "_1");
  }
}

void run_auto_name_sequence(Case& c) {
  std::vector<std::string> names;
  for (const Value& class_name : c.at("classes").as_list()) names.push_back(unique_name(class_name.as_string()));
  c.compare_text("name", names, c.at("names"));
}

void run_weight_paths(Case& c) {
  const std::shared_ptr<Model> model = checked_model(c);
  const Variables weights = model->weights(), trainable = model->trainable_weights();
  std::vector<std::string> paths, names;
  List shapes, flags;
  for (const Variable& weight : weights) {
    paths.push_back(weight.path());
    names.push_back(weight.name());
    shapes.push_back(to_value(weight.shape()));
    flags.push_back(std::find(trainable.begin(), trainable.end(), weight) != trainable.end());
  }
  c.compare_text("path", paths, c.at("paths"));
  c.compare_text("name", names, c.at("names"));
  c.compare_text("shapes", to_string(Value(shapes)), to_string(c.at("shapes")));
  c.compare_text("trainable", to_string(Value(flags)), to_string(c.at("trainable")));
}

}  // namespace

void run_text(Case& c) {
  c.ignore({"inputs", "weights", "outputs", "training"});
  const std::string what = c.text("what");
  if (what == "summary")
    run_summary(c);
  else if (what == "summary_compiled")
    run_summary_compiled(c);
  else if (what == "progress")
    run_progress(c);
  else if (what == "progbar")
    run_progress_bar(c);
  else if (what == "auto_names")
    run_auto_names(c);
  else if (what == "auto_name_sequence")
    run_auto_name_sequence(c);
  else if (what == "weight_paths")
    run_weight_paths(c);
  else
    throw Unsupported("the text \"" + what + "\"");
}

}  // namespace golden
