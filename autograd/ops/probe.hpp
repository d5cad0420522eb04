#pragma once
#include <autograd/op.hpp>

/// What a pullback reads, found at compile time by running its formulas on a type that notes it.
namespace carousel::detail {

struct Probe {
  unsigned reads = 0;
  constexpr Probe() = default;
  constexpr explicit Probe(unsigned bits) : reads(bits) {}
  constexpr Probe(double) {}  // NOLINT: constants read nothing
};
constexpr Probe operator+(Probe a, Probe b) { return Probe{a.reads | b.reads}; }
constexpr Probe operator-(Probe a, Probe b) { return a + b; }
constexpr Probe operator*(Probe a, Probe b) { return a + b; }
constexpr Probe operator/(Probe a, Probe b) { return a + b; }
constexpr Probe operator>(Probe a, Probe b) { return a + b; }
constexpr Probe operator<(Probe a, Probe b) { return a + b; }
constexpr Probe operator==(Probe a, Probe b) { return a + b; }
constexpr Probe operator-(Probe a) { return a; }
constexpr Probe where(Probe condition, Probe a, Probe b) { return condition + a + b; }
constexpr Probe power(Probe a, Probe b) { return a + b; }
constexpr Probe abs(Probe a) { return a; }
constexpr Probe signum(Probe a) { return a; }
constexpr Probe square(Probe a) { return a; }
constexpr Probe sqrt(Probe a) { return a; }
constexpr Probe exp(Probe a) { return a; }
constexpr Probe log(Probe a) { return a; }
constexpr Probe sin(Probe a) { return a; }
constexpr Probe cos(Probe a) { return a; }
constexpr Probe erfc(Probe a) { return a; }
constexpr Probe normal_share(Probe a) { return a; }
constexpr Probe log1p(Probe a) { return a; }
constexpr Probe logistic(Probe a) { return a; }
constexpr Probe soft_positive(Probe a) { return a; }
constexpr Probe row_sum(Probe a) { return a; }
constexpr Probe row_mean(Probe a) { return a; }
constexpr Probe row_centred(Probe a) { return a; }
struct ProbeShares {
  Probe x;
  constexpr Probe shares() const { return x; }
  constexpr Probe logs() const { return x; }
};
constexpr ProbeShares row_shares(Probe a) { return {a}; }

struct ProbePack {
  struct Sink {
    unsigned reads = 0;
    constexpr void operator+=(Probe p) { reads |= p.reads; }
  };
  Probe x[3] = {Probe{reads_x0}, Probe{reads_x1}, Probe{reads_x2}};
  Probe y{reads_y}, dy, a, zero, one;
  Sink dx[3];
};

template <class Body> constexpr unsigned reads_of() {
  ProbePack k;
  Body::pullback(k);
  return k.dx[0].reads | k.dx[1].reads | k.dx[2].reads;
}

}  // namespace carousel::detail
