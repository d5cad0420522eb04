#include <algorithm>
#include <autograd/failures/misuse.hpp>
#include <autograd/support/error.hpp>
#include <autograd/tape.hpp>

namespace carousel {
namespace {

std::size_t bytes_of(const View& view) {
  return static_cast<std::size_t>(view.shape.size()) * size_of(view.dtype);
}

}  // namespace

const View& Adjoints::view(const Var& v) const {
  if (!anchor_) {
    throw Error(ErrorKind::argument, "Adjoints", "the result of a backward pass", "an empty one",
                "Keep what Tape::backward() returns; one that was moved from is empty.");
  }
  Tape& tape = anchor_.tape();
  const std::uint32_t id = v.unbound() ? tape.use(v.unbound()).id() : v.id();
  if (!v.unbound() && &v.tape() != &tape) {
    throw Error(ErrorKind::argument, "Adjoints", "a value of the same tape",
                v.tape().describe(id) + " of another",
                "These gradients came from another tape's backward().");
  }
  const auto entry = std::lower_bound(entries_.begin(), entries_.end(), id,
                                      [](const Entry& e, std::uint32_t i) { return e.id < i; });
  if (entry == entries_.end() || entry->id != id) {
    std::vector<std::uint32_t> asked;
    for (const Entry& e : entries_) asked.push_back(e.id);
    throw detail::not_asked_for(tape, id, asked);
  }
  return entry->view;
}

Tensor Adjoints::operator[](const Var& v) const {
  Tensor result(view(v).dtype, view(v).shape);
  copy_to(v, result);
  return result;
}

void Adjoints::copy_to(const Var& v, Tensor& into) const {
  const View& from = view(v);
  if (into.dtype() != from.dtype || into.shape() != from.shape) {
    into = Tensor(from.dtype, from.shape);
  }
  copy(from, dense(into.raw(), from.shape, from.dtype));
}

double Adjoints::norm(const Var& v) const { return euclidean_norm(view(v)); }

void Adjoints::swap(Adjoints& other) noexcept {
  std::swap(anchor_, other.anchor_);
  std::swap(entries_, other.entries_);
}

void Adjoints::clear() {
  Tape* tape = anchor_.living_tape();
  if (tape != nullptr) {
    for (const auto& entry : entries_) {
      if (entry.view.data == nullptr) continue;  // a pass that was refused before it began
      tape->pool_.give_back(entry.view.data, bytes_of(entry.view));
    }
  }
  entries_.clear();
}

}  // namespace carousel
