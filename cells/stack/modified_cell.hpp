#pragma once
#include <cells/any_cell.hpp>
#include <cells/stack/modifiers.hpp>

namespace carousel::cells {

/// A cell whose steps have zoneout and recurrent dropout: another cell as far as everyone else is
/// concerned, so all that holds for cells holds for it.
class ModifiedCell final : public AnyCell {
 public:
  ModifiedCell(std::unique_ptr<AnyCell> inner, const Modifiers& modifiers)
      : inner_(std::move(inner)), modifiers_(modifiers) {
    set_name(inner_->name());
  }

  void settings(Settings& s) override { inner_->settings(s); }
  void after_initialise() override { inner_->after_initialise(); }
  std::shared_ptr<const void> prepare(Tape& tape, Index batch,
                                      const Context& context) const override;
  bool sees_context() const override;

 private:
  void declare(Declared& declared) override;
  Var compute(const Var& x, std::vector<Var>& state, const void* prepared,
              const Context& context) const override;

  std::unique_ptr<AnyCell> inner_;
  Modifiers modifiers_;
  std::vector<double> zoneout_;  // by state
  std::vector<bool> dropped_;    // by state: dropout_recurrent applies
};

/// Whether each state of a built cell is read by products with weights alone, and not carried past
/// them: those are what dropout can take without erasing memory. Empty where a step cannot be
/// looked at, since it reads values.
std::vector<bool> read_by_weights_alone(const AnyCell& cell);

}  // namespace carousel::cells
