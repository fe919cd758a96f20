#include "linnet/models/keras_vocabulary.h"

#include <charconv>

#include "linnet/base/fields.h"
#include "linnet/layers/text.h"
#include "linnet/models/keras_members.h"

namespace linnet {
namespace {

class Vocabularies {
 public:
  Vocabularies(std::string who, const ReadMember& read, const Hdf5File& weights)
      : who_(std::move(who)), read_(read), weights_(weights) {}

  /// A model's layers lie in "layers" below `place`.
  Config model_with_them(const Config& object, const std::string& place) const {
    const Value* config = object.find("config");
    const Value* layers = config != nullptr && config->is_config() ? config->as_config().find("layers") : nullptr;
    if (layers == nullptr || !layers->is_list()) return object;
    MemberNames names;
    List changed;
    for (const Value& layer : layers->as_list()) {
      const std::string below = concat(place, "layers/", names.next(layer.as_config()));
      changed.emplace_back(is_lookup(layer.as_config()) ? layer_with_it(layer.as_config(), below)
                                                        : model_with_them(layer.as_config(), below + "/"));
    }
    return with_option(object, "layers", std::move(changed));
  }

 private:
  static bool is_lookup(const Config& object) {
    const std::string& name = object.at("class_name").as_string();
    return name == "IntegerLookup" || name == "StringLookup" || name == "TextVectorization";
  }

  static Config with_option(Config object, const char* option, Value value) {
    Config config = object.at("config").as_config();
    config.set(option, std::move(value));
    object.set("config", std::move(config));
    return object;
  }

  Config layer_with_it(const Config& object, const std::string& place) const {
    const Config& config = object.at("config").as_config();
    if (const Value* given = config.find("vocabulary"); given != nullptr && !given->is_null()) return object;
    for (const char* part : {"", "/_lookup_layer"}) {  // TextVectorization writes both
      const std::optional<std::string> bytes = read_(concat("assets/", place, part, "/vocabulary.txt"));
      if (!bytes) continue;
      const List tokens = tokens_of(*bytes, object.at("class_name").as_string() == "IntegerLookup", place);
      if (tokens.empty()) return object;
      const Config whole = with_option(object, "vocabulary", tokens);
      const Value* mode = config.find("output_mode");
      if (mode == nullptr || !mode->is_string() || mode->as_string() != "tf_idf") return whole;
      return with_option(whole, "idf_weights", idf_weights(place + part, tokens.size()));
    }
    return object;
  }

  List tokens_of(const std::string& bytes, bool are_numbers, const std::string& place) const {
    List tokens;
    for (const std::string& line : lines_of(bytes)) {
      if (!are_numbers) {
        tokens.emplace_back(line);
        continue;
      }
      std::int64_t number = 0;
      const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), number);
      if (error != std::errc() || end != line.data() + line.size())
        fail<FileError>(who_, ": expected integers in the vocabulary of \"", place, "\", received ", Value(line));
      tokens.emplace_back(number);
    }
    return tokens;
  }

  /// One for each token; Keras writes zeros behind them where max_tokens columns are filled.
  List idf_weights(const std::string& place, std::size_t count) const {
    const Hdf5Object* object = weights_.root().find(place + "/vars/idf_weights");
    if (object == nullptr || !object->array) fail<FileError>(who_, " has no idf_weights of \"", place, "\"");
    const std::vector<double> all = weights_.tensor(*object).to_vector<double>();
    if (all.size() < count)
      fail<FileError>(who_, ": expected ", count, " idf_weights of \"", place, "\", received ", all.size());
    return List(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(count));
  }

  std::string who_;
  const ReadMember& read_;
  const Hdf5File& weights_;
};

}  // namespace

Config with_vocabularies(const std::string& who, const Config& object, const ReadMember& read,
                         const Hdf5File& weights) {
  return Vocabularies(who, read, weights).model_with_them(object, "");
}

}  // namespace linnet
