// Vocabularies in `.keras` archives: those that adapt() has found lie in files of their own. Internal.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "linnet/base/config.h"
#include "linnet/saving/hdf5.h"

namespace linnet {

/// The bytes of a member of the archive, if it has it.
using ReadMember = std::function<std::optional<std::string>(const std::string& name)>;

/// `object`, the description of a model, where IntegerLookup, StringLookup and TextVectorization have their vocabulary
/// from "assets/layers/…/vocabulary.txt", and in mode "tf_idf" their weights from `weights`, unless their configs have
/// them. `who` begins errors. Keras: IndexLookup.load_assets.
Config with_vocabularies(const std::string& who, const Config& object, const ReadMember& read, const Hdf5File& weights);

}  // namespace linnet
