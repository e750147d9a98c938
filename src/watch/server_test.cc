#include "watch/server.h"

#include <array>
#include <chrono>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <poll.h>
#include <sys/socket.h>

#include "base/testing/temporary_directory.h"
#include "watch/byte_source.h"
#include "watch/http_request.h"
#include "watch/http_response.h"
#include "watch/sockets.h"

namespace arcadeq {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr const char* kGet = "GET /x HTTP/1.1\r\nHost: a\r\n\r\n";

// Always has more.
class Endless : public ByteSource {
 public:
  bool Read(std::string& to) override {
    to.append(100'000, 'x');
    return true;
  }
};

class ServerTest : public ::testing::Test {
 protected:
  void Serve(Server::Handler handler, const ServerLimits& limits = {}) {
    server_.emplace(std::vector<Server::Endpoint>{{listener_.socket().get(), std::move(handler)}},
                    limits);
  }
  void ServePath(const ServerLimits& limits = {}) {
    Serve(
        [](const HttpRequest& r) {
          return HttpReply{HttpResponse(200, "x", r.path), nullptr};
        },
        limits);
  }

  FileDescriptor Connect() { return *ConnectToRun(folder_.path()); }

  // Everything that comes until the server ends the connection.
  static std::string Receive(const FileDescriptor& socket) {
    std::string all;
    std::array<char, 4096> buffer;
    for (;;) {
      pollfd wait{socket.get(), POLLIN, 0};
      if (poll(&wait, 1, 60'000) <= 0) return all + " (and then nothing)";
      const ssize_t got = recv(socket.get(), buffer.data(), buffer.size(), 0);
      if (got <= 0) return all;
      all.append(buffer.data(), static_cast<std::size_t>(got));
    }
  }
  static void Send(const FileDescriptor& socket, const std::string& text) {
    ASSERT_EQ(send(socket.get(), text.data(), text.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(text.size()));
  }
  std::string Ask(const std::string& text) {
    const FileDescriptor socket = Connect();
    Send(socket, text);
    return Receive(socket);
  }

  TemporaryDirectory folder_;
  RunListener listener_{folder_.path()};
  std::optional<Server> server_;
};

TEST_F(ServerTest, Answers) {
  ServePath();
  const std::string answer = Ask(kGet);
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(answer, HasSubstr("\r\n\r\n/x"));
}

TEST_F(ServerTest, AnswersARequestThatComesInPieces) {
  ServePath();
  const FileDescriptor socket = Connect();
  for (const char* c = kGet; *c != '\0'; ++c) Send(socket, std::string(1, *c));
  EXPECT_THAT(Receive(socket), HasSubstr("200 OK"));
}

TEST_F(ServerTest, RefusesWhatIsMalformedOrTooLong) {
  ServePath();
  EXPECT_THAT(Ask("hello\r\n\r\n"), StartsWith("HTTP/1.1 400 "));
  EXPECT_THAT(Ask("GET /" + std::string(20'000, 'x')), StartsWith("HTTP/1.1 431 "));
  EXPECT_THAT(Ask("GET / HTTP/1.1\r\nHost: a\r\nX: " + std::string(9'000, 'x') + "\r\n\r\n"),
              StartsWith("HTTP/1.1 431 "));
  EXPECT_THAT(Ask("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello"),
              StartsWith("HTTP/1.1 413 "));
  EXPECT_THAT(Ask(std::string(kGet) + kGet), StartsWith("HTTP/1.1 413 "));
  EXPECT_THAT(Ask(kGet), StartsWith("HTTP/1.1 200 "));
}

TEST_F(ServerTest, DoesNotWaitForARequest) {
  ServePath({.patience = std::chrono::milliseconds(50)});
  EXPECT_THAT(Ask("GET / HT"), StartsWith("HTTP/1.1 408 "));
}

TEST_F(ServerTest, RefusesTooManyConnections) {
  ServePath({.connections = 3});
  std::vector<FileDescriptor> idle;
  for (int i = 0; i < 3; ++i) idle.push_back(Connect());
  EXPECT_THAT(Ask(kGet), StartsWith("HTTP/1.1 429 "));
  idle.clear();
  std::string answer;
  do {
    answer = Ask(kGet);
  } while (answer.starts_with("HTTP/1.1 429"));
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 "));
}

TEST_F(ServerTest, RefusesTooManyStreams) {
  Serve(
      [](const HttpRequest&) {
        return HttpReply{"stream", std::make_unique<Endless>()};
      },
      {.streams = 1});
  const FileDescriptor first = Connect();
  Send(first, kGet);
  std::array<char, 6> begin;
  pollfd wait{first.get(), POLLIN, 0};
  ASSERT_EQ(poll(&wait, 1, 60'000), 1);
  ASSERT_EQ(recv(first.get(), begin.data(), begin.size(), 0), 6);
  EXPECT_THAT(Ask(kGet), StartsWith("HTTP/1.1 429 "));
}

// A client that reads nothing is dropped, and others are answered meanwhile.
TEST_F(ServerTest, DropsAClientThatDoesNotRead) {
  Serve(
      [](const HttpRequest& request) {
        if (request.path != "/stream") return HttpReply{HttpStatus(200), nullptr};
        return HttpReply{"", std::make_unique<Endless>()};
      },
      {.connections = 8, .patience = std::chrono::milliseconds(200)});
  const FileDescriptor stalled = Connect();
  Send(stalled, "GET /stream HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_THAT(Ask(kGet), StartsWith("HTTP/1.1 200 "));
  // The peer's end shows without reading.
  pollfd wait{stalled.get(), POLLRDHUP, 0};
  EXPECT_EQ(poll(&wait, 1, 60'000), 1);
}

TEST_F(ServerTest, AHandlerThatFailsIsAnError) {
  Serve([](const HttpRequest&) -> HttpReply { throw std::runtime_error("no"); });
  EXPECT_THAT(Ask(kGet), StartsWith("HTTP/1.1 500 "));
}

TEST_F(ServerTest, EndsWithClientsThatAreNotDone) {
  Serve([](const HttpRequest&) { return HttpReply{"", std::make_unique<Endless>()}; });
  const FileDescriptor stalled = Connect();
  Send(stalled, kGet);
  pollfd wait{stalled.get(), POLLIN, 0};
  ASSERT_EQ(poll(&wait, 1, 60'000), 1);
  server_.reset();
  EXPECT_THAT(Receive(stalled), StartsWith("x"));
}

}  // namespace
}  // namespace arcadeq
