#include <algorithm>
#include <autograd/view.hpp>
#include <cmath>
#include <cstring>

namespace carousel {
namespace {

template <class T> Index first_non_finite_of(const View& view) {
  for (Index r = 0; r < view.rows(); ++r) {
    for (Index c = 0; c < view.columns(); ++c) {
      if (!std::isfinite(view.row<T>(r)[c])) return r * view.columns() + c;
    }
  }
  return -1;
}

template <class T> void fill_neutral_of(const View& view) {
  if (!view.contiguous()) {
    for (Index r = 0; r < view.rows(); ++r) std::fill_n(view.row<T>(r), view.columns(), -T(0));
    return;
  }
  // The beginning is copied on: the C library's memcpy has wider stores than this code.
  const Index size = view.shape.size();
  const Index first = std::min<Index>(size, 1024);
  T* to = view.as<T>();
  std::fill_n(to, first, -T(0));
  for (Index i = first; i < size; i += first) {
    std::memcpy(to + i, to, static_cast<std::size_t>(std::min(first, size - i)) * sizeof(T));
  }
}

template <class T> bool is_neutral_of(const View& view) {
  for (Index r = 0; r < view.rows(); ++r) {
    const T* row = view.row<T>(r);
    const auto is = [](T x) { return x == 0 && std::signbit(x); };
    if (!std::all_of(row, row + view.columns(), is)) return false;
  }
  return true;
}

template <class T> void add_to_all_of(const View& view, T constant) {
  for (Index r = 0; r < view.rows(); ++r) {
    for (Index c = 0; c < view.columns(); ++c) view.row<T>(r)[c] += constant;
  }
}

template <class T> void accumulate_of(const View& from, const View& to) {
  for (Index r = 0; r < from.rows(); ++r) {
    for (Index c = 0; c < from.columns(); ++c) to.row<T>(r)[c] += from.row<T>(r)[c];
  }
}

template <class T> double sum_of_squares_of(const View& view) {
  double sum = 0;
  for (Index r = 0; r < view.rows(); ++r) {
    const T* row = view.row<T>(r);
    for (Index c = 0; c < view.columns(); ++c) {
      sum += static_cast<double>(row[c]) * static_cast<double>(row[c]);
    }
  }
  return sum;
}

/// The norm of the elements divided by the largest of them, times that.
template <class T> double scaled_norm_of(const View& view) {
  double largest = 0, sum = 0;
  for (Index r = 0; r < view.rows(); ++r) {
    for (Index c = 0; c < view.columns(); ++c) {
      const double size = std::abs(static_cast<double>(view.row<T>(r)[c]));
      if (!std::isfinite(size)) return size;
      largest = std::max(largest, size);
    }
  }
  if (largest == 0) return 0;
  for (Index r = 0; r < view.rows(); ++r) {
    for (Index c = 0; c < view.columns(); ++c) {
      const double ratio = static_cast<double>(view.row<T>(r)[c]) / largest;
      sum += ratio * ratio;
    }
  }
  return largest * std::sqrt(sum);
}

}  // namespace

void accumulate(const View& from, const View& to) {
  if (from.dtype == DType::float32) {
    accumulate_of<float>(from, to);
  } else {
    accumulate_of<double>(from, to);
  }
}

void fill_neutral(const View& view) {
  if (view.dtype == DType::float32) {
    fill_neutral_of<float>(view);
  } else {
    fill_neutral_of<double>(view);
  }
}

bool is_neutral(const View& view) {
  return view.dtype == DType::float32 ? is_neutral_of<float>(view) : is_neutral_of<double>(view);
}

void add_to_all(const View& view, double constant) {
  if (view.dtype == DType::float32) {
    add_to_all_of<float>(view, static_cast<float>(constant));
  } else {
    add_to_all_of<double>(view, constant);
  }
}

double sum_of_squares(const View& view) {
  return view.dtype == DType::float32 ? sum_of_squares_of<float>(view)
                                      : sum_of_squares_of<double>(view);
}

void copy(const View& from, const View& to) {
  if (from.shape.size() == 0) return;
  const std::size_t element = size_of(from.dtype);
  if (from.contiguous() && to.contiguous()) {
    std::memcpy(to.data, from.data, static_cast<std::size_t>(from.shape.size()) * element);
    return;
  }
  const auto* source = static_cast<const char*>(from.data);
  auto* target = static_cast<char*>(to.data);
  const auto row_bytes = static_cast<std::size_t>(from.columns()) * element;
  const auto source_step = from.stride * static_cast<Index>(element);
  const auto target_step = to.stride * static_cast<Index>(element);
  for (Index r = 0; r < from.rows(); ++r) {
    std::memcpy(target + r * target_step, source + r * source_step, row_bytes);
  }
}

void fill_zero(const View& view) {
  const std::size_t element = size_of(view.dtype);
  if (view.shape.size() == 0) return;
  if (view.contiguous()) {
    std::memset(view.data, 0, static_cast<std::size_t>(view.shape.size()) * element);
    return;
  }
  auto* target = static_cast<char*>(view.data);
  for (Index r = 0; r < view.rows(); ++r) {
    std::memset(target + r * view.stride * static_cast<Index>(element), 0,
                static_cast<std::size_t>(view.columns()) * element);
  }
}

double euclidean_norm(const View& view) {
  constexpr double smallest = 1e-280, largest = 1e280;  // far from where squares lose digits
  const double direct = sum_of_squares(view);
  if (direct > smallest && direct < largest) return std::sqrt(direct);
  return view.dtype == DType::float32 ? scaled_norm_of<float>(view) : scaled_norm_of<double>(view);
}

Index first_non_finite(const View& view) {
  if (view.dtype == DType::float32) return first_non_finite_of<float>(view);
  if (view.dtype == DType::float64) return first_non_finite_of<double>(view);
  return -1;
}

}  // namespace carousel
