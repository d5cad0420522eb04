#pragma once
#include <experiments/check_cell/check_cell.hpp>
#include <experiments/plugins/new_cell.hpp>
#include <experiments/report/report.hpp>
#include <experiments/runner/description.hpp>
#include <experiments/runner/eval.hpp>
#include <experiments/runner/experiment.hpp>
#include <experiments/runner/op_verification.hpp>
#include <experiments/runner/step_plan.hpp>
#include <string>
#include <vector>

namespace carousel {

/// A command line, parsed.
struct Command {
  enum class Action {
    run,         ///< `carousel run CONFIG`
    list,        ///< `carousel list [KIND]`
    describe,    ///< `carousel describe NAME`
    report,      ///< `carousel report DIR...`
    eval,        ///< `carousel eval DIR`
    plan,        ///< `carousel plan CELL`
    verify,      ///< `carousel verify`
    new_cell,    ///< `carousel new-cell NAME DIR`
    check_cell,  ///< `carousel check-cell CELL`
    print        ///< --help or --version
  };

  Action action = Action::print;
  RunOptions run;
  ReportOptions report;
  EvalOptions eval;
  DescribeOptions describe;
  PlanOptions plan;
  VerifyOpsOptions verify;
  NewCellOptions new_cell;
  CheckCellOptions check_cell;
  std::vector<std::string> plugins;  ///< --plugin, of any command
  std::string list_kind;             ///< one of list_kinds(); empty: all
  bool names_only = false;           ///< list the names alone
  std::string text;                  ///< what to print
};

/// Parses the arguments behind the program's name. Error (config) on a command or option that does
/// not exist, with the nearest one that does, and on a missing or surplus argument.
Command parse_command_line(const std::vector<std::string>& arguments);

}  // namespace carousel
