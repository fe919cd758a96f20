#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "linnet/layers/lambda.h"
#include "linnet/models/callbacks.h"
#include "linnet/saving/safetensors.h"
#include "tests/models/small_models.h"
#include "tests/support/small_disk.h"
#include "tests/support/temporary_folder.h"

namespace linnet {
namespace {

using testing::all_weights;
using testing::class_data;
using testing::classifier;

class Saving : public ::testing::Test {
 protected:
  std::filesystem::path folder_ =
      std::filesystem::temp_directory_path() /
      ("linnet_saving_test_" + std::to_string(::testing::UnitTest::GetInstance()->random_seed()) +
       ::testing::UnitTest::GetInstance()->current_test_info()->name());
  std::string path_ = (folder_ / "model.safetensors").string();
  void SetUp() override { std::filesystem::create_directories(folder_); }
  void TearDown() override { std::filesystem::remove_all(folder_); }
};

TEST_F(Saving, FiveAndFiveEpochsAreTenToTheBit) {
  const Dataset data = class_data(100);
  Sequential unbroken = classifier(0.4);
  unbroken.fit(data, {.epochs = 10, .batch_size = 16, .verbose = 0});

  Sequential first = classifier(0.4);
  first.fit(data, {.epochs = 5, .batch_size = 16, .verbose = 0});
  first.save(path_);
  set_random_seed(999);  // what the process draws otherwise must not matter
  const std::shared_ptr<Model> second = load_model(path_);
  second->fit(data, {.epochs = 5, .batch_size = 16, .verbose = 0});
  EXPECT_EQ(all_weights(unbroken), all_weights(*second));

  const std::shared_ptr<Model> third = load_model(path_);
  third->fit(data, {.epochs = 10, .initial_epoch = 5, .batch_size = 16, .verbose = 0});
  EXPECT_EQ(all_weights(unbroken), all_weights(*third));
}

TEST_F(Saving, SameTrainingSameFile) {
  std::vector<std::string> files;
  for (int run = 0; run < 2; ++run) {
    Sequential model = classifier(0.2);
    model.fit(class_data(50), {.epochs = 2, .verbose = 0});
    model.save(path_);
    std::ifstream file(path_, std::ios::binary);
    files.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
  }
  EXPECT_EQ(files[0], files[1]);
}

TEST_F(Saving, KeepsCompileState) {
  Sequential model = classifier();
  const Dataset data = class_data(40);
  model.fit(data, {.epochs = 1, .verbose = 0});
  model.save(path_);
  const std::shared_ptr<Model> loaded = load_model(path_);
  EXPECT_EQ(loaded->evaluate(data, {.verbose = 0})["accuracy"], model.evaluate(data, {.verbose = 0})["accuracy"]);
  EXPECT_EQ(loaded->optimizer().iterations(), model.optimizer().iterations());
  EXPECT_EQ(loaded->summary_text(), model.summary_text());
}

TEST_F(Saving, FunctionalModelWithTwoOutputs) {
  clear_session();
  const Tensor x = Input({3}, {.name = "features"});
  const Tensor h = Dense(4, {.activation = "tanh", .name = "trunk"})(x);
  Model model({x}, {Dense(1, {.name = "value"})(h), Dense(3, {.name = "kind"})(h)});
  model.compile({.optimizer = SGD({.learning_rate = 0.1, .momentum = 0.9}),
                 .loss = {{"value", "mse"}, {"kind", SparseCategoricalCrossentropy({.from_logits = true})}},
                 .loss_weights = {{"value", 0.5}, {"kind", 1.0}},
                 .metrics = {{"value", {"mae"}}, {"kind", {"accuracy"}}}});
  const Dataset classes = class_data(30);
  const Dataset data(classes.x, {ones({30, 1}), classes.y[0]});
  model.fit(data, {.epochs = 2, .verbose = 0});
  model.save(path_);
  const std::shared_ptr<Model> loaded = load_model(path_);
  const Logs before = model.evaluate(data, {.verbose = 0}), after = loaded->evaluate(data, {.verbose = 0});
  ASSERT_EQ(before.size(), 5U);  // kind_accuracy, kind_loss, loss, value_loss, value_mae
  for (const auto& [name, value] : before) EXPECT_EQ(value, after[name]) << name;
}

TEST_F(Saving, ModelsThatShareLayersAreSavedEachWithItsOwnPaths) {
  clear_session();
  const Tensor x = Input({3}), code = Input({2}), pixels = Input({3});
  Model encoder(x, Dense(2)(x), {.name = "encoder"}), decoder(code, Dense(3)(code), {.name = "decoder"});
  Model autoencoder(pixels, decoder(encoder(pixels)));
  Sequential base = classifier();
  Model head(base.inputs()[0], Dense(1)(base.outputs()[0]));
  const Dataset data(class_data(20).x, class_data(20).x);
  for (Model* model : {&encoder, &autoencoder, &head}) model->compile({.optimizer = Adam(), .loss = "mse"});
  autoencoder.fit(data, {.verbose = 0});
  encoder.fit(data.x[0], zeros({20, 2}), {.verbose = 0});
  head.fit(data.x[0], zeros({20, 1}), {.verbose = 0});
  base.fit(class_data(20), {.verbose = 0});
  for (Model* model : std::initializer_list<Model*>{&encoder, &autoencoder, &base, &head, &encoder}) {
    model->save(path_);
    const std::shared_ptr<Model> loaded = load_model(path_);
    EXPECT_EQ(all_weights(*loaded), all_weights(*model)) << model->name();
    EXPECT_EQ(loaded->optimizer().iterations(), model->optimizer().iterations()) << model->name();
  }
  base.save_weights(path_);
  head.save(path_ + ".head");  // gives the layers of base paths of its own
  EXPECT_NO_THROW(base.load_weights(path_));
}

TEST_F(Saving, LoadWeightsIsAllOrNothing) {
  Sequential model = classifier();
  model.build_for({{-1, 3}});
  model.save(path_);
  clear_session();
  Sequential other({Dense(8), Dense(4)});
  other.build_for({{-1, 3}});
  const std::vector<float> before = all_weights(other);
  EXPECT_THROW(other.load_weights(path_), FileError);
  EXPECT_EQ(all_weights(other), before);
  Sequential same = classifier();
  same.build_for({{-1, 3}});
  same.load_weights(path_);
  EXPECT_EQ(all_weights(same), all_weights(model));
}

TEST_F(Saving, WeightsFindTheirPlacesWhateverTheLayersAreCalled) {
  Sequential model({Dense(8), Dense(4)}), again({Dense(8), Dense(4)});  // automatic names count on
  model.build_for({{-1, 3}});
  again.build_for({{-1, 3}});
  model.save_weights(path_);
  ASSERT_NE(again.weights()[0].path(), model.weights()[0].path());
  again.load_weights(path_);
  EXPECT_EQ(all_weights(again), all_weights(model));
  Sequential wider({Dense(8), Dense(4), Dense(4)});
  wider.build_for({{-1, 3}});
  EXPECT_THROW(wider.load_weights(path_), FileError);
}

TEST_F(Saving, AModelLargerThanItsFileIsRefusedBeforeItIsBuilt) {
  const Sequential model = classifier();
  model.save(path_);
  TensorFile file = read_safetensors(path_);
  for (const char* units : {"9000000000000000000", "800000000"}) {
    TensorFile forged = file;
    for (auto& [key, text] : forged.metadata)
      if (const std::size_t place = text.find("\"units\":8"); key == "model" && place != std::string::npos)
        text.replace(place, 9, std::string("\"units\":") + units);
    write_safetensors(path_, forged);
    EXPECT_THROW(load_model(path_), Error) << units;
  }
  EXPECT_THAT(message_of<FileError>([&] { load_model(path_); }), ::testing::HasSubstr("describes"));
}

TEST_F(Saving, AModelWithAFunctionIsRefusedAndNoFileTouched) {
  write_text(path_, "the earlier model");
  const Tensor x = Input({4});
  Model model(x, Lambda([](const Tensor& t) { return t * 2; }, {.name = "twice"})(x));
  EXPECT_THAT([&] { model.save(path_); }, ::testing::ThrowsMessage<InvalidArgument>(
                                              ::testing::HasSubstr("[Lambda \"twice\"] expected a layer that")));
  EXPECT_EQ(read_text(path_), "the earlier model");
}

TEST_F(Saving, AFullDiskKeepsTheEarlierModel) {
  if (geteuid() != 0) GTEST_SKIP() << "only root can mount a small disk";
  const SmallDisk disk((folder_ / "disk").string(), "size=24k");
  ASSERT_TRUE(disk.mounted());
  const std::string path = (folder_ / "disk/model.safetensors").string();
  Sequential model = classifier();
  model.save(path);
  const std::string earlier = read_text(path);
  Sequential larger({Dense(4000)});
  larger.build_for({{-1, 3}});
  EXPECT_THAT(message_of<FileError>([&] { larger.save(path); }),
              ::testing::AllOf(::testing::HasSubstr("[save] no space left on the disk"),
                               ::testing::HasSubstr("the earlier file is untouched")));
  EXPECT_EQ(read_text(path), earlier);
  EXPECT_EQ(all_weights(*load_model(path)), all_weights(model));
}

TEST_F(Saving, ErrorsNameTheFile) {
  EXPECT_THROW(load_model((folder_ / "absent.safetensors").string()), FileError);
  std::ofstream(path_) << "not a model";
  EXPECT_THROW(load_model(path_), FileError);
  Sequential unbuilt({Dense(2)});
  EXPECT_THROW(unbuilt.save(path_), InvalidArgument);
}

}  // namespace
}  // namespace linnet
