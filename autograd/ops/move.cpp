#include <autograd/ops/move.hpp>

namespace carousel::detail {
namespace {

template <class T, class Each>
void along(const T* from, Index from_step, T* to, Index to_step, Index count, const Each& each) {
  if (from_step == 1 && to_step == 1) {  // known to the compiler, which then makes lanes of it
    for (Index i = 0; i < count; ++i) each(to[i], from[i]);
  } else {
    for (Index i = 0; i < count; ++i) each(to[i * to_step], from[i * from_step]);
  }
}

template <class T, class Each>
void over(const View& from, const Steps& f, const View& to, const Steps& t, const Each& each) {
  const auto& n = t.extent;
  if (n[0] == 0 || n[1] == 0 || n[2] == 0) return;
  for (Index i = 0; i < n[0]; ++i) {
    for (Index j = 0; j < n[1]; ++j) {
      for (Index k = 0; k < n[2]; ++k) {
        along(from.as<T>() + f.offset + i * f.step[0] + j * f.step[1] + k * f.step[2], f.step[3],
              to.as<T>() + t.offset + i * t.step[0] + j * t.step[1] + k * t.step[2], t.step[3],
              n[3], each);
      }
    }
  }
}

template <class T>
void move_of(const View& from, const Steps& f, const View& to, const Steps& t, bool add, T factor) {
  if (!add && factor == T(1)) {
    over<T>(from, f, to, t, [](T& y, T x) { y = x; });
  } else if (!add) {
    over<T>(from, f, to, t, [factor](T& y, T x) { y = factor * x; });
  } else if (factor == T(1)) {
    over<T>(from, f, to, t, [](T& y, T x) { y += x; });
  } else {
    over<T>(from, f, to, t, [factor](T& y, T x) { y += factor * x; });
  }
}

}  // namespace

void move(const View& from, const Steps& from_steps, const View& to, const Steps& to_steps,
          bool add, double factor) {
  switch (to.dtype) {
    case DType::float32:
      move_of<float>(from, from_steps, to, to_steps, add, static_cast<float>(factor));
      break;
    case DType::float64:
      move_of<double>(from, from_steps, to, to_steps, add, factor);
      break;
    case DType::int64:
      over<Index>(from, from_steps, to, to_steps, [](Index& y, Index x) { y = x; });
      break;
    case DType::boolean:
      over<bool>(from, from_steps, to, to_steps, [](bool& y, bool x) { y = x; });
      break;
  }
}

void fill(const View& y, double value) {
  with_floating(y.dtype, [&](auto t) {
    using T = decltype(t);
    T one = static_cast<T>(value);
    Steps same = steps_of(y);
    same.offset = 0;
    same.step.fill(0);
    move(dense(&one, {}, y.dtype), same, y, steps_of(y), /*add=*/false);
  });
}

void start_sum(const View& y, bool add) {
  if (!add) fill_zero(y);
}

}  // namespace carousel::detail
