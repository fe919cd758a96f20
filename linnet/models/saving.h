// Models as safetensors files: the parts that saving, checkpoints and backups share. Internal.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "linnet/models/model.h"
#include "linnet/saving/safetensors.h"

namespace linnet {

/// What Model::save writes.
TensorFile model_to_file(const Model& model);
/// The model in it; `path` is what errors call the file.
std::shared_ptr<Model> model_from_file(const TensorFile& file, const std::string& path,
                                       const LoadOptions& options = {});
/// Is it a whole model, rather than weights alone or a file of another program?
bool holds_model(const TensorFile& file);

/// 64-bit words as decimal text: they do not fit into JSON's numbers.
Value word_to_value(std::uint64_t word);
std::uint64_t word_from_value(const Value& value);

/// The model of a config in Keras's layout, built for `input_shapes` unless its config says for what. A file that
/// describes a model much larger than the `stored` bytes of tensors it holds is refused: FileError about `path`.
std::shared_ptr<Model> built_model(const Config& object, const Shapes& input_shapes, std::int64_t stored,
                                   const std::string& path);
/// Compiles the model as `config` says. False, after a warning, where that needs something of the user's program, or
/// that Linnet does not have.
bool restore_compile(Model& model, const Config& config, const std::string& path);

/// Seeds and streams of the model's random layers.
void restore_random(const TensorFile& file, const std::string& path, Model& model);
/// Where the sequence of sample orders stands, from the metadata "training".
void restore_sample_order(Model& model, const Config& training);

/// The metadata `key`; throws FileError saying that `writer` did not write the file.
const std::string& metadata_of(const TensorFile& file, const std::string& path, const std::string& key,
                               const char* writer = "model.save()");

}  // namespace linnet
