#include <autograd/support/error.hpp>
#include <boost/test/unit_test.hpp>
#include <experiments/program.hpp>
#include <experiments/runner/command_line.hpp>
#include <experiments/runner/listing.hpp>
#include <experiments/version.hpp>
#include <iostream>
#include <sstream>

using namespace carousel;

namespace {

using Action = Command::Action;

template <class F> std::string refusal(F&& f) {
  try {
    f();
  } catch (const Error& error) {
    return error.what();
  }
  return {};
}

std::string parsing(const std::vector<std::string>& arguments) {
  return refusal([&] { parse_command_line(arguments); });
}

/// What the program returns and writes, for a command line.
struct Outcome {
  int code;
  std::string out, err;
};

Outcome program(std::vector<std::string> arguments) {
  std::vector<char*> argv;
  for (std::string& argument : arguments) argv.push_back(argument.data());
  std::ostringstream out, err;
  std::streambuf* const old_out = std::cout.rdbuf(out.rdbuf());
  std::streambuf* const old_err = std::cerr.rdbuf(err.rdbuf());
  const int code = carousel::run(Registry{}, static_cast<int>(argv.size()), argv.data());
  std::cout.rdbuf(old_out);
  std::cerr.rdbuf(old_err);
  return {code, out.str(), err.str()};
}

struct Gru {
  std::string reset = "after";
  double dropout = 0;
  void settings(Settings& s) {
    s("reset", reset, "whether the reset gate acts before or after the recurrent product",
      {"before", "after"});
    s("dropout", dropout, "share", between_open(0, 1));
  }
};
struct Plain {
  void settings(Settings&) {}
};

template <class T> void add(Components& table, const char* name, const char* doc) {
  table.add(name, doc, [] { return std::make_unique<Configured<T>>(std::make_unique<T>()); });
}

Catalogue known() {
  Catalogue all;
  add<Plain>(all.cells, "vanilla", "tanh of a sum");
  add<Gru>(all.cells, "gru", "gated recurrent unit");
  add<Plain>(all.tasks, "adding", "sum of two marked numbers");
  return all;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(experiments)

BOOST_AUTO_TEST_CASE(command_line_run) {
  const Command command =
      parse_command_line({"run", "--set", "a=1", "x.yaml", "--set=seeds=[1,2]", "--set",
                          "c.d={e: -1}", "--out", "there", "--dry-run", "--verify", "--force"});
  BOOST_TEST((command.action == Action::run));
  BOOST_TEST(command.run.config == "x.yaml");
  BOOST_TEST(command.run.sets == (std::vector<std::string>{"a=1", "seeds=[1,2]", "c.d={e: -1}"}),
             boost::test_tools::per_element());
  BOOST_TEST(command.run.out == "there");
  BOOST_TEST(command.run.dry_run);
  BOOST_TEST(command.run.verify);
  BOOST_TEST(command.run.force);
  const Command plain = parse_command_line({"run", "x.yaml"});
  BOOST_TEST(plain.run.sets.empty());
  BOOST_TEST(!(plain.run.dry_run || plain.run.verify || plain.run.force));
}

BOOST_AUTO_TEST_CASE(command_line_list) {
  const Command all = parse_command_line({"list"});
  BOOST_TEST((all.action == Action::list));
  BOOST_TEST(all.list_kind == "");
  BOOST_TEST(!all.names_only);
  const Command cells = parse_command_line({"list", "cells", "--names"});
  BOOST_TEST(cells.list_kind == "cells");
  BOOST_TEST(cells.names_only);
  BOOST_TEST(parsing({"list", "cels"}) ==
             "carousel list: unknown kind 'cels'. Did you mean 'cells'? Known: cells, tasks, "
             "optimizers, schedules, initializers, ops, experiment");
}

BOOST_AUTO_TEST_CASE(command_line_help_and_version) {
  const Command help = parse_command_line({"--help"});
  BOOST_TEST((help.action == Action::print));
  for (const char* part : {"Examples:", "Exit codes:", "carousel run adding.yaml", "130"}) {
    BOOST_TEST(help.text.find(part) != std::string::npos, part);
  }
  const std::string run = parse_command_line({"run", "--help"}).text;
  for (const char* part : {"--set", "--out", "--dry-run", "--verify", "--force", "CONFIG"}) {
    BOOST_TEST(run.find(part) != std::string::npos, part);
  }
  BOOST_TEST(parse_command_line({"--version"}).text == std::string("carousel ") + version() + "\n");
}

BOOST_AUTO_TEST_CASE(command_line_help_fits_a_terminal) {
  for (const std::vector<std::string>& arguments : {std::vector<std::string>{"--help"},
                                                    {"run", "--help"},
                                                    {"list", "--help"},
                                                    {"report", "--help"},
                                                    {"eval", "--help"},
                                                    {"describe", "--help"},
                                                    {"plan", "--help"}}) {
    std::istringstream lines(parse_command_line(arguments).text);
    for (std::string line; std::getline(lines, line);) BOOST_TEST(line.size() <= 80, line);
  }
}

BOOST_AUTO_TEST_CASE(command_line_mistakes_are_refused_with_advice) {
  BOOST_TEST(parsing({}) ==
             "carousel: expected a command: run, report, eval, list, describe, plan, verify, "
             "new-cell or check-cell; got none. "
             "See carousel --help");
  BOOST_TEST(parsing({"rum", "x.yaml"}) ==
             "carousel: unknown command 'rum'. Did you mean 'run'? Known: run, report, eval, list, "
             "describe, plan, verify, new-cell, check-cell");
  BOOST_TEST(parsing({"lst", "run", "x.yaml"}).find("unknown command 'lst'") != std::string::npos);
  BOOST_TEST(parsing({"x.yaml"}) ==
             "carousel: expected a command; got 'x.yaml'. Did you mean 'carousel run x.yaml'?");
  BOOST_TEST(parsing({"run", "x.yaml", "--dryrun"})
                 .rfind("carousel run: unknown option '--dryrun'. Did you mean '--dry-run'?", 0) ==
             0);
  BOOST_TEST(parsing({"run", "x.yaml", "--sett=a=1"})
                 .rfind("carousel run: unknown option '--sett'. Did you mean '--set'?", 0) == 0);
  BOOST_TEST(parsing({"--verson"})
                 .rfind("carousel: unknown option '--verson'. Did you mean '--version'?", 0) == 0);
  BOOST_TEST(parsing({"run", "x.yaml", "y.yaml"}) ==
             "carousel run: 'y.yaml' is one argument too many. See carousel run --help");
  BOOST_TEST(parsing({"run"}).find("CONFIG") != std::string::npos);
  BOOST_TEST(parsing({"run", "x.yaml", "--set"}).find("--set") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(listing_is_aligned) {
  BOOST_TEST(listing(known(), "cells", 100) ==
             "cells\n"
             "  vanilla  tanh of a sum\n"
             "  gru      gated recurrent unit\n"
             "      reset   = after  one of before, after  whether the reset gate acts before or "
             "after the\n"
             "                                             recurrent product\n"
             "      dropout = 0      number, in [0, 1)     share\n");
  BOOST_TEST(listing(known(), "tasks", 100) == "tasks\n  adding  sum of two marked numbers\n");
}

BOOST_AUTO_TEST_CASE(listing_keeps_to_the_width) {
  for (const int width : {40, 60, 80}) {
    std::istringstream lines(listing(known(), "cells", width));
    for (std::string line; std::getline(lines, line);) {
      BOOST_TEST(line.size() <= static_cast<std::size_t>(width), line);
    }
  }
}

BOOST_AUTO_TEST_CASE(listing_of_everything) {
  const std::string all = listing(known(), "", 100);
  for (const std::string& kind : list_kinds()) {
    BOOST_TEST(("\n" + all).find("\n" + kind + "\n") != std::string::npos, kind);
  }
  BOOST_TEST(all.find("batch_size") != std::string::npos);
  BOOST_TEST(refusal([] { listing(known(), "cels", 80); }).find("'cells'") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(listing_of_names) {
  BOOST_TEST(listed_names(known(), "cells") == "vanilla\ngru\n");
  BOOST_TEST(listed_names(known(), "").rfind("cells vanilla\ncells gru\ntasks adding\n", 0) == 0);
}

BOOST_AUTO_TEST_CASE(program_exit_codes) {
  BOOST_TEST(exit_code(ErrorKind::config) == 2);
  BOOST_TEST(exit_code(ErrorKind::data) == 2);
  BOOST_TEST(exit_code(ErrorKind::internal) == 1);
  const Outcome wrong = program({"carousel", "rum"});
  BOOST_TEST(wrong.code == 2);
  BOOST_TEST(wrong.out == "");
  BOOST_TEST(wrong.err ==
             "carousel: unknown command 'rum'. Did you mean 'run'? Known: run, report, eval, list, "
             "describe, plan, verify, new-cell, check-cell\n");
  const Outcome listed = program({"carousel", "list", "cells"});
  BOOST_TEST(listed.code == 0);
  BOOST_TEST(listed.out == "cells\n");
  BOOST_TEST(listed.err == "");
  BOOST_TEST(program({"carousel", "--version"}).out == std::string("carousel ") + version() + "\n");
}

BOOST_AUTO_TEST_SUITE_END()
