#include <CLI/CLI.hpp>
#include <algorithm>
#include <autograd/support/error.hpp>
#include <experiments/runner/command_line.hpp>
#include <experiments/runner/listing.hpp>
#include <experiments/version.hpp>

namespace carousel {
namespace {

constexpr const char* program_help = R"(Examples:
  carousel list cells                  what can be compared, with all settings
  carousel list experiment             the settings of an experiment itself
  carousel run adding.yaml             train and report as the file says
  carousel run adding.yaml --set task.length=50 --set cells.gru.reset=before
  carousel run adding.yaml --dry-run   show the complete configuration only
  carousel report runs/adding-1        write the report, also of several results
  carousel eval runs/adding-1          measure the trained parameters once more
  carousel describe lstm               equation, settings and parameters
  carousel plan lstm                   what compiling makes of a cell's step
  carousel verify                      check every operation and its gradients
  carousel new-cell my_cell my_cell    begin a cell of your own, in a folder
  carousel check-cell lstm             is a cell right, and what is it like?

An experiment is one YAML file:
  task: {name: adding, length: 100}
  cells: [vanilla, lstm, {name: gru, hidden_size: 32}]
  train: {steps: 3000, batch_size: 32}
  seeds: [1, 2, 3]

Exit codes:
  0    done
  1    a run failed or diverged
  2    the command, the configuration or the data were refused
  130  interrupted)";

constexpr const char* run_help = R"(PATH=VALUE: keys joined by dots, and YAML.
  --set train.steps=100              a setting
  --set "seeds=[1, 2, 3]"            a list, in quotes for the shell
  --set clip.norm=null               off
  --set cells.1.hidden_size=32       an entry of a list by its number, from 0
  --set cells.lstm.hidden_size=32    a cell by its label)";

void add_run(CLI::App& app, RunOptions& options) {
  CLI::App& run = *app.add_subcommand("run", "Run the experiment of a YAML file.");
  run.add_option("CONFIG", options.config, "The experiment, a YAML file")
      ->required()
      ->type_name("");
  run.add_option("--set", options.sets, "Change a setting; may be repeated")
      ->type_name("PATH=VALUE")
      ->expected(1)
      ->allow_extra_args(false)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  run.add_option("--out", options.out, "Directory of the results")->type_name("DIR");
  run.add_flag("--dry-run", options.dry_run, "Show the complete configuration, run nothing");
  run.add_flag("--verify", options.verify, "Check the gradients of every cell first");
  run.add_flag("--force", options.force, "Delete earlier results in the directory");
  run.footer(run_help);
}

void add_list(CLI::App& app, Command& command) {
  CLI::App& list = *app.add_subcommand("list", "List components with their settings.");
  list.add_option("KIND", command.list_kind, "What to list; everything without it")->type_name("");
  list.add_flag("--names", command.names_only, "Only the names, one a line");
  list.footer("KIND is one of\n" + join(list_kinds()) + ".");
}

void add_describe(CLI::App& app, DescribeOptions& options) {
  CLI::App& describe =
      *app.add_subcommand("describe", "Tell what a component is and can be set to.");
  describe.add_option("NAME", options.name, "A cell, task, optimizer, ... of carousel list")
      ->required()
      ->type_name("");
  describe.add_option("--input-size", options.sizes.input_size, "Features of a cell's input")
      ->check(CLI::PositiveNumber)
      ->type_name("N");
  describe.add_option("--hidden-size", options.sizes.hidden_size, "Units of a cell's state")
      ->check(CLI::PositiveNumber)
      ->type_name("N");
}

void add_report(CLI::App& app, ReportOptions& options) {
  CLI::App& report = *app.add_subcommand("report", "Write the report of one or several results.");
  report.add_option("DIR", options.directories, "Directories of results; several are compared")
      ->required()
      ->type_name("");
  report.add_option("--out", options.out, "The page; report.html in DIR, or here for several")
      ->type_name("FILE");
  report.add_flag("--answer", options.answer_only, "Only print what the results say");
}

void add_eval(CLI::App& app, EvalOptions& options) {
  CLI::App& eval = *app.add_subcommand("eval", "Measure trained parameters again.");
  eval.add_option("DIR", options.directory, "Directory of results")->required()->type_name("");
  eval.add_option("--label", options.label, "Only this cell")->type_name("LABEL");
  eval.add_option("--seed", options.seed, "Only this seed")->type_name("N");
  eval.add_option("--split", options.split, "test (the default) or validation")
      ->check(CLI::IsMember({"test", "validation"}))
      ->type_name("PART");
  eval.add_option("--checkpoint", options.checkpoint, "best or last; without it the experiment's")
      ->check(CLI::IsMember({"best", "last"}))
      ->type_name("WHICH");
}

void add_plan(CLI::App& app, PlanOptions& options) {
  CLI::App& plan = *app.add_subcommand("plan", "Show how a cell is compiled and how fast it is.");
  plan.add_option("CELL", options.cell, "A cell of carousel list cells")->required()->type_name("");
  plan.add_option("--shape", options.shape, "Input, hidden size, batch, time steps")
      ->delimiter(',')
      ->expected(4)
      ->check(CLI::PositiveNumber)
      ->type_name("I,H,B,T");
}

void add_verify(CLI::App& app, VerifyOpsOptions& options) {
  CLI::App& verify = *app.add_subcommand("verify", "Check the operations and their gradients.");
  verify.add_option("--op", options.op, "Only this one of carousel list ops")->type_name("NAME");
  verify.add_option("--seed", options.check.seed, "Of the random shapes and numbers")
      ->type_name("N");
  verify.add_option("--samples", options.check.samples, "Random calls of each op")
      ->check(CLI::Range(1, 100000))
      ->type_name("N");
  verify.add_flag("--edges", options.edges,
                  "Show what operations give for 0, infinities, NaN and the like");
}

void add_new_cell(CLI::App& app, NewCellOptions& options) {
  CLI::App& command = *app.add_subcommand("new-cell", "Begin a cell of your own, as a plugin.");
  command.add_option("NAME", options.name, "The cell's name, such as my_cell")
      ->required()
      ->type_name("");
  command.add_option("DIR", options.directory, "Where to write its project")
      ->required()
      ->type_name("");
}

void add_check_cell(CLI::App& app, CheckCellOptions& options) {
  CLI::App& check = *app.add_subcommand("check-cell", "Is a cell right, and what is it like?");
  check.add_option("CELL", options.cell, "A name, a plugin's file (its cells), or all")
      ->required()
      ->type_name("");
  check.add_flag("--learn", options.learn, "Train it on adding and copy, too: a minute");
  check.add_flag("--json", options.json, "Print JSON");
}

/// Every command that names components takes plugins.
void add_plugins(CLI::App& app, std::vector<std::string>& plugins) {
  for (CLI::App* command : app.get_subcommands([](CLI::App*) { return true; })) {
    if (command->get_name() == "report" || command->get_name() == "new-cell") continue;
    command->add_option("--plugin", plugins, "Load cells and tasks; runs the file's code")
        ->type_name("FILE")
        ->expected(1)
        ->allow_extra_args(false)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  }
}

std::vector<std::string> command_names(CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* one : app.get_subcommands([](CLI::App*) { return true; })) {
    names.push_back(one->get_name());
  }
  return names;
}

std::vector<std::string> option_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  }
  return names;
}

/// A first argument that is neither a command nor an option.
Error unknown_command(const std::string& word, const std::vector<std::string>& commands) {
  const auto ends_with = [&word](const std::string& end) {
    return word.size() > end.size() && word.compare(word.size() - end.size(), end.size(), end) == 0;
  };
  if (ends_with(".yaml") || ends_with(".yml")) {
    return {ErrorKind::config, "carousel", "a command", "'" + word + "'",
            "Did you mean 'carousel run " + word + "'?"};
  }
  return unknown_name(ErrorKind::config, "carousel", "command", word, commands);
}

/// "a, b or c"
std::string any_of(const std::vector<std::string>& words) {
  return join({words.begin(), words.end() - 1}) + " or " + words.back();
}

/// What CLI11 refused, in this program's words.
Error refusal(CLI::App& app, const CLI::ParseError& error,
              const std::vector<std::string>& arguments) {
  const std::vector<std::string> commands = command_names(app);
  const auto chosen = app.get_subcommands();
  const CLI::App& where = chosen.empty() ? app : *chosen.back();
  const std::string name = chosen.empty() ? "carousel" : "carousel " + where.get_name();
  const std::string help = "See " + name + " --help";
  if (arguments.empty()) {
    return {ErrorKind::config, name, "a command: " + any_of(commands), "none", help};
  }
  if (arguments[0].rfind('-', 0) != 0 &&
      std::find(commands.begin(), commands.end(), arguments[0]) == commands.end()) {
    return unknown_command(arguments[0], commands);
  }
  // Without a command CLI11 misses only the command, so look at the first word instead.
  const std::vector<std::string> extra =
      chosen.empty() ? std::vector<std::string>{arguments[0]} : app.remaining(true);
  if (!extra.empty()) {
    const std::string word = extra[0].substr(0, extra[0].find('='));
    if (word.rfind('-', 0) == 0) {
      return unknown_name(ErrorKind::config, name, "option", word, option_names(where));
    }
    return {ErrorKind::config, name, "", "'" + extra[0] + "' is one argument too many", help};
  }
  return {ErrorKind::config, name, "", error.what(), help};
}

}  // namespace

Command parse_command_line(const std::vector<std::string>& arguments) {
  CLI::App app("Carousel trains and compares recurrent cells and shows how gradients flow.",
               "carousel");
  Command command;
  app.require_subcommand(1);
  app.set_version_flag("--version", std::string("carousel ") + version());
  add_run(app, command.run);
  add_report(app, command.report);
  add_eval(app, command.eval);
  add_list(app, command);
  add_describe(app, command.describe);
  add_plan(app, command.plan);
  add_verify(app, command.verify);
  add_new_cell(app, command.new_cell);
  add_check_cell(app, command.check_cell);
  add_plugins(app, command.plugins);
  app.footer(program_help);  // last: subcommands inherit the footer that is there
  try {
    app.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));  // CLI11 wants that
  } catch (const CLI::CallForHelp&) {
    command.text = app.help();
    return command;
  } catch (const CLI::CallForVersion& call) {
    command.text = std::string(call.what()) + "\n";
    return command;
  } catch (const CLI::ParseError& error) {
    throw refusal(app, error, arguments);
  }
  for (const auto& [name, action] : {std::pair{"run", Command::Action::run},
                                     {"report", Command::Action::report},
                                     {"eval", Command::Action::eval},
                                     {"plan", Command::Action::plan},
                                     {"verify", Command::Action::verify},
                                     {"new-cell", Command::Action::new_cell},
                                     {"check-cell", Command::Action::check_cell},
                                     {"list", Command::Action::list},
                                     {"describe", Command::Action::describe}}) {
    if (app.got_subcommand(name)) command.action = action;
  }
  check_list_kind(command.list_kind);
  return command;
}

}  // namespace carousel
