#include "watch/http_request.h"

#include <optional>
#include <string>

#include <gtest/gtest.h>

namespace arcadeq {
namespace {

TEST(HttpRequest, ParsesWhatBrowsersSend) {
  const auto request = ParseRequest(
      "POST /token/pause?x=1 HTTP/1.1\r\nHOST:  127.0.0.1:8080 \r\nOrigin: "
      "http://127.0.0.1:8080\r\n"
      "Sec-Fetch-Site: same-origin\r\nContent-Length: 0\r\nAccept: */*\r\nAccept: "
      "text/html\r\n\r\n");
  ASSERT_TRUE(request);
  EXPECT_EQ(request->method, HttpRequest::Method::kPost);
  EXPECT_EQ(request->path, "/token/pause");
  EXPECT_EQ(request->host, "127.0.0.1:8080");
  EXPECT_EQ(request->origin, "http://127.0.0.1:8080");
  EXPECT_EQ(request->fetch_site, "same-origin");
  EXPECT_FALSE(request->has_body);
}

TEST(HttpRequest, KnowsABody) {
  for (const std::string header : {"Content-Length: 5", "Content-Length: 00", "Content-Length: +0",
                                   "Transfer-Encoding: chunked", "transfer-encoding:"}) {
    const auto request = ParseRequest("POST / HTTP/1.1\r\nHost: a\r\n" + header + "\r\n\r\n");
    ASSERT_TRUE(request) << header;
    EXPECT_TRUE(request->has_body) << header;
  }
}

TEST(HttpRequest, RefusesWhatIsMalformed) {
  for (const std::string head : {
           "",
           "\r\n\r\n",
           "GET / HTTP/1.1\r\n\r\n",                        // no host
           "GET / HTTP/1.1\r\nHost: a\r\n",                 // no end
           "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",  // two
           "GET / HTTP/1.1\r\nHost: a\r\nOrigin: b\r\norigin: b\r\n\r\n",
           "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nContent-Length: 0\r\n\r\n",
           "GET / HTTP/1.1\r\n Host: a\r\n\r\n",  // folded
           "GET / HTTP/1.1\r\nHost: a\r\nX: b\r\n c\r\n\r\n",
           "GET / HTTP/1.1\r\nHost : a\r\n\r\n",       // a space in the name
           "GET / HTTP/1.1\r\nHost: a\nX: b\r\n\r\n",  // a bare line feed
           "GET / HTTP/1.1\nHost: a\n\n",
           "GET / HTTP/1.1\r\nHost: a\x01\r\n\r\n",
           "GET / HTTP/2\r\nHost: a\r\n\r\n",
           "GET /  HTTP/1.1\r\nHost: a\r\n\r\n",
           "GET http://a/ HTTP/1.1\r\nHost: a\r\n\r\n",
           "GET /\x80 HTTP/1.1\r\nHost: a\r\n\r\n",
           "G(T / HTTP/1.1\r\nHost: a\r\n\r\n",
           "GET / HTTP/1.1\r\nHost: a\r\n\r\nmore",
       }) {
    EXPECT_EQ(ParseRequest(head), std::nullopt) << head;
  }
}

TEST(HttpRequest, EndsWithAnEmptyLine) {
  EXPECT_EQ(FindRequestEnd("GET / HTTP/1.1\r\nHost: a\r\n"), std::nullopt);
  EXPECT_EQ(FindRequestEnd("GET / HTTP/1.1\r\n\r\nrest"), 18u);
}

}  // namespace
}  // namespace arcadeq
