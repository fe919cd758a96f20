#include "cli/description.h"

#include <algorithm>
#include <cmath>

#include "linnet/models/keras_file.h"
#include "linnet/saving/json.h"
#include "linnet/saving/safetensors.h"

namespace linnet::cli {

namespace {

constexpr const char* key = "data";

List texts_to_list(const std::vector<std::string>& texts) { return {texts.begin(), texts.end()}; }

std::vector<std::string> list_to_texts(const Value& list) {
  std::vector<std::string> texts;
  for (const Value& each : list.as_list()) texts.push_back(each.as_string());
  return texts;
}

Config to_config(const Description& description) {
  List features;
  for (const Feature& feature : description.features)
    features.push_back(Config{{"column", feature.column}, {"categories", texts_to_list(feature.categories)}});
  return Config{{"name", description.data},
                {"kind", description.is_table ? "table" : "images"},
                {"task", description.classification ? "classification" : "regression"},
                {"classes", texts_to_list(description.classes)},
                {"placement", description.placement},
                {"target", description.target},
                {"features", features},
                {"fill", description.fill}};
}

Description from_config(const Config& config) {
  Description description{.data = config.at("name").as_string(),
                          .is_table = config.at("kind").as_string() == "table",
                          .classification = config.at("task").as_string() == "classification",
                          .classes = list_to_texts(config.at("classes")),
                          .placement = config.at("placement").as_string(),
                          .target = config.at("target").as_string(),
                          .fill = config.at("fill").as_list()};
  for (const Value& feature : config.at("features").as_list())
    description.features.push_back(
        {feature.as_config().at("column").as_string(), list_to_texts(feature.as_config().at("categories"))});
  return description;
}

}  // namespace

void save_description(const std::string& model_file, const Description& description) {
  TensorFile file = read_safetensors(model_file);
  std::erase_if(file.metadata, [](const auto& entry) { return entry.first == key; });
  file.metadata.emplace_back(key, to_json(to_config(description)));
  write_safetensors(model_file, file);
}

void fill_cells(Table& table, const std::vector<Feature>& features, const std::vector<Value>& fill) {
  for (std::size_t i = 0; i < features.size(); ++i)
    for (Column& column : table.columns) {
      if (column.name != features[i].column || column.missing() == 0) continue;
      if (column.numeric) {
        auto values = column.values.to_vector<float>();
        for (float& value : values)
          if (std::isnan(value)) value = static_cast<float>(fill[i].as_double());
        column.values = from_vector(values);
      } else {
        auto codes = column.values.to_vector<std::int32_t>();
        const auto text = std::find(column.categories.begin(), column.categories.end(), fill[i].as_string());
        const auto code = static_cast<std::int32_t>(text - column.categories.begin());
        if (text == column.categories.end()) column.categories.push_back(fill[i].as_string());
        std::replace(codes.begin(), codes.end(), std::int32_t{-1}, code);
        column.values = from_vector(codes);
      }
    }
}

bool load_description(const std::string& model_file, Description& description) {
  if (is_keras_file(model_file)) return false;
  const TensorFile file = read_safetensors(model_file);
  const std::string* text = file.find_metadata(key);
  if (text == nullptr) return false;
  description = from_config(parse_json(*text).as_config());
  return true;
}

}  // namespace linnet::cli
