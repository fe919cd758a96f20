// Images as blocks in a terminal.
#pragma once

#include <string>
#include <vector>

#include "linnet/linnet.h"

namespace linnet::cli {

/// Lines of half blocks for an image (height, width) of grey levels 0-255: two rows of pixels a line, so that pixels
/// are about square. Light on dark terminals: ink is what is drawn.
std::vector<std::string> picture(const Tensor& image);

/// Prints `count` images of `data`, what `model` takes them for and what they are: the first ones, and last, where the
/// model errs, some it gets wrong. As many beside each other as the terminal is wide.
void show_predictions(Model& model, const Dataset& data, int count);

}  // namespace linnet::cli
