#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <experiments/runner/processes.hpp>
#include <map>
#include <set>

using namespace carousel;

namespace {

struct Record {
  std::map<std::size_t, std::string> lines;
  std::map<std::size_t, int> status;
  std::size_t running = 0, most = 0;
  JobEvents events() {
    return {[this](std::size_t) { most = std::max(most, ++running); },
            [this](std::size_t job, const std::string& line) { lines[job] += line + "|"; },
            [this](std::size_t job, int code) {
              status[job] = code;
              --running;
            }};
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(experiments)

BOOST_AUTO_TEST_CASE(processes_send_lines_and_end_with_their_code) {
  std::vector<Job> jobs;
  for (int i = 0; i < 5; ++i) {
    jobs.push_back({[i](const Send& send, const auto&) {
      send("first " + std::to_string(i));
      send(std::string(10000, 'x'));  // longer than one read
      return i;
    }});
  }
  Record record;
  BOOST_TEST(!run_processes(jobs, 2, record.events()));
  BOOST_TEST(record.most == 2U);
  for (std::size_t i = 0; i < 5; ++i) {
    BOOST_TEST(record.status[i] == static_cast<int>(i));
    BOOST_TEST(record.lines[i] ==
               "first " + std::to_string(i) + "|" + std::string(10000, 'x') + "|");
  }
}

BOOST_AUTO_TEST_CASE(a_crash_harms_no_other_process) {
  std::vector<Job> jobs;
  jobs.push_back({[](const Send& send, const auto&) {
    send("half a resul");
    raise(SIGKILL);
    return 0;
  }});
  jobs.push_back({[](const Send& send, const auto&) {
    send("fine");
    return 0;
  }});
  Record record;
  run_processes(jobs, 1, record.events());
  BOOST_TEST(record.status[0] == -SIGKILL);
  BOOST_TEST(record.status[1] == 0);
  BOOST_TEST(record.lines[1] == "fine|");
}

BOOST_AUTO_TEST_CASE(an_exception_ends_its_process_alone) {
  std::vector<Job> jobs;
  jobs.push_back({[](const Send&, const auto&) -> int { throw 7; }});
  jobs.push_back({[](const Send&, const auto&) { return 3; }});
  Record record;
  run_processes(jobs, 1, record.events());
  BOOST_TEST(record.status[0] == 1);
  BOOST_TEST(record.status[1] == 3);
}

BOOST_AUTO_TEST_CASE(an_interrupt_at_any_time_is_not_lost) {
  // Signals that come about the time of a fork: wherever they fall, the child is told to stop.
  for (int delay = 0; delay < 2000; delay += 200) {
    std::vector<Job> jobs;
    jobs.push_back({[](const Send&, const std::function<bool()>& stop) {
      for (int waited = 0; !stop() && waited < 5000; ++waited) usleep(1000);
      return stop() ? 7 : 0;
    }});
    Record record;
    JobEvents events = record.events();
    const auto started = events.started;
    const pid_t self = getpid();
    pid_t sender = -1;
    events.started = [&](std::size_t job) {
      started(job);
      sender = fork();
      if (sender == 0) {
        usleep(static_cast<useconds_t>(delay));
        kill(self, SIGINT);
        _exit(0);
      }
    };
    BOOST_TEST(run_processes(jobs, 1, events));
    BOOST_TEST(record.status[0] == 7);
    waitpid(sender, nullptr, 0);
  }
}

BOOST_AUTO_TEST_CASE(an_interrupt_reaches_the_running_and_starts_no_more) {
  std::vector<Job> jobs;
  for (int i = 0; i < 3; ++i) {
    jobs.push_back({[](const Send& send, const std::function<bool()>& stop) {
      send("running");
      for (int waited = 0; !stop() && waited < 5000; ++waited) usleep(1000);
      return stop() ? 7 : 0;
    }});
  }
  Record record;
  JobEvents events = record.events();
  const auto line = events.line;
  events.line = [&](std::size_t job, const std::string& text) {
    line(job, text);
    raise(SIGINT);  // Ctrl-C while the first one runs
  };
  BOOST_TEST(run_processes(jobs, 1, events));
  BOOST_TEST(record.status.size() == 1U);
  BOOST_TEST(record.status[0] == 7);
}

BOOST_AUTO_TEST_SUITE_END()
