// Images as blocks, probabilities as bars.
#pragma once

#include <string>
#include <vector>

#include "linnet/data/dataset.h"
#include "linnet/models/model.h"

namespace linnet::cli {

/// Lines of half blocks for an image (height, width) of grey levels 0-255: two rows of pixels a line, so that pixels
/// are about square. Light on dark terminals: ink is what is drawn.
std::vector<std::string> picture(const Tensor& image);

/// A line for each class: its name, a bar of at most `width` columns together with the rest, and percent; the largest
/// one in colour. Of more than ten classes the five likeliest.
std::vector<std::string> probability_bars(const std::vector<double>& probabilities,
                                          const std::vector<std::string>& names, std::size_t width);
/// Never "100 %": no network is sure.
std::string percent(double probability);

/// Prints blocks of lines beside each other.
void print_beside(const std::vector<std::vector<std::string>>& blocks);

/// Prints `count` images of `data`, what `model` takes them for and what they are: the first ones, and last, where the
/// model errs, some it gets wrong. As many beside each other as the terminal is wide.
void show_predictions(Model& model, const Dataset& data, int count);

}  // namespace linnet::cli
