#pragma once
#include <cells/compiled/layout.hpp>
#include <set>

namespace carousel::cells::compiled {

/// Turns a step into instructions, then the way back, last value first.
class Lowering {
 public:
  Lowering(const StepGraph& graph, const Hoisting& hoisting, const InPlace& in_place);
  Lowered run(bool backward);

 private:
  friend class ProgramTerms;
  Program& program() { return result_.program; }
  const Value& at(int value) const { return graph_.values[static_cast<std::size_t>(value)]; }
  Depends depends(int value) const { return hoisting_.depends[static_cast<std::size_t>(value)]; }
  bool in_loop(const Value& v, int value) const {
    return depends(value) == Depends::state && v.source == Source::op && v.op->view == nullptr;
  }

  void forward();
  void emit(int value, int into);
  void backward();
  void pull(int value);
  void probe(int value);
  void keep(const Place& place) {
    Buffer::Home& home = program().buffers[static_cast<std::size_t>(place.buffer)].home;
    if (home == Buffer::Home::scratch || home == Buffer::Home::turns) home = Buffer::Home::kept;
  }
  bool wanted(int value) const { return at(value).requires_grad && is_floating(at(value).dtype); }
  bool is_constant(int value) const { return depends(places_.root(value)) == Depends::nothing; }
  /// A value of the step or of x: it has a row for each sequence.
  bool per_row(int value) const { return !is_constant(value); }
  Instruction::Target target(int value, bool assigns);
  void add_to_constant(Instruction instruction, bool over_time);
  void passes_on(int value);
  bool received(int value) const { return received_.count(owner(value)) > 0; }
  int owner(int value) const {
    const int root = places_.root(value);
    return places_.is_state(root) ? graph_.next[static_cast<std::size_t>(at(root).index)] : root;
  }

  /// The gradient of a value that this step is the first to add to. It may be assigned part by part
  /// when the parts cover it; else it is cleared before.
  struct Begun {
    std::size_t first;  // instruction
    Place whole;
    bool regular = true;
    struct Part {
      Index offset, columns;
      std::size_t instruction, target;
    };
    std::vector<Part> parts;
  };
  std::map<int, Begun> begun_;  // by root: a state as received is not the one handed on
  std::set<int> received_;      // owners that a gradient has come to
  void note(int value, const Place& place, std::size_t target, bool assigns);
  void finish_begun();

  const StepGraph& graph_;
  const Hoisting& hoisting_;
  const InPlace& in_place_;
  Lowered result_;
  Places places_;
  std::vector<int> uses_;
};

}  // namespace carousel::cells::compiled
