// Files that Keras wrote; what is in them is compared by the reference cases (tests/golden).
#include "linnet/models/keras_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "linnet/data/npy.h"
#include "linnet/layers/dense.h"
#include "linnet/models/sequential.h"
#include "tests/models/small_models.h"
#include "tests/support/temporary_folder.h"

namespace linnet {
namespace {

using testing::all_weights;
using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

const std::string files = LINNET_SOURCE_DIR "/tests/golden/keras/files/";

TEST(KerasFile, IsKnownByHowItBegins) {
  const TemporaryFolder folder;
  EXPECT_TRUE(is_keras_file(files + "keras_mlp_001.keras"));
  EXPECT_TRUE(is_keras_file(files + "h5_mlp_001.h5"));
  EXPECT_FALSE(is_keras_file(folder / "absent.keras"));
  Sequential model = testing::classifier();
  model.save(folder / "model.safetensors");
  std::filesystem::rename(folder / "model.safetensors", folder / "model.keras");  // its ending says nothing
  EXPECT_FALSE(is_keras_file(folder / "model.keras"));
  EXPECT_EQ(all_weights(*load_model(folder / "model.keras")), all_weights(model));
}

TEST(KerasFile, GoesOnAsLinnetsOwn) {
  const TemporaryFolder folder;
  const std::shared_ptr<Model> model = load_model(files + "keras_mlp_001.keras");
  EXPECT_EQ(model->optimizer().iterations(), 3);
  model->save(folder / "model.safetensors");
  const std::shared_ptr<Model> again = load_model(folder / "model.safetensors");
  const Dataset data{random_normal({20, 6}), random_normal({20, 3})};
  for (Model* each : {model.get(), again.get()}) each->fit(data, {.epochs = 2, .verbose = 0, .seed = 1});
  EXPECT_EQ(all_weights(*model), all_weights(*again));
}

TEST(KerasFile, IsNotCompiledWhereNobodyWantsIt) {
  EXPECT_TRUE(load_model(files + "h5_mlp_001.h5")->compiled());
  EXPECT_FALSE(load_model(files + "h5_mlp_001.h5", {.compile = false})->compiled());
  EXPECT_FALSE(load_model(files + "keras_mlp_001.keras", {.compile = false})->compiled());
  EXPECT_FALSE(load_model(files + "keras_rnn_001.keras")->compiled());  // it never was
}

TEST(KerasFile, WeightsOfAnyKindFitAModelOfTheSameLayers) {
  const std::vector<float> expected = all_weights(*load_model(files + "keras_mlp_001.keras"));
  Sequential model({Dense(5, {.activation = "relu", .name = "one"}), Dense(3, {.name = "two"})});
  model.build_for({{-1, 6}});
  model.load_weights(files + "keras_mlp_001.keras");
  EXPECT_EQ(all_weights(model), expected);
  for (const char* file : {"weights_h5_mlp_001.weights.h5", "h5_mlp_001.h5"}) {
    const std::vector<float> before = all_weights(model);
    model.load_weights(files + file);
    EXPECT_NE(all_weights(model), before) << file;
  }
}

TEST(KerasFile, ChangesNothingUnlessAllFits) {
  Sequential model({Dense(5), Dense(4)});
  model.build_for({{-1, 6}});
  const std::vector<float> before = all_weights(model);
  EXPECT_THAT([&] { model.load_weights(files + "keras_mlp_001.keras"); },
              ThrowsMessage<FileError>(HasSubstr("expected shape (5, 4), received (5, 3)")));
  EXPECT_THAT([&] { model.load_weights(files + "keras_cnn_001.keras"); },
              ThrowsMessage<FileError>(HasSubstr("[load_weights]")));
  EXPECT_EQ(all_weights(model), before);
}

TEST(KerasFile, SaysWhatItIsNot) {
  const TemporaryFolder folder;
  EXPECT_THAT(
      [&] { load_model(files + "weights_h5_mlp_001.weights.h5"); },
      ThrowsMessage<FileError>(HasSubstr("holds weights and no model: make the model and call load_weights()")));
  write_npz(folder / "arrays.npz", {{"a", ones({2})}});
  EXPECT_THAT([&] { load_model(folder / "arrays.npz"); },
              ThrowsMessage<FileError>(HasSubstr("has no member \"config.json\": it was not written by Keras 3")));
  const std::string whole = read_text(files + "keras_mlp_001.keras");
  write_text(folder / "half.keras", whole.substr(0, whole.size() / 2));
  EXPECT_THROW(load_model(folder / "half.keras"), FileError);
  write_text(folder / "half.h5", read_text(files + "h5_mlp_001.h5").substr(0, 9000));
  EXPECT_THROW(load_model(folder / "half.h5"), FileError);
}

/// Loads `bytes` in which one byte has another value, for every `step`th of them: it loads, or it is an error of ours.
void expect_load_or_error(const std::string& path, std::string bytes, std::size_t step) {
  for (std::size_t i = 0; i < bytes.size(); i += step) {
    const char before = bytes[i];
    for (const char value : {static_cast<char>(before ^ 1), '0', '\xff'}) {
      bytes[i] = value;
      std::filesystem::remove(path);  // a file system may write out at once what takes the place of a file's contents
      write_text(path, bytes);
      try {
        load_model(path);
      } catch (const Error&) {
      } catch (const std::exception& error) {
        ADD_FAILURE() << "byte " << i << ": " << error.what();
      }
    }
    bytes[i] = before;
  }
}

TEST(KerasFile, WithAByteChangedIsLoadedOrRefused) {
  const TemporaryFolder folder;
  const std::string mlp = read_text(files + "h5_mlp_001.h5");
  expect_load_or_error(folder / "model.h5", mlp, 29);
  expect_load_or_error(folder / "model.keras", read_text(files + "keras_two_inputs_001.keras"), 101);
}

}  // namespace
}  // namespace linnet
