#include <cells/builtin.hpp>
#include <cells/feedforward.hpp>
#include <cells/gru.hpp>
#include <cells/lstm.hpp>
#include <cells/vanilla.hpp>

namespace carousel::cells {
namespace {

template <class C> void add(Table<AnyCell>& table, const char* name, const char* doc) {
  const auto make = [name] {
    auto cell = erase<C>();
    cell->set_name(name);
    return cell;
  };
  table.add(name, doc, make, about<C>());
}

}  // namespace

Table<AnyCell> cells() {
  Table<AnyCell> table("cell");
  add<Feedforward>(table, "feedforward", "y = tanh(W x + b): no state, cannot remember");
  add<Vanilla>(table, "vanilla", "h' = tanh(W x + U h + b), Elman's network");
  add<Lstm>(table, "lstm",
            "long short-term memory: a cell state behind input, forget and output gates");
  add<Gru>(table, "gru", "gated recurrent unit: reset and update gates, one state");
  return table;
}

}  // namespace carousel::cells
