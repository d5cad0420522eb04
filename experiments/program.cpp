#include <sys/ioctl.h>
#include <unistd.h>

#include <autograd/kernels/instruction_set.hpp>
#include <cstdio>
#include <exception>
#include <experiments/plugins/load.hpp>
#include <experiments/program.hpp>
#include <experiments/runner/catalogue.hpp>
#include <experiments/runner/command_line.hpp>
#include <experiments/runner/listing.hpp>
#include <filesystem>
#include <iostream>
#include <new>

namespace carousel {
namespace {

/// Columns of the terminal, or 100 where there is none.
int terminal_width() {
  for (const int descriptor : {STDOUT_FILENO, STDERR_FILENO, STDIN_FILENO}) {  // one may be a pipe
    winsize size{};
    if (ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  }
  return 100;
}

int dispatch(const Registry& given, const Command& command) {
  Registry registry = given;
  load_plugins(registry, command.plugins);
  instruction_set();  // a wrong wish is refused before anything is done
  switch (command.action) {
    case Command::Action::run:
      return run_experiment(registry, command.run);
    case Command::Action::list: {
      const Catalogue known = catalogue(registry);
      std::cout << (command.names_only ? listed_names(known, command.list_kind)
                                       : listing(known, command.list_kind, terminal_width()));
      return exit_done;
    }
    case Command::Action::describe:
      std::cout << description(registry, command.describe, terminal_width());
      return exit_done;
    case Command::Action::report:
      return run_report(command.report);
    case Command::Action::eval:
      return run_eval(registry, command.eval);
    case Command::Action::plan:
      std::cout << step_plan(registry, command.plan);
      return exit_done;
    case Command::Action::verify:
      return run_verify(registry, command.verify);
    case Command::Action::new_cell:
      std::cout << new_cell(command.new_cell);
      return exit_done;
    case Command::Action::check_cell:
      return run_check_cell(registry, command.check_cell);
    case Command::Action::print:
      std::cout << command.text;
      return exit_done;
  }
  return exit_failed;
}

}  // namespace

int exit_code(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::argument:
    case ErrorKind::config:
    case ErrorKind::data:
    case ErrorKind::io:
    case ErrorKind::memory:
      return exit_refused;
    case ErrorKind::non_finite:
    case ErrorKind::internal:
      break;
  }
  return exit_failed;
}

int run(const Registry& registry, int argc, char** argv) {
  try {
    // argc is 0 where a caller passes no program name at all.
    const std::vector<std::string> arguments(argv + (argc > 0 ? 1 : 0), argv + argc);
    const int code = dispatch(registry, parse_command_line(arguments));
    std::cout.flush();
    if (!std::cout || std::fflush(stdout) != 0) {
      throw Error(ErrorKind::io, "standard output", "", "cannot be written",
                  "Is the disk or the pipe behind it full?");
    }
    return code;
  } catch (const Error& error) {
    // The place comes first on the line, so that editors can jump to file:line:column.
    std::cerr << error.what() << "\n";
    if (error.kind() == ErrorKind::internal) {
      std::cerr << "This is a mistake of Carousel itself; please report it.\n";
    }
    return exit_code(error.kind());
  } catch (const std::bad_alloc&) {
    std::cerr << "carousel: not enough memory; choose smaller sizes, such as hidden_size, "
                 "train.batch_size or the length of the task's sequences\n";
    return exit_refused;
  } catch (const std::filesystem::filesystem_error& error) {
    std::cerr << Error(ErrorKind::io, error.path1().string(), "", error.code().message()).what()
              << "\n";
    return exit_refused;
  } catch (const std::exception& error) {
    std::cerr << "carousel: " << error.what() << "\n";
    return exit_failed;
  }
}

}  // namespace carousel
