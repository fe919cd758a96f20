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
std::shared_ptr<Model> model_from_file(const TensorFile& file, const std::string& path, const ReadLimits& limits = {});
/// Is it a whole model, rather than weights alone or a file of another program?
bool holds_model(const TensorFile& file);

/// 64-bit words as decimal text: they do not fit into JSON's numbers.
Value word_to_value(std::uint64_t word);
std::uint64_t word_from_value(const Value& value);

/// Seeds and streams of the model's random layers.
void restore_random(const TensorFile& file, const std::string& path, Model& model);
/// Where the sequence of sample orders stands, from the metadata "training".
void restore_sample_order(Model& model, const Config& training);

/// The metadata `key`; throws FileError saying that `writer` did not write the file.
const std::string& metadata_of(const TensorFile& file, const std::string& path, const std::string& key,
                               const char* writer = "model.save()");

}  // namespace linnet
