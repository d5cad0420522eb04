#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <autograd/support/error.hpp>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <experiments/runner/processes.hpp>

namespace carousel {
namespace {

// A signal handler can reach nothing but a variable of static storage.
volatile std::sig_atomic_t signals_received = 0;

void count_signal(int) { signals_received = signals_received + 1; }

/// Counts SIGINT and SIGTERM while it lives, and restores what was before.
class SignalCounter {
 public:
  SignalCounter() {
    signals_received = 0;
    struct sigaction action {};
    action.sa_handler = count_signal;
    sigaction(SIGINT, &action, &before_interrupt_);
    sigaction(SIGTERM, &action, &before_terminate_);
  }
  ~SignalCounter() {
    sigaction(SIGINT, &before_interrupt_, nullptr);
    sigaction(SIGTERM, &before_terminate_, nullptr);
  }
  SignalCounter(const SignalCounter&) = delete;
  SignalCounter& operator=(const SignalCounter&) = delete;

 private:
  struct sigaction before_interrupt_ {};
  struct sigaction before_terminate_ {};
};

/// Holds SIGINT and SIGTERM back while it lives; those that come meanwhile are delivered after it.
class SignalsHeld {
 public:
  SignalsHeld() {
    sigset_t held;
    sigemptyset(&held);
    sigaddset(&held, SIGINT);
    sigaddset(&held, SIGTERM);
    sigprocmask(SIG_BLOCK, &held, &before_);
  }
  ~SignalsHeld() { release(); }
  SignalsHeld(const SignalsHeld&) = delete;
  SignalsHeld& operator=(const SignalsHeld&) = delete;
  void release() const { sigprocmask(SIG_SETMASK, &before_, nullptr); }

 private:
  sigset_t before_;
};

struct Child {
  std::size_t job;
  pid_t process;
  int pipe;
  std::string partial;  // a line that has not ended yet
};

[[noreturn]] void be_child(const Job& job, int pipe, pid_t parent, const SignalsHeld& held) {
  setpgid(0, 0);  // Ctrl-C reaches the parent alone, which passes it on once
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(1);
  signal(SIGPIPE, SIG_IGN);
  signal(SIGXFSZ, SIG_IGN);  // a file-size limit becomes an error of write
  signals_received = 0;      // the parent's; one of its own is still held back, and counts
  held.release();
  const Send send = [pipe](const std::string& line) {
    const std::string whole = line + "\n";
    for (std::size_t sent = 0; sent < whole.size();) {
      const ssize_t n = write(pipe, whole.data() + sent, whole.size() - sent);
      if (n < 0 && errno != EINTR) return;  // nobody listens any more
      if (n > 0) sent += static_cast<std::size_t>(n);
    }
  };
  try {
    _exit(job.body(send, [] { return signals_received > 0; }));
  } catch (...) {  // the stack above belongs to the parent: nothing may unwind it here
    _exit(1);
  }
}

Child start(const std::vector<Job>& jobs, std::size_t job) {
  int ends[2];
  std::fflush(nullptr);  // or the child would write it again
  const pid_t parent = getpid();
  const SignalsHeld held;  // or one between fork and the child's reset of the counter is lost
  const bool piped = pipe(ends) == 0;
  const pid_t process = piped ? fork() : -1;
  if (process < 0) {
    const int reason = errno;
    if (piped) {
      close(ends[0]);
      close(ends[1]);
    }
    throw Error(ErrorKind::io, "run processes", "",
                std::string("cannot start a process: ") + std::strerror(reason));
  }
  if (process == 0) {
    close(ends[0]);
    be_child(jobs[job], ends[1], parent, held);
  }
  close(ends[1]);
  return {job, process, ends[0], {}};
}

/// Reads what is there; false at the end of the stream.
bool read_lines(Child& child, const JobEvents& events) {
  char buffer[4096];
  const ssize_t n = read(child.pipe, buffer, sizeof buffer);
  if (n < 0) return errno == EINTR;
  child.partial.append(buffer, static_cast<std::size_t>(n));
  for (std::size_t end; (end = child.partial.find('\n')) != std::string::npos;) {
    events.line(child.job, child.partial.substr(0, end));
    child.partial.erase(0, end + 1);
  }
  return n > 0;
}

void end(const Child& child, const JobEvents& events) {
  close(child.pipe);
  int status = 0;
  while (waitpid(child.process, &status, 0) < 0 && errno == EINTR) {
  }
  events.ended(child.job, WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status));
}

}  // namespace

bool run_processes(const std::vector<Job>& jobs, std::size_t parallel, const JobEvents& events) {
  const SignalCounter counter;
  std::vector<Child> running;
  std::size_t next = 0;
  int passed_on = 0;
  while (!running.empty() || (next < jobs.size() && signals_received == 0)) {
    while (running.size() < parallel && next < jobs.size() && signals_received == 0) {
      events.started(next);
      running.push_back(start(jobs, next++));
    }
    std::vector<pollfd> waiting;
    for (const auto& child : running) waiting.push_back({child.pipe, POLLIN, 0});
    poll(waiting.data(), waiting.size(), 200);  // a signal ends it too; the time covers a race
    for (; passed_on < std::min(static_cast<int>(signals_received), 2); ++passed_on) {
      for (const auto& child : running) kill(child.process, passed_on == 0 ? SIGINT : SIGKILL);
    }
    for (std::size_t i = running.size(); i-- > 0;) {
      if ((waiting[i].revents & (POLLIN | POLLHUP | POLLERR)) == 0) continue;
      if (read_lines(running[i], events)) continue;
      const Child child = running[i];
      running.erase(running.begin() + static_cast<std::ptrdiff_t>(i));
      end(child, events);
    }
  }
  return signals_received > 0;
}

}  // namespace carousel
