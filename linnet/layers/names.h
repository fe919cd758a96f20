// Automatic names of layers and models.
#pragma once

#include <string>
#include <string_view>

#pragma GCC visibility push(default)
namespace linnet {

/// "MultiHeadAttention" -> "multi_head_attention": Keras's rule for automatic names.
std::string to_snake_case(std::string_view class_name);
/// The next automatic name: "dense", "dense_1", … (process-wide, as Keras).
std::string unique_name(std::string_view class_name);
/// Starts automatic names anew. Keras: keras.utils.clear_session().
void clear_session();

}  // namespace linnet
#pragma GCC visibility pop
