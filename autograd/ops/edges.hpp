#pragma once
#include <autograd/op.hpp>
#include <limits>

/// What elementwise ops give at the edges of their domains, in float32 and float64: the value, and
/// the slope by each operand. Checked by check_op, printed by `carousel verify --edges`. Numbers of
/// one dtype only (1e-310 is none of float32) are checked in that one; results too large for it are
/// infinite there.
namespace carousel::detail::edges {

constexpr double inf = std::numeric_limits<double>::infinity();
constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double tiny = 1e-310;      // denormal in float64
constexpr double below = 0x1p-1040;  // the same, with a known root and logarithm
constexpr double ln2 = 0.693147180559945309;
constexpr double e_to_minus_40 = 4.248354255291588995e-18;
constexpr double small = 1.401298464324817e-45;  // the least float32

constexpr Edge at(double x, double y, double slope, double c = 0) {
  return {{x, 0, 0}, y, {slope, 0, 0}, c};
}
constexpr Edge at2(double a, double b, double y, double da, double db, double c = 0) {
  return {{a, b, 0}, y, {da, db, 0}, c};
}
constexpr Edge row(double a, double b, double c, double y, double da, double db, double dc) {
  return {{a, b, c}, y, {da, db, dc}, 0, true};
}
/// A comparison of two numbers, which no gradient passes.
constexpr Edge compared(double a, double b, bool y) { return {{a, b, 0}, y ? 1.0 : 0.0, {}, 0}; }

// arithmetic.cpp
constexpr Edge add[] = {at2(inf, -inf, nan, 1, 1), at2(nan, 1, nan, 1, 1),
                        at2(tiny, 0, tiny, 1, 1)};
constexpr Edge subtract[] = {at2(inf, inf, nan, 1, -1), at2(1, nan, nan, 1, -1),
                             at2(1, 1, 0, 1, -1)};
constexpr Edge multiply[] = {at2(0, inf, nan, inf, 0), at2(inf, 2, inf, 2, inf),
                             at2(nan, 0, nan, 0, nan), at2(tiny, 2, 2 * tiny, 2, tiny)};
constexpr Edge divide[] = {at2(1, 0, inf, inf, -inf), at2(0, 0, nan, inf, nan),
                           at2(1, inf, 0, 0, 0), at2(inf, inf, nan, 0, nan)};
constexpr Edge power[] = {at2(0, 0, 1, 0, 0),
                          at2(0, 2, 0, 0, 0),
                          at2(0, 1, 0, 1, 0),
                          at2(2, 0, 1, 0, 0.693147180559945309),
                          at2(2, -inf, 0, nan, 0),
                          at2(nan, 1, nan, 1, nan),
                          at2(nan, 0, 1, nan, nan),
                          at2(inf, 0, 1, 0, inf),
                          at2(0, nan, nan, nan, 0),
                          at2(below, 0.5, 0x1p-520, 0x1p519, -0x1p-520 * 1040 * ln2),
                          at2(small, 2, small* small, 2 * small, -small* small * 149 * ln2)};
constexpr Edge minimum[] = {at2(2, 2, 2, 0.5, 0.5), at2(1, nan, nan, 0.5, 0.5),
                            at2(nan, 1, nan, 0.5, 0.5), at2(inf, -inf, -inf, 0, 1)};
constexpr Edge maximum[] = {at2(2, 2, 2, 0.5, 0.5), at2(1, nan, nan, 0.5, 0.5),
                            at2(nan, 1, nan, 0.5, 0.5), at2(inf, -inf, inf, 1, 0)};
constexpr Edge add_constant[] = {at(inf, inf, 1, 3), at(nan, nan, 1, 3), at(tiny, tiny, 1, 0)};
constexpr Edge scale[] = {at(-inf, -inf, 2, 2), at(nan, nan, 2, 2), at(inf, nan, 0, 0)};
constexpr Edge subtract_from[] = {at(inf, -inf, -1, 1), at(nan, nan, -1, 1)};
constexpr Edge divide_into[] = {at(0, inf, -inf, 3), at(inf, 0, 0, 3), at(nan, nan, nan, 3)};
constexpr Edge power_of[] = {
    at(0, inf, -inf, -1.5),           at(0, 0, 0, 3),        at(-2, -8, 12, 3),
    at(inf, inf, inf, 1.5),           at(-1, nan, nan, 0.5), at(inf, 1, 0, 0),
    at(below, 0x1p-520, 0x1p519, 0.5)};
constexpr Edge negate[] = {at(inf, -inf, -1), at(nan, nan, -1), at(0, 0, -1)};

// functions.cpp
constexpr Edge exp[] = {at(0, 1, 1),        at(inf, inf, inf), at(-inf, 0, 0), at(nan, nan, nan),
                        at(1000, inf, inf), at(-1000, 0, 0),   at(tiny, 1, 1)};
constexpr Edge expm1[] = {at(0, 0, 1),       at(tiny, tiny, 1), at(small, small, 1),
                          at(inf, inf, inf), at(-inf, -1, 0),   at(nan, nan, nan),
                          at(-1000, -1, 0)};
constexpr Edge log[] = {at(0, -inf, inf),
                        at(inf, inf, 0),
                        at(-1, nan, -1),
                        at(nan, nan, nan),
                        at(1, 0, 1),
                        at(below, -1040 * ln2, inf),
                        at(small, -149 * ln2, 1 / small)};
constexpr Edge log1p[] = {at(0, 0, 1),     at(-1, -inf, inf), at(inf, inf, 0),
                          at(-2, nan, -1), at(tiny, tiny, 1), at(nan, nan, nan)};
constexpr Edge square[] = {at(0, 0, 0), at(inf, inf, inf), at(-inf, inf, -inf), at(nan, nan, nan),
                           at(1e20, 1e40, 2e20)};
constexpr Edge sqrt[] = {at(0, 0, inf), at(inf, inf, 0), at(-1, nan, nan), at(nan, nan, nan)};
constexpr Edge rsqrt[] = {at(0, inf, -inf), at(inf, 0, 0), at(-1, nan, nan), at(nan, nan, nan)};
constexpr Edge abs[] = {at(0, 0, 0),       at(inf, inf, 1),   at(-inf, inf, -1),
                        at(nan, nan, nan), at(tiny, tiny, 1), at(-small, small, -1)};
constexpr Edge sign[] = {at(0, 0, 0),     at(inf, 1, 0),  at(-inf, -1, 0),
                         at(nan, nan, 0), at(tiny, 1, 0), at(-small, -1, 0)};
constexpr Edge sin[] = {at(0, 0, 1), at(inf, nan, nan), at(nan, nan, nan), at(tiny, tiny, 1)};
constexpr Edge cos[] = {at(0, 1, 0), at(-inf, nan, nan), at(nan, nan, nan), at(tiny, 1, -tiny)};
constexpr Edge erf[] = {at(0, 0, 1.12837916709551257), at(inf, 1, 0), at(-inf, -1, 0),
                        at(nan, nan, nan), at(40, 1, 0)};
constexpr Edge erfc[] = {at(0, 1, -1.12837916709551257), at(inf, 0, 0), at(-inf, 2, 0),
                         at(nan, nan, nan), at(40, 0, 0)};
constexpr Edge at_least[] = {at(0.5, 0.5, 1, 0.5), at(0, 0.5, 0, 0.5), at(inf, inf, 1, 0.5),
                             at(-inf, 0.5, 0, 0.5), at(nan, nan, 1, 0.5)};
constexpr Edge at_most[] = {at(0.5, 0.5, 1, 0.5), at(1, 0.5, 0, 0.5), at(inf, 0.5, 0, 0.5),
                            at(-inf, -inf, 1, 0.5), at(nan, nan, 1, 0.5)};

// activations.cpp
constexpr Edge sigmoid[] = {at(0, 0.5, 0.25),   at(inf, 1, 0),  at(-inf, 0, 0),
                            at(nan, nan, nan),  at(1000, 1, 0), at(-1000, 0, 0),
                            at(tiny, 0.5, 0.25)};
constexpr Edge tanh[] = {at(0, 0, 1),    at(inf, 1, 0),    at(-inf, -1, 0),   at(nan, nan, nan),
                         at(1000, 1, 0), at(-1000, -1, 0), at(tiny, tiny, 1), at(small, small, 1)};
constexpr Edge softsign[] = {at(0, 0, 1), at(inf, nan, 0), at(nan, nan, nan), at(tiny, tiny, 1)};
constexpr Edge hard_sigmoid[] = {at(0, 0.5, 0.25, 0.25), at(inf, 1, 0, 0.25), at(-inf, 0, 0, 0.25),
                                 at(nan, nan, 0, 0.25),  at(2, 1, 0, 0.25),   at(-2, 0, 0, 0.25)};
constexpr Edge softplus[] = {at(0, 0.693147180559945309, 0.5),
                             at(inf, inf, 1),
                             at(-inf, 0, 0),
                             at(nan, nan, nan),
                             at(1000, 1000, 1),
                             at(-1000, 0, 0)};
constexpr Edge relu[] = {at(0, 0, 0), at(inf, inf, 1), at(-inf, 0, 0), at(nan, nan, 0),
                         at(tiny, tiny, 1)};
constexpr Edge leaky_relu[] = {at(0, 0, 0.25, 0.25), at(inf, inf, 1, 0.25),
                               at(-inf, -inf, 0.25, 0.25), at(nan, nan, 0.25, 0.25)};
constexpr Edge elu[] = {at(0, 0, 2, 2), at(inf, inf, 1, 2), at(-inf, -2, 0, 2),
                        at(nan, nan, nan, 2), at(-1000, -2, 0, 2)};
constexpr Edge gelu[] = {at(0, 0, 0.5),     at(inf, inf, nan), at(-inf, nan, nan),
                         at(nan, nan, nan), at(40, 40, 1),     at(-40, 0, 0)};
constexpr Edge silu[] = {at(0, 0, 0.5),     at(inf, inf, nan), at(-inf, nan, nan),
                         at(nan, nan, nan), at(1000, 1000, 1), at(-1000, 0, 0)};

// losses.cpp
constexpr Edge squared_error[] = {at2(2, 2, 0, 0, 0), at2(inf, inf, nan, nan, nan),
                                  at2(inf, 0, inf, inf, -inf)};
constexpr Edge absolute_error[] = {at2(2, 2, 0, 0, 0), at2(inf, 0, inf, 1, -1),
                                   at2(nan, 0, nan, nan, nan)};
constexpr Edge huber[] = {at2(2, 2, 0, 0, 0, 1), at2(inf, 0, inf, 1, -1, 1),
                          at2(3, 2, 0.5, 1, -1, 1), at2(nan, 0, nan, nan, nan, 1)};
constexpr Edge bce_with_logits[] = {at2(0, 0, 0.693147180559945309, 0.5, 0),
                                    at2(1000, 1, 0, 0, -1000),
                                    at2(-1000, 1, 1000, -1, 1000),
                                    at2(40, 1, e_to_minus_40, 0, -40),
                                    at2(-40, 0, e_to_minus_40, e_to_minus_40, 40),
                                    at2(inf, 1, nan, 0, -inf),
                                    at2(nan, 1, nan, nan, nan)};
constexpr Edge weighted_bce[] = {
    {{1000, 1, 3}, 0, {0, -1000, 0}, 0},
    {{-1000, 1, 3}, 3000, {-3, 3000, 1000}, 0},
    {{-1000, 0, 3}, 0, {0, 3000, 0}, 0},
    {{40, 1, 3}, 3 * e_to_minus_40, {-3 * e_to_minus_40, -40, e_to_minus_40}, 0},
    {{-40, 0, 3}, e_to_minus_40, {0, 120, 0}, 0}};
constexpr Edge kl_divergence[] = {at2(-1, 0, 0, 0, 0), at2(-inf, 0, 0, 0, 0), at2(0, 1, 0, -1, 1),
                                  at2(-inf, 0.5, inf, -0.5, inf)};

// choose.cpp: NaN is unequal to everything and on no side of anything; the zeros are equal.
constexpr Edge greater[] = {compared(nan, nan, false), compared(nan, 0, false),
                            compared(0, nan, false),   compared(0, -0.0, false),
                            compared(inf, inf, false), compared(tiny, 0, true)};
constexpr Edge greater_equal[] = {compared(nan, nan, false), compared(nan, 0, false),
                                  compared(0, nan, false),   compared(-0.0, 0, true),
                                  compared(inf, inf, true),  compared(0, tiny, false)};
constexpr Edge less[] = {compared(nan, nan, false),   compared(nan, 0, false),
                         compared(0, nan, false),     compared(-0.0, 0, false),
                         compared(-inf, -inf, false), compared(0, tiny, true)};
constexpr Edge less_equal[] = {compared(nan, nan, false),  compared(nan, 0, false),
                               compared(0, nan, false),    compared(0, -0.0, true),
                               compared(-inf, -inf, true), compared(tiny, 0, false)};
constexpr Edge equal[] = {compared(nan, nan, false),  compared(0, nan, false),
                          compared(0, -0.0, true),    compared(inf, inf, true),
                          compared(inf, -inf, false), compared(tiny, 0, false)};
constexpr Edge not_equal[] = {compared(nan, nan, true),  compared(0, nan, true),
                              compared(0, -0.0, false),  compared(inf, inf, false),
                              compared(inf, -inf, true), compared(tiny, 0, true)};

// softmax.cpp
constexpr double third = 1.0 / 3;
constexpr Edge max[] = {row(-inf, 2, 2, 2, 0, 0.5, 0.5), row(nan, 1, 2, nan, nan, nan, nan),
                        row(inf, inf, 0, inf, 0.5, 0.5, 0), row(0, -0.0, -1, 0, 0.5, 0.5, 0),
                        row(-inf, -inf, -inf, -inf, third, third, third)};
constexpr Edge logsumexp[] = {row(1000, 1000, -inf, 1000 + ln2, 0.5, 0.5, 0),
                              row(-inf, -inf, -inf, -inf, nan, nan, nan),
                              row(inf, 0, 0, inf, nan, 0, 0), row(nan, 0, 0, nan, nan, nan, nan)};
constexpr double big = 0x1p100, least = 0x1p-100;  // their squares leave float32
constexpr Edge norm[] = {row(0, 0, 0, 0, 0, 0, 0), row(3 * big, 4 * big, 0, 5 * big, 0.6, 0.8, 0),
                         row(3 * least, 4 * least, 0, 5 * least, 0.6, 0.8, 0),
                         row(-inf, 1, 0, inf, nan, 0, 0), row(nan, 1, 0, nan, nan, nan, nan)};

}  // namespace carousel::detail::edges
