#include <algorithm>
#include <autograd/memory/limit.hpp>
#include <autograd/support/error.hpp>
#include <autograd/tensor.hpp>
#include <cmath>
#include <cstring>
#include <limits>
#include <new>

namespace carousel {
namespace {

constexpr std::align_val_t alignment{64};

/// Calls f with a pointer of the tensor's element type.
template <class F> decltype(auto) with_elements(DType dtype, const void* memory, F&& f) {
  switch (dtype) {
    case DType::float32:
      return f(static_cast<const float*>(memory));
    case DType::float64:
      return f(static_cast<const double*>(memory));
    case DType::int64:
      return f(static_cast<const std::int64_t*>(memory));
    case DType::boolean:
      break;
  }
  return f(static_cast<const bool*>(memory));
}

}  // namespace

void Tensor::Free::operator()(std::byte* memory) const { ::operator delete(memory, alignment); }

Tensor::Tensor(DType dtype, const Shape& shape) : dtype_(dtype), shape_(shape) {
  memory::check_request(bytes());
  data_.reset(
      static_cast<std::byte*>(::operator new(std::max<std::size_t>(bytes(), 1), alignment)));
  std::memset(data_.get(), 0, bytes());
}

Tensor::Tensor(const Tensor& other) : Tensor(other.dtype_, other.shape_) {
  std::memcpy(raw(), other.raw(), bytes());
}

Tensor& Tensor::operator=(const Tensor& other) {
  if (this == &other) return *this;
  if (dtype_ == other.dtype_ && shape_ == other.shape_ && data_) {
    std::memcpy(raw(), other.raw(), bytes());  // the steady state: no new memory
  } else {
    *this = Tensor(other);
  }
  return *this;
}

void Tensor::check_position(const char* where, Index flat) const {
  if (flat >= 0 && flat < size()) return;
  throw Error(ErrorKind::argument, where,
              size() == 0
                  ? "no position, as there are no elements"
                  : "a position in 0.." + std::to_string(size() - 1) + " of " + to_string(shape_),
              std::to_string(flat));
}

double Tensor::at(Index flat) const {
  check_position("Tensor::at", flat);
  return with_elements(dtype_, raw(),
                       [flat](const auto* p) { return static_cast<double>(p[flat]); });
}

void Tensor::set(Index flat, double value) {
  check_position("Tensor::set", flat);
  with_elements(dtype_, raw(), [flat, value](const auto* p) {
    using T = std::remove_const_t<std::remove_pointer_t<decltype(p)>>;
    const_cast<T*>(p)[flat] = static_cast<T>(value);
  });
}

void Tensor::fill(double value) {
  for (Index i = 0; i < size(); ++i) set(i, value);
}

Tensor Tensor::to(DType dtype) const {
  if (dtype == dtype_) return *this;
  Tensor result(dtype, shape_);
  for (Index i = 0; i < size(); ++i) result.set(i, at(i));
  return result;
}

Tensor Tensor::reshaped(const Shape& shape) const {
  if (shape.size() != size()) {
    throw Error(ErrorKind::argument, "Tensor::reshaped",
                "a shape of " + std::to_string(size()) + " elements, as in " + to_string(shape_),
                to_string(shape));
  }
  Tensor result = *this;
  result.shape_ = shape;
  return result;
}

void Tensor::require(DType wanted) const {
  if (wanted != dtype_) {
    throw Error(ErrorKind::argument, "Tensor::data", name(dtype_),
                std::string("a request for ") + name(wanted), "Convert with to(DType).");
  }
}

double distance(const Tensor& a, const Tensor& b) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  if (a.shape() != b.shape()) return infinity;
  double largest = 0, difference = 0;
  for (Index i = 0; i < a.size(); ++i) {
    if (!std::isfinite(a.at(i)) || !std::isfinite(b.at(i))) return infinity;
    largest = std::max(largest, std::abs(b.at(i)));
    difference = std::max(difference, std::abs(a.at(i) - b.at(i)));
  }
  return difference == 0 ? 0 : difference / largest;
}

bool identical(const Tensor& a, const Tensor& b) {
  return a.dtype() == b.dtype() && a.shape() == b.shape() &&
         std::memcmp(a.raw(), b.raw(), a.bytes()) == 0;
}

}  // namespace carousel
