// Files for Keras; tests/python/keras_files_test.py compares them with Keras's own.
#include "linnet/models/keras_saving.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "linnet/models/model_checkpoint.h"
#include "tests/models/small_models.h"
#include "tests/support/temporary_folder.h"

namespace linnet {
namespace {

using testing::all_weights, testing::class_data, testing::classifier;
using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

TEST(KerasSaving, TheEndingSaysWhichFormat) {
  EXPECT_TRUE(has_keras_ending("a.keras") && has_keras_ending("a.weights.h5") && has_keras_ending("b/a.hdf5"));
  EXPECT_FALSE(has_keras_ending("a.safetensors") || has_keras_ending("keras") || has_keras_ending("a.h5.safetensors"));
}

TEST(KerasSaving, TrainingGoesOnFromBothKinds) {
  const TemporaryFolder folder;
  const Dataset data = class_data(96);
  Sequential model = classifier();
  model.fit(data, {.epochs = 1, .verbose = 0});
  for (const char* name : {"model.keras", "model.h5"}) {
    model.save(folder / name);
    const std::shared_ptr<Model> again = load_model(folder / name);
    EXPECT_EQ(all_weights(*again), all_weights(model)) << name;
    EXPECT_EQ(again->optimizer().iterations(), model.optimizer().iterations()) << name;
    Sequential other = classifier();
    other.load_weights(folder / name);  // with the state of the optimizer
    for (Model* each : {again.get(), static_cast<Model*>(&other)})
      each->fit(data, {.epochs = 1, .shuffle = false, .verbose = 0});
    EXPECT_EQ(all_weights(*again), all_weights(other)) << name;
  }
}

TEST(KerasSaving, WeightsAloneFitTheSameLayers) {
  const TemporaryFolder folder;
  const Sequential model = classifier();
  model.save_weights(folder / "best.weights.h5");
  Sequential other({Dense(8, {.name = "one"}), Dense(3, {.name = "two"})});
  other.build_for({{-1, 3}});
  other.load_weights(folder / "best.weights.h5");
  EXPECT_EQ(all_weights(other), all_weights(model));
}

TEST(KerasSaving, LeavesAnEarlierFileWhereItFails) {
  const TemporaryFolder folder;
  classifier().save(folder / "model.keras");
  const Sequential unbuilt({Dense(1)});
  EXPECT_THAT([&] { unbuilt.save(folder / "model.keras"); },
              ThrowsMessage<InvalidArgument>(HasSubstr("[save] expected a built model")));
  EXPECT_EQ(load_model(folder / "model.keras")->count_params(), classifier().count_params());
  EXPECT_THAT([&] { classifier().save(folder / "absent/model.keras"); },
              ThrowsMessage<FileError>(HasSubstr("[save] cannot write")));
}

TEST(KerasSaving, SaysWhereEachKindBelongs) {
  const TemporaryFolder folder;
  EXPECT_THAT([&] { classifier().save(folder / "model.weights.h5"); },
              ThrowsMessage<InvalidArgument>(HasSubstr("which Keras keeps weights alone in: save_weights()")));
  EXPECT_THAT([&] { classifier().save_weights(folder / "model.keras"); },
              ThrowsMessage<InvalidArgument>(HasSubstr("expected a path that ends in .weights.h5 or .safetensors")));
  EXPECT_THAT([&] { ModelCheckpoint(folder / "best.h5", {.save_weights_only = true}); },
              ThrowsMessage<InvalidArgument>(HasSubstr("expected .weights.h5 for weights alone")));
  EXPECT_THAT([&] { ModelCheckpoint(folder / "best.pt"); },
              ThrowsMessage<InvalidArgument>(HasSubstr("the ending says which format the file has")));
}

}  // namespace
}  // namespace linnet
