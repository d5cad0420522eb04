#include <cells/builtin.hpp>
#include <cells/library/antisymmetric.hpp>
#include <cells/library/cornn.hpp>
#include <cells/library/coupled_lstm.hpp>
#include <cells/library/feedforward.hpp>
#include <cells/library/gru.hpp>
#include <cells/library/indrnn.hpp>
#include <cells/library/irnn.hpp>
#include <cells/library/janet.hpp>
#include <cells/library/layer_norm_lstm.hpp>
#include <cells/library/lem.hpp>
#include <cells/library/lmu.hpp>
#include <cells/library/lstm.hpp>
#include <cells/library/lstm_1997.hpp>
#include <cells/library/mgu.hpp>
#include <cells/library/minimal.hpp>
#include <cells/library/orthogonal.hpp>
#include <cells/library/peephole_lstm.hpp>
#include <cells/library/slstm.hpp>
#include <cells/library/vanilla.hpp>

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
  add<Irnn>(table, "irnn", "a rectifier whose recurrent matrix starts as the identity");
  add<IndRnn>(table, "indrnn", "rectified units that feed back to themselves alone");
  add<Mgu>(table, "mgu", "minimal gated unit: one gate forgets and resets");
  add<Janet>(table, "janet", "an LSTM with the forget gate alone");
  add<Lstm1997>(table, "lstm_1997", "the first LSTM: no forget gate, blocks of cells");
  add<PeepholeLstm>(table, "peephole_lstm", "LSTM whose gates see the cell state");
  add<CoupledLstm>(table, "coupled_lstm", "LSTM that lets in what it forgets (CIFG)");
  add<LayerNormLstm>(table, "layer_norm_lstm", "LSTM with normalised pre-activations");
  add<Slstm>(table, "slstm", "LSTM with exponential gates and a normaliser");
  add<MinGru>(table, "min_gru", "a GRU whose gate does not see the state");
  add<MinLstm>(table, "min_lstm", "an LSTM whose gates do not see the state");
  add<Lem>(table, "lem", "long expressive memory: two states with learned step sizes");
  add<CoRnn>(table, "cornn", "coupled oscillators");
  add<AntisymmetricRnn>(table, "antisymmetric", "a step of a stable differential equation");
  add<ExpRnn>(table, "exprnn", "orthogonal recurrent matrix, an exponential");
  add<ScoRnn>(table, "scornn", "orthogonal recurrent matrix, a Cayley transform");
  add<Lmu>(table, "lmu", "Legendre memory unit: a fixed memory and a net that reads it");
  return table;
}

}  // namespace carousel::cells
