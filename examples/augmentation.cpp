// Augmentation: digits changed at random while a network trains, so that it sees no image twice. Draws
// augmentation.png: ten digits as they are, and below them what each layer makes of them.
#include <linnet/linnet.h>

#include <cstdio>
#include <vector>
using namespace linnet;

struct Row {
  const char* name;
  AnyLayer layer;
};

int main() {
  set_random_seed(1);
  auto [train, test] = datasets::mnist();
  const std::int64_t columns = 10, size = 28;
  const Tensor digits = expand_dims(slice(train.x[0], 0, 0, columns), 3);  // [10, 28, 28, 1]

  const RandomPlacesOptions black{.fill_mode = "constant"};
  std::vector<Row> rows{{"as they are", Identity()},
                        {"RandomTranslation", RandomTranslation(0.15, 0.15, black)},
                        {"RandomRotation", RandomRotation(0.08, black)},
                        {"RandomZoom", RandomZoom(0.3, {.fill_mode = "constant"})},
                        {"RandomShear", RandomShear({.x_factor = 0.3, .fill_mode = "constant"})},
                        {"RandomPerspective", RandomPerspective({.factor = {1, 1}, .scale = 0.5})},
                        {"RandomElasticTransform", RandomElasticTransform({.factor = {1, 1}, .scale = {0.6, 0.8}})},
                        {"RandomErasing", RandomErasing({.scale = {0.05, 0.15}, .fill_value = {{128}}})},
                        {"RandomGaussianBlur", RandomGaussianBlur({.factor = {1, 1}, .kernel_size = 5})},
                        {"MixUp", MixUp({.alpha = 2})}};
  Tensors pictures;
  for (Row& row : rows) {
    const Tensor changed = (*row.layer)(digits.to(float32), Mode::train);  // in inference nothing would happen
    pictures.push_back(reshape(permute(changed, {1, 0, 2, 3}), {size, columns * size}));
    std::printf("row %zu: %s\n", pictures.size(), row.name);
  }
  write_png("augmentation.png", concatenate(pictures, 0));

  // The layers stand in the network like any other: they change images in fit(), and leave them alone afterwards.
  const Dataset few = train.slice(0, 1000);
  for (const bool augments : {false, true}) {
    set_random_seed(1);
    std::vector<AnyLayer> changes;
    if (augments) changes = {RandomTranslation(0.1, 0.1, black), RandomRotation(0.03, black)};
    Sequential model({Reshape({size, size, 1}), Pipeline(changes), Rescaling(1.0 / 255), Flatten(),
                      Dense(64, {.activation = relu}), Dense(10)});
    model.compile({.loss = SparseCategoricalCrossentropy({.from_logits = true}), .metrics = {"accuracy"}});
    model.fit(few, {.epochs = 30, .batch_size = 32, .verbose = 0});
    std::printf("1,000 images, %s augmentation: %.1f %% of the test images right\n", augments ? "with" : "without",
                100 * model.evaluate(test, {.verbose = 0})["accuracy"]);
  }
}
