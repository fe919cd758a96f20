// Model files that are whole, as safetensors files go, but whose metadata somebody has changed.
#include <gtest/gtest.h>

#include "linnet/base/warning.h"
#include "linnet/layers/merge.h"
#include "linnet/layers/rescaling.h"
#include "linnet/layers/shape_layers.h"
#include "linnet/metrics/metrics.h"
#include "linnet/models/saving.h"
#include "linnet/regularizers/regularizers.h"
#include "tests/models/small_models.h"

namespace linnet {
namespace {

using testing::class_data;

class ForgedModel : public ::testing::Test {
 protected:
  void SetUp() override {
    set_warning_handler([](const std::string&) {});
    clear_session();
    const Tensor x = Input({3});
    const Tensor h = Dropout(0.2)(Dense(4, {.activation = relu, .kernel_regularizer = L2(0.01)})(Rescaling(0.5)(x)));
    Model model(x, Dense(3)(Concatenate()({h, Flatten()(Reshape({2, 2})(h))})));
    model.compile({.optimizer = Adam(),
                   .loss = SparseCategoricalCrossentropy({.from_logits = true}),
                   .metrics = {"accuracy", metrics::SparseTopKCategoricalAccuracy({.k = 2})}});
    model.fit(class_data(20), {.verbose = 0});
    file_ = model_to_file(model);
  }
  void TearDown() override { set_warning_handler({}); }

  /// Either a model or an error sentence.
  static void load(const TensorFile& forged) {
    try {
      model_from_file(forged, "forged");
    } catch (const Error&) {
    }
  }

  TensorFile file_;
};

TEST_F(ForgedModel, ChangedLettersAreErrorsAtWorst) {
  SeedGenerator generator(1);
  const std::string letters = "0123456789-.eE\"[]{},:nulltrue ";
  for (int turn = 0; turn < 3000; ++turn) {
    TensorFile forged = file_;
    const auto word = [&] { return static_cast<std::size_t>(philox(generator.seed, generator.next(), 0)[0]); };
    std::string& text = forged.metadata[1 + word() % (forged.metadata.size() - 1)].second;
    for (std::size_t changes = 1 + word() % 3; changes > 0; --changes)
      text[word() % text.size()] = letters[word() % letters.size()];
    load(forged);
  }
}

TEST_F(ForgedModel, ForgedNumbersAreErrorsAtWorst) {
  for (std::size_t entry = 1; entry < file_.metadata.size(); ++entry)
    for (const char* number : {"-1", "0", "4000000000", "9223372036854775807", "1e300", "null", "[]", "{}", "\"\""}) {
      const std::string& text = file_.metadata[entry].second;
      for (std::size_t first = 0; first < text.size(); ++first) {
        const auto is_digit = [&](std::size_t i) { return i < text.size() && text[i] >= '0' && text[i] <= '9'; };
        if (!is_digit(first) ||
            (first > 0 && text[first - 1] != ':' && text[first - 1] != '[' && text[first - 1] != ','))
          continue;
        std::size_t last = first;
        while (is_digit(last) || (last < text.size() && (text[last] == '.' || text[last] == 'e' || text[last] == '-')))
          ++last;
        TensorFile forged = file_;
        forged.metadata[entry].second.replace(first, last - first, number);
        load(forged);
      }
    }
}

}  // namespace
}  // namespace linnet
