// Pictures and rows of tables as the model takes them.
#include <algorithm>

#include "cli/digit.h"
#include "cli/inputs.h"
#include "cli/language.h"
#include "linnet/data/csv.h"
#include "linnet/data/image.h"
#include "linnet/data/tabular.h"
#include "linnet/ops/elementwise.h"
#include "linnet/ops/shape.h"

namespace linnet::cli {

namespace {

// How pictures are to be prepared: as asked for, or like those the model has learned from. Of a model that was not
// trained by the command, 28 x 28 grey pixels speak for digits.
std::string preparation(const Predictor& predictor, const InputOptions& options) {
  if (options.prepare != "auto") return options.prepare;
  if (predictor.is_described()) return predictor.description().placement;
  return predictor.picture_shape() == std::array<std::int64_t, 3>{28, 28, 1} ? "mnist" : "resize";
}

void take_digit(Sample& sample, const Tensor& picture, const Placement& placement) {
  const Prepared prepared = prepare_digit(picture, placement);
  sample.x = sample.picture = prepared.image;
  sample.inverted = prepared.inverted;
  sample.box = prepared.box;
  if (prepared.inverted) sample.notes.push_back(words({"dark on light: inverted", "浅底深字：已反色"}));
  const auto& [left, top, width, height] = prepared.box;
  if (width != picture.shape()[1] || height != picture.shape()[0])
    sample.notes.push_back(
        words({"cut out {} x {} at ({}, {})", "裁出 {} x {}，位置 ({}, {})"}, width, height, left, top));
  if (prepared.thickened) sample.notes.push_back(words({"thin lines made thicker", "线条太细，已加粗"}));
}

Tensor with_channels(const std::string& who, const Tensor& picture, std::int64_t wanted) {
  const std::int64_t has = picture.shape()[2], colours = has >= 3 ? 3 : 1;
  Tensor opaque = slice(picture, 2, 0, colours);
  if (colours == wanted) return opaque;
  if (wanted == 3) return concatenate({opaque, opaque, opaque}, 2);
  check(wanted == 1, "[", who, "] expected a model for grey or coloured pictures, received one for ", wanted,
        " channels");
  const Tensor c = opaque.to(float32);
  const Tensor grey = slice(c, 2, 0, 1) * 0.299 + slice(c, 2, 1, 2) * 0.587 + slice(c, 2, 2, 3) * 0.114;
  return (grey + 0.5).to(uint8);
}

// A column that the model knows as numbers is read as numbers, and the like.
CsvOptions reading_for(const Description& description) {
  CsvOptions options{.missing = Missing::keep};
  for (const Feature& feature : description.features)
    (feature.categories.empty() ? options.numeric : options.categorical).push_back(feature.column);
  return options;
}

std::string text_of(const Column& column, std::int64_t row) {
  if (!column.numeric) {
    const std::int64_t code = column.values[row].item<std::int64_t>();
    return code < 0 ? "" : column.categories.at(static_cast<std::size_t>(code));
  }
  return concat(double{column.values[row].item<float>()});
}

// The features in which the only row of `table` lacks a value.
std::string missing_features(const Table& table, const std::vector<Feature>& features) {
  std::string names;
  for (const Feature& feature : features)
    if (table.column(feature.column).missing() > 0) names += (names.empty() ? "" : ", ") + feature.column;
  return names;
}

void take_row(Sample& sample, Table row, const Description& description) {
  if (const std::string lacking = missing_features(row, description.features); !lacking.empty()) {
    if (description.fill.empty())
      fail(words({"missing: {}. A model trained with --missing mean fills such cells",
                  "缺失：{}。用 --missing mean 训练的模型会补上这样的单元格"},
                 lacking));
    fill_cells(row, description.features, description.fill);
    sample.notes.push_back(words({"missing and filled: {}", "缺失并补上：{}"}, lacking));
  }
  sample.x = encode_features(row, description.features);
}

}  // namespace

void take_picture(Sample& sample, const Tensor& picture, const Predictor& predictor, const InputOptions& options) {
  const auto shape = predictor.picture_shape();
  if (!shape)
    fail(words(
        {"the model does not take pictures: its input has the shape {}{}", "这个模型的输入不是图片：输入形状是 {}{}"},
        to_string(predictor.model().input_shapes()[0]),
        predictor.description().is_table ? pick({"; it was trained on a table", "；它是用表格训练的"}) : ""));
  const auto [height, width, channels] = *shape;
  const std::string way = preparation(predictor, options);
  if (way == "resize") {
    sample.x = resize(with_channels("predict", picture, channels), height, width, "bilinear");
    if (channels == 1) sample.picture = reshape(sample.x, {height, width});
  } else {
    check(height == 28 && width == 28 && channels == 1,
          "[predict] expected a model for 28 x 28 grey pixels with --prepare ", way, ", received one for ", height,
          " x ", width, " x ", channels, "; use --prepare resize");
    take_digit(sample, picture, way == "mnist" ? mnist_placement : fashion_mnist_placement);
  }
  if (!predictor.rescales()) {
    sample.x = sample.x.to(float32) / 255.0;
    sample.notes.push_back(words(
        {"the model has no Rescaling layer: pixels given as 0 to 1", "模型没有 Rescaling 层：像素按 0 到 1 给出"}));
  }
}

std::vector<Sample> samples_of_table(const std::string& path, const std::string& name, const std::string& list,
                                     const Predictor& predictor) {
  const Description& description = predictor.description();
  if (!predictor.is_described() || !description.is_table)
    return {{.name = name,
             .error = words({"the model was not trained on a table by `linnet train`, so its columns are not known",
                             "这个模型不是用 linnet train 在表格上训练的，不知道各列的含义"})}};
  Table table;
  try {
    table = read_csv(path, reading_for(description));
  } catch (const Error& error) {
    return {{.name = name, .error = error.what()}};
  }
  const std::vector<std::string> names = table.names();
  const bool has_truth = std::find(names.begin(), names.end(), description.target) != names.end();
  const std::string all = "0-" + std::to_string(table.rows() - 1);
  std::vector<Sample> samples;
  for (std::int64_t row : positions_in(list.empty() ? all : list, table.rows())) {
    Sample sample{.name = fmt::format("{}:{}", name, row)};
    try {
      if (has_truth) sample.truth = text_of(table.column(description.target), row);
      if (has_truth && !description.classification && table.column(description.target).numeric)
        sample.true_value = double{table.column(description.target).values[row].item<float>()};
      take_row(sample, table.take({row}), description);
    } catch (const Error& error) {
      sample.error = error.what();
    }
    samples.push_back(std::move(sample));
  }
  return samples;
}

}  // namespace linnet::cli
