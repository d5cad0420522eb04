#pragma once
#include <cstddef>
#include <cstdint>

namespace carousel {

using Index = std::int64_t;

/// Element types. Only float32 and float64 carry gradients; int64 (labels, indices) and
/// boolean (masks) are inputs without one.
enum class DType : std::uint8_t { float32, float64, int64, boolean };

const char* name(DType dtype);
std::size_t size_of(DType dtype);
inline bool is_floating(DType dtype) { return dtype == DType::float32 || dtype == DType::float64; }

/// The DType of a C++ element type: dtype_of<float>() is DType::float32.
template <class T> constexpr DType dtype_of();
template <> constexpr DType dtype_of<float>() { return DType::float32; }
template <> constexpr DType dtype_of<double>() { return DType::float64; }
template <> constexpr DType dtype_of<std::int64_t>() { return DType::int64; }
template <> constexpr DType dtype_of<bool>() { return DType::boolean; }

}  // namespace carousel
