#pragma once
#include <cells/any_cell.hpp>
#include <type_traits>

/// The contract of a cell. Include this file, write a struct, and name it in a registry:
///
///     struct Mine {
///       struct State { Var h; };                                  // named states, any number
///       Param W, U, b;
///       void declare(Declaration<State>& d) {                     // names, roles and shapes
///         d.state("h", &State::h);
///         d.input("W", W).recurrent("U", U).bias("b", b);
///       }
///       Step<State> step(const Var& x, const State& s) const {    // one step of the recurrence
///         Var h = tanh(linear(x, W) + linear(s.h, U) + b);
///         return {h, {h}};                                        // output, next state
///       }
///     };
///
/// Optional members: `static constexpr const char* about`, equations and their source for `carousel
/// describe`; `void settings(Settings&)`, fields that a config may set; `void after_initialise()`,
/// to overwrite parts of the initial parameters; `Prepared prepare(Tape&) const`, work that depends
/// on parameters only and is done once a sequence, whose result step() receives as third argument;
/// and a `const Context&` as step()'s last argument.
namespace carousel::cells {

/// What a step gives: the output [batch, output] and the state that the next step receives.
template <class State> struct Step {
  Var output;
  State state;
};

namespace detail {

template <class C, class = void> struct HasState : std::false_type {};
template <class C> struct HasState<C, std::void_t<typename C::State>> : std::true_type {};

template <class C, class = void> struct HasSettings : std::false_type {};
template <class C>
struct HasSettings<C, std::void_t<decltype(std::declval<C&>().settings(std::declval<Settings&>()))>>
    : std::true_type {};

template <class C, class = void> struct HasAfterInitialise : std::false_type {};
template <class C>
struct HasAfterInitialise<C, std::void_t<decltype(std::declval<C&>().after_initialise())>>
    : std::true_type {};

template <class C, class = void> struct Preparation { static constexpr bool present = false; };
template <class C>
struct Preparation<C,
                   std::void_t<decltype(std::declval<const C&>().prepare(std::declval<Tape&>()))>> {
  static constexpr bool present = true;
  using Type = decltype(std::declval<const C&>().prepare(std::declval<Tape&>()));
};

template <class C, class... Args> struct StepsWith {
  template <class T>
  static auto test(int)
      -> std::is_same<decltype(std::declval<const T&>().step(
                          std::declval<const Var&>(), std::declval<const typename T::State&>(),
                          std::declval<Args>()...)),
                      Step<typename T::State>>;
  template <class> static std::false_type test(...);
  static constexpr bool value = decltype(test<C>(0))::value;
};

template <class C, class = void> struct Declares : std::false_type {};
template <class C>
struct Declares<C, std::void_t<decltype(std::declval<C&>().declare(
                       std::declval<Declaration<typename C::State>&>()))>> : std::true_type {};

template <class C> constexpr bool has_step() {
  if constexpr (Preparation<C>::present) {
    using P = const typename Preparation<C>::Type&;
    return StepsWith<C, P>::value || StepsWith<C, P, const Context&>::value;
  } else {
    return StepsWith<C>::value || StepsWith<C, const Context&>::value;
  }
}

}  // namespace detail

/// Whether C fulfils the contract.
template <class C> constexpr bool is_cell() {
  if constexpr (detail::HasState<C>::value) {
    return detail::Declares<C>::value && detail::has_step<C>() &&
           std::is_default_constructible_v<C>;
  } else {
    return false;
  }
}

/// Puts a struct behind AnyCell.
template <class C> class CellModel final : public AnyCell {
  static_assert(is_cell<C>(),
                "a cell needs: a default constructor, struct State { Var ...; }, "
                "void declare(Declaration<State>&), and Step<State> step(const Var& x, const "
                "State& s) const, whose last argument may also be a const Context&, after the "
                "result of prepare(Tape&) const where there is one");
  using State = typename C::State;

 public:
  explicit CellModel(C cell) : cell_(std::move(cell)) {}
  C& cell() { return cell_; }

  void settings([[maybe_unused]] Settings& s) override {
    if constexpr (detail::HasSettings<C>::value) cell_.settings(s);
  }
  void after_initialise() override {
    if constexpr (detail::HasAfterInitialise<C>::value) cell_.after_initialise();
  }
  std::shared_ptr<const void> prepare([[maybe_unused]] Tape& tape, Index,
                                      const Context&) const override {
    if constexpr (detail::Preparation<C>::present) {
      using P = typename detail::Preparation<C>::Type;
      return std::make_shared<P>(cell_.prepare(tape));
    } else {
      return nullptr;
    }
  }

  bool sees_context() const override {
    if constexpr (detail::Preparation<C>::present) {
      using P = const typename detail::Preparation<C>::Type&;
      return detail::StepsWith<C, P, const Context&>::value;
    } else {
      return detail::StepsWith<C, const Context&>::value;
    }
  }

 private:
  void declare(Declared& declared) override {
    Declaration<State> declaration(declared);
    cell_.declare(declaration);
    fields_ = declaration.fields();
  }

  Var compute(const Var& x, std::vector<Var>& state, const void* prepared,
              const Context& context) const override {
    State s;
    if constexpr (std::is_empty_v<State>) {
      return call(x, s, prepared, context).output;
    } else {
      for (std::size_t i = 0; i < fields_.size(); ++i) s.*fields_[i] = state[i];
      Step<State> next = call(x, s, prepared, context);
      for (std::size_t i = 0; i < fields_.size(); ++i) state[i] = std::move(next.state.*fields_[i]);
      return std::move(next.output);
    }
  }

  Step<State> call(const Var& x, const State& s, [[maybe_unused]] const void* prepared,
                   [[maybe_unused]] const Context& context) const {
    if constexpr (detail::Preparation<C>::present) {
      const auto& p = *static_cast<const typename detail::Preparation<C>::Type*>(prepared);
      if constexpr (detail::StepsWith<C, decltype(p), const Context&>::value) {
        return cell_.step(x, s, p, context);
      } else {
        return cell_.step(x, s, p);
      }
    } else if constexpr (detail::StepsWith<C, const Context&>::value) {
      return cell_.step(x, s, context);
    } else {
      return cell_.step(x, s);
    }
  }

  C cell_;
  std::vector<Var State::*> fields_;
};

/// A cell struct behind the common interface: with its default settings, or as it is.
template <class C> std::unique_ptr<AnyCell> erase() { return std::make_unique<CellModel<C>>(C{}); }
template <class C> std::unique_ptr<AnyCell> erase(C cell) {
  return std::make_unique<CellModel<C>>(std::move(cell));
}

}  // namespace carousel::cells
