#include "linnet/layers/images.h"

#include "linnet/layers/text.h"
#include "linnet/ops/shape.h"

namespace linnet {
namespace {

bool is_first(const std::string& data_format) { return data_format == "channels_first"; }

}  // namespace

void check_data_format(const Layer& layer, const std::string& data_format) {
  check(is_first(data_format) || data_format == "channels_last", "[", layer.class_name(), " \"", layer.name(),
        "\"] expected data_format \"channels_last\" or \"channels_first\", received \"", data_format, "\"");
}

Padding padding_by_name(const Layer& layer, const std::string& padding, bool allows_causal) {
  const std::string known = lower(padding);  // Keras takes "SAME", too
  if (known == "valid") return Padding::valid;
  if (known == "same") return Padding::same;
  if (known == "causal" && allows_causal) return Padding::causal;
  fail("[", layer.class_name(), " \"", layer.name(), "\"] expected padding \"valid\"",
       allows_causal ? ", \"same\" or \"causal\"" : " or \"same\"", ", received \"", padding, "\"");
}

void check_image(const Layer& layer, const Shape& input, int axes, const std::string& data_format) {
  constexpr std::int64_t most = std::int64_t{1} << 31;  // far from where products of sizes would overflow
  for (std::int64_t n : input)
    check(n < most, "[", layer.class_name(), " \"", layer.name(), "\"] expected sizes below ", most, ", received ",
          input);
  const char* sizes = axes == 1 ? "steps" : axes == 2 ? "height, width" : "depth, height, width";
  check(input.rank() == axes + 2, "[", layer.class_name(), " \"", layer.name(), "\"] expected inputs of shape (batch, ",
        is_first(data_format) ? "channels, " : "", sizes, is_first(data_format) ? "" : ", channels", "), received ",
        input, input.rank() == axes + 1 ? "; a Reshape may be missing that gives them a channel" : "");
}

Tensor channels_last(const Tensor& x, const std::string& data_format) {
  if (!is_first(data_format)) return x;
  std::vector<int> order{0};
  for (int axis = 2; axis < x.rank(); ++axis) order.push_back(axis);
  order.push_back(1);
  return permute(x, order);
}

Tensor from_channels_last(const Tensor& y, const std::string& data_format) {
  if (!is_first(data_format)) return y;
  std::vector<int> order{0, y.rank() - 1};
  for (int axis = 1; axis < y.rank() - 1; ++axis) order.push_back(axis);
  return permute(y, order);
}

Shape channels_last(Shape shape, const std::string& data_format) {
  if (!is_first(data_format)) return shape;
  const std::int64_t channels = shape[1];
  shape.erase(1);
  shape.push_back(channels);
  return shape;
}

Shape from_channels_last(Shape shape, const std::string& data_format) {
  if (!is_first(data_format)) return shape;
  const std::int64_t channels = shape.back();
  shape.pop_back();
  shape.insert(1, channels);
  return shape;
}

}  // namespace linnet
