#include "base/profile.h"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <filesystem>
#include <iterator>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

#include <fcntl.h>
#include <fmt/format.h>

#include "base/file_descriptor.h"

namespace arcadeq {
namespace {

struct Scope {
  const char* name;
  std::int64_t began;  // nanoseconds of the steady clock
  std::int64_t ended;
};

// The scopes of one thread: a ring buffer, written only by that thread.
struct ThreadLog {
  std::vector<Scope> ring;
  std::size_t count = 0;  // finished scopes, including those overwritten in the ring

  void Add(const Scope& scope) { ring[count++ % ring.size()] = scope; }
};

std::atomic<std::int64_t> g_started{0};  // when the current profile was started; 0: none
std::mutex g_mutex;                      // for the two below
std::vector<std::unique_ptr<ThreadLog>> g_logs;
std::int64_t g_scopes_per_thread = 0;

std::int64_t Now() {
  return std::chrono::nanoseconds(std::chrono::steady_clock::now().time_since_epoch()).count();
}

ThreadLog& LogOfThisThread(std::int64_t started) {
  thread_local ThreadLog* log = nullptr;
  thread_local std::int64_t log_started = 0;
  if (log_started != started) {
    const std::lock_guard lock(g_mutex);
    g_logs.push_back(std::make_unique<ThreadLog>());
    log = g_logs.back().get();
    log->ring.resize(static_cast<std::size_t>(g_scopes_per_thread));
    log_started = started;
  }
  return *log;
}

}  // namespace

ProfileScope::ProfileScope(const char* name)
    : name_(name), began_(g_started.load(std::memory_order_relaxed) != 0 ? Now() : -1) {}

ProfileScope::~ProfileScope() {
  if (began_ < 0) return;
  const std::int64_t started = g_started.load(std::memory_order_acquire);
  if (started != 0) LogOfThisThread(started).Add({name_, began_, Now()});
}

Profile::Profile(const std::filesystem::path& path, std::int64_t scopes_per_thread)
    : path_(path), file_(path, O_WRONLY | O_CREAT | O_TRUNC) {
  if (file_.get() < 0) ThrowSystemError("write", path_, errno);
  const std::lock_guard lock(g_mutex);
  g_logs.clear();
  g_scopes_per_thread = scopes_per_thread;
  g_started.store(Now(), std::memory_order_release);
}

Profile::~Profile() {
  try {
    Finish();
  } catch (const std::exception&) {
    // Ignored: the error that ended the run matters more and is reported.
  }
}

void Profile::Finish() {
  const std::int64_t started = g_started.exchange(0);
  if (started == 0) return;
  const std::lock_guard lock(g_mutex);
  fmt::memory_buffer json;
  const auto out = std::back_inserter(json);
  fmt::format_to(out, "{{\"displayTimeUnit\": \"ms\", \"traceEvents\": [\n");
  for (std::size_t thread = 0; thread < g_logs.size(); ++thread) {
    fmt::format_to(out,
                   "{0}{{\"ph\": \"M\", \"name\": \"thread_name\", \"pid\": 1, \"tid\": {1}, "
                   "\"args\": {{\"name\": \"thread {1}\"}}}}",
                   thread > 0 ? ",\n" : "", thread);
    const ThreadLog& log = *g_logs[thread];
    const std::size_t kept = std::min(log.count, log.ring.size());
    for (std::size_t i = log.count - kept; i < log.count; ++i) {
      const Scope& scope = log.ring[i % log.ring.size()];
      fmt::format_to(
          out,
          ",\n{{\"ph\": \"X\", \"name\": \"{}\", \"pid\": 1, \"tid\": {}, \"ts\": {:.3f}, "
          "\"dur\": {:.3f}}}",
          scope.name, thread, 1e-3 * static_cast<double>(scope.began - started),
          1e-3 * static_cast<double>(scope.ended - scope.began));
    }
  }
  fmt::format_to(out, "\n]}}\n");
  g_logs.clear();
  int error = WriteAll(file_.get(), std::as_bytes(std::span(json.data(), json.size())));
  if (error == 0) error = file_.Close();
  if (error != 0) ThrowSystemError("write", path_, error);
}

}  // namespace arcadeq
