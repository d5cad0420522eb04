#pragma once

/// Bodies are the formulas of an elementwise op; see autograd/ops/elementwise.hpp.
namespace carousel::detail {

/// Some of them, in an order: that of a table of kernels.
template <class... Body> struct Bodies {};

template <class... A, class... B>
constexpr Bodies<A..., B...> operator+(Bodies<A...>, Bodies<B...>) {
  return {};
}

template <class A, class B> inline constexpr bool is_same_body = false;
template <class A> inline constexpr bool is_same_body<A, A> = true;

/// Where a body stands in a list.
template <class Body, class... All> constexpr int position_in(Bodies<All...>) {
  static_assert((is_same_body<Body, All> || ...),
                "list the body at the end of its file in autograd/kernels/bodies");
  int position = 0, found = 0;
  ((found = is_same_body<Body, All> ? position : found, ++position), ...);
  return found;
}

}  // namespace carousel::detail
