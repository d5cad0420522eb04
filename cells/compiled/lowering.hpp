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
  /// Whether it is computed, in the loop or before it.
  bool is_computed(int value) const {
    const Value& v = at(value);
    return depends(value) != Depends::nothing && v.source == Source::op && v.op->view == nullptr;
  }
  /// Where the way back of a value belongs.
  std::vector<Instruction>& back_of(int value) {
    return depends(value) == Depends::input ? program().after : program().backward;
  }

  void forward();
  void emit(int value, int into);
  void backward();
  void pull_all(Depends on);
  void pull(int value);
  void probe(int value);
  void keep(const Place& place) {
    Buffer& buffer = program().buffers[static_cast<std::size_t>(place.buffer)];
    Buffer::Home& home = buffer.home;
    const bool temporary = home == Buffer::Home::scratch || home == Buffer::Home::turns;
    if (buffer.gradient) {  // until the end of the chunk
      if (temporary) home = Buffer::Home::chunk;
    } else if (temporary || home == Buffer::Home::chunk) {
      home = Buffer::Home::kept;
    }
  }
  bool wanted(int value) const { return at(value).requires_grad && is_floating(at(value).dtype); }
  bool is_constant(int value) const { return depends(places_.root(value)) == Depends::nothing; }
  /// A value of the step or of x: it has a row for each sequence.
  bool per_row(int value) const { return !is_constant(value); }
  /// Whether the rows of several steps follow each other in all that an instruction works on.
  bool stacked(const Instruction& instruction) const;
  Instruction::Target target(int value, bool assigns, std::vector<Instruction>& list);
  void add_to_constant(Instruction instruction, bool over_time, std::vector<Instruction>& list);
  void passes_on(int value);
  bool received(int value) const { return received_.count(owner(value)) > 0; }
  int owner(int value) const {
    const int root = places_.root(value);
    return places_.is_state(root) ? graph_.next[static_cast<std::size_t>(at(root).index)] : root;
  }

  /// The gradient of a value that this step is the first to add to. It may be assigned part by part
  /// when the parts cover it; else it is cleared before.
  struct Begun {
    std::vector<Instruction>* list;
    std::size_t first;  // instruction
    Place whole;
    bool regular = true;
    struct Part {
      Index offset, columns;
      std::vector<Instruction>* list;
      std::size_t instruction, target;
    };
    std::vector<Part> parts;
  };
  std::map<int, Begun> begun_;  // by root: a state as received is not the one handed on
  std::set<int> received_;      // owners that a gradient has come to
  void note(int value, const Place& place, std::size_t target, bool assigns,
            std::vector<Instruction>& list);
  void finish_begun();

  const StepGraph& graph_;
  const Hoisting& hoisting_;
  const InPlace& in_place_;
  Lowered result_;
  Places places_;
  std::vector<int> uses_;
};

}  // namespace carousel::cells::compiled
