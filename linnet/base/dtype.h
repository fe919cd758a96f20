// The element types of tensors.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#pragma GCC visibility push(default)
namespace linnet {

enum class DType : std::uint8_t { float32, float64, bfloat16, int32, int64, uint8, boolean };
inline constexpr DType float32 = DType::float32, float64 = DType::float64, bfloat16 = DType::bfloat16,
                       int32 = DType::int32, int64 = DType::int64, uint8 = DType::uint8, boolean = DType::boolean;

/// The upper 16 bits of a float32: 8 exponent bits, 7 mantissa bits. Rounds to nearest, ties to even; NaN stays NaN.
struct BFloat16 {
  std::uint16_t bits = 0;

  BFloat16() = default;
  BFloat16(float value) {
    const auto word = std::bit_cast<std::uint32_t>(value);
    const bool nan = (word & 0x7fffffffu) > 0x7f800000u;
    bits = static_cast<std::uint16_t>(nan ? (word >> 16) | 0x40u : (word + 0x7fffu + ((word >> 16) & 1u)) >> 16);
  }
  operator float() const { return std::bit_cast<float>(static_cast<std::uint32_t>(bits) << 16); }
};

/// Bytes of one element.
constexpr std::size_t size_of(DType dtype) {
  switch (dtype) {
    case DType::float64:
    case DType::int64: return 8;
    case DType::float32:
    case DType::int32: return 4;
    case DType::bfloat16: return 2;
    case DType::uint8:
    case DType::boolean: return 1;
  }
  return 0;
}

constexpr bool is_floating(DType dtype) {
  return dtype == DType::float32 || dtype == DType::float64 || dtype == DType::bfloat16;
}

/// Keras's names: "float32", "float64", "bfloat16", "int32", "int64", "uint8", "bool".
std::string_view name(DType dtype);
/// The dtype of that name; throws InvalidArgument listing the names.
DType dtype_from_name(std::string_view name);
inline void append_text(std::string& text, DType dtype) { text += name(dtype); }

/// The dtype of an operation on `a` and `b`: the wider of the two; any float wins over any integer;
/// bfloat16 with float32 is float32; uint8 with int32 is int32; bool gives way to everything.
DType promote(DType a, DType b);

/// The dtype of a C++ element type: dtype_of<float>() == float32.
template <class T>
constexpr DType dtype_of() = delete;
template <>
constexpr DType dtype_of<float>() {
  return DType::float32;
}
template <>
constexpr DType dtype_of<double>() {
  return DType::float64;
}
template <>
constexpr DType dtype_of<BFloat16>() {
  return DType::bfloat16;
}
template <>
constexpr DType dtype_of<std::int32_t>() {
  return DType::int32;
}
template <>
constexpr DType dtype_of<std::int64_t>() {
  return DType::int64;
}
template <>
constexpr DType dtype_of<std::uint8_t>() {
  return DType::uint8;
}
template <>
constexpr DType dtype_of<bool>() {
  return DType::boolean;
}

/// Calls `visit(T{})` with the C++ type of `dtype`.
template <class Visitor>
decltype(auto) dispatch(DType dtype, Visitor&& visit) {
  switch (dtype) {
    case DType::float32: return visit(float{});
    case DType::float64: return visit(double{});
    case DType::bfloat16: return visit(BFloat16{});
    case DType::int32: return visit(std::int32_t{});
    case DType::int64: return visit(std::int64_t{});
    case DType::uint8: return visit(std::uint8_t{});
    case DType::boolean: break;
  }
  return visit(bool{});
}

}  // namespace linnet
#pragma GCC visibility pop
