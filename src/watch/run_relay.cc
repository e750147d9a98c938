#include "watch/run_relay.h"

#include <array>
#include <cerrno>
#include <cstddef>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <sys/socket.h>

#include "base/file_descriptor.h"
#include "report/agents.h"
#include "report/page.h"
#include "report/run_contents.h"
#include "watch/access.h"
#include "watch/byte_source.h"
#include "watch/http_request.h"
#include "watch/http_response.h"
#include "watch/server.h"
#include "watch/sockets.h"

namespace arcadeq {
namespace {

// The report's own policy, in its head, allows no script but its own.
constexpr std::string_view kReportPolicy =
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:";

// What a run sends.
class SocketSource : public ByteSource {
 public:
  explicit SocketSource(FileDescriptor socket) : socket_(std::move(socket)) {}

  bool Read(std::string& to) override {
    std::array<char, 65536> buffer;
    const ssize_t got = recv(socket_.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (got > 0) to.append(buffer.data(), static_cast<std::size_t>(got));
    return got > 0 || (got < 0 && (errno == EAGAIN || errno == EINTR));
  }

 private:
  FileDescriptor socket_;
};

std::string Report(const std::filesystem::path& run, const std::string& program_version) {
  std::vector<RunContents> runs;
  runs.push_back(ReadRunContents(run));
  return MakePage(GroupRuns(std::move(runs)), {.program_version = program_version});
}

}  // namespace

RunRelay::RunRelay(std::filesystem::path run, WebListener web, std::string program_version)
    : run_(std::move(run)),
      web_(std::move(web)),
      program_version_(std::move(program_version)),
      access_(MakeToken(), web_.address),
      server_(
          {{web_.socket.get(), [this](const HttpRequest& request) { return Answer(request); }}}) {}

HttpReply RunRelay::Answer(const HttpRequest& request) const {
  if (const auto status = access_.Refuse(request)) return {HttpStatus(*status), nullptr};
  const std::string_view path = access_.PathOf(request);
  const bool gets = request.method == HttpRequest::Method::kGet;
  if (auto socket = ConnectToRun(run_)) {
    const std::string passed =
        fmt::format("{} {} HTTP/1.1\r\nHost: localhost\r\n\r\n", gets ? "GET" : "POST", path);
    // It is the first that this socket sends, and has room.
    send(socket->get(), passed.data(), passed.size(), MSG_NOSIGNAL);
    return {"", std::make_unique<SocketSource>(std::move(*socket))};
  }
  if (path == "/" && gets)
    return {HttpPage(kReportPolicy, Report(run_, program_version_)), nullptr};
  return {HttpStatus(410), nullptr};
}

}  // namespace arcadeq
