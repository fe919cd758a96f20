// Models with recurrent layers: states between layers, saving, and going on after loading.
#include <gtest/gtest.h>

#include "linnet/layers/layers.h"
#include "linnet/layers/registry.h"
#include "linnet/losses/crossentropy.h"
#include "linnet/models/sequential.h"
#include "linnet/ops/elementwise.h"
#include "linnet/optimizers/optimizers.h"
#include "linnet/saving/json.h"
#include "tests/support/temporary_folder.h"

namespace linnet::testing {
namespace {

/// Two inputs; the decoder begins with the states behind the encoder's last step.
Model encoder_and_decoder() {
  const Tensor a = Input({4, 3}), b = Input({-1, 2});
  const Tensors encoded = LSTM(5, {.return_state = true, .name = "encoder"}).apply({a});
  const Tensor decoded = LSTM(5, {.return_sequences = true, .name = "decoder"})({b, encoded[1], encoded[2]});
  return Model({a, b}, {Dense(1)(decoded)});
}

TEST(RecurrentModels, StatesAreAnArgumentOfTheirOwnInTheConfig) {
  const Model model = encoder_and_decoder();
  const Config config = parse_json(to_json(layer_to_config(model))).as_config();
  for (const Value& object : config.at("config").as_config().at("layers").as_list()) {
    const Config& layer = object.as_config();
    if (layer.at("name").as_string() != "decoder") continue;
    const Config& node = layer.at("inbound_nodes").as_list().at(0).as_config();
    EXPECT_EQ(node.at("args").as_list().size(), 1U);
    EXPECT_EQ(node.at("kwargs").as_config().at("initial_state").as_list().size(), 2U);
  }
  const AnyLayer copy = layer_from_config(config);
  copy->set_weights(model.get_weights());
  const Tensors inputs{random_normal({2, 4, 3}), random_normal({2, 6, 2})};
  EXPECT_EQ(copy->apply(inputs)[0].to_vector(), Model(model).apply(inputs)[0].to_vector());
  EXPECT_EQ(model.outputs()[0].shape(), Shape({-1, -1, 1}));
}

TEST(RecurrentModels, GoOnAfterLoadingAsIfTheyHadNeverStopped) {
  set_random_seed(5);
  Sequential model({Embedding(9, 4, {.mask_zero = true}),
                    Bidirectional(GRU(3, {.dropout = 0.3, .return_sequences = true})),
                    RNN({LSTMCell(3), SimpleRNNCell(2)}), Dense(1)});
  model.compile({.optimizer = Adam({.learning_rate = 0.01}), .loss = BinaryCrossentropy({.from_logits = true})});
  const Tensor x = random_uniform({6, 5}, 0, 9).to(int32), y = random_uniform({6, 1}, 0, 2).to(int32).to(float32);
  model.train_on_batch(x, y);
  const TemporaryFolder folder;
  const std::string path = folder / "model.safetensors";
  model.save(path);
  const std::shared_ptr<Model> loaded = load_model(path);
  for (int step = 0; step < 3; ++step) {
    model.reset_metrics();
    loaded->reset_metrics();
    EXPECT_EQ(model.train_on_batch(x, y)["loss"], loaded->train_on_batch(x, y)["loss"]) << "step " << step;
  }
  EXPECT_EQ(model.predict(x, {.verbose = 0}).to_vector(), loaded->predict(x, {.verbose = 0}).to_vector());
}

TEST(RecurrentModels, TheSummaryShowsAllOutputs) {
  clear_session();
  const std::string text = encoder_and_decoder().summary_text({.columns = 100});
  EXPECT_NE(text.find("encoder (LSTM)"), std::string::npos) << text;
  EXPECT_NE(text.find("[(None, 5), (None,"), std::string::npos) << text;
  EXPECT_NE(text.find("encoder[0][1]"), std::string::npos) << text;
}

}  // namespace
}  // namespace linnet::testing
