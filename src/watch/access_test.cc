#include "watch/access.h"

#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "watch/http_request.h"

namespace arcadeq {
namespace {

const std::string kToken(32, 'a');

HttpRequest Request(const std::string& host = "127.0.0.1:8080") {
  HttpRequest request;
  request.path = "/" + kToken + "/events";
  request.host = host;
  return request;
}

std::optional<int> Refused(const HttpRequest& request, const std::string& address = "127.0.0.1") {
  return Access(kToken, address).Refuse(request);
}

TEST(Access, TokensAreLongAndDiffer) {
  EXPECT_EQ(MakeToken().size(), 32u);
  EXPECT_NE(MakeToken(), MakeToken());
}

TEST(Access, AcceptsThePage) {
  HttpRequest request = Request();
  EXPECT_EQ(Refused(request), std::nullopt);
  EXPECT_EQ(Access(kToken, "127.0.0.1").PathOf(request), "/events");
  request.origin = "http://127.0.0.1:8080";
  request.fetch_site = "same-origin";
  request.method = HttpRequest::Method::kPost;
  EXPECT_EQ(Refused(request), std::nullopt);
}

TEST(Access, NeedsTheToken) {
  const std::vector<std::string> paths = {
      "/",
      "/events",
      "/b/events",
      "/" + kToken,
      "/" + kToken + "a/events",
      "//" + kToken + "/events",
      "/" + std::string(32, 'b') + "/events",
      "/" + std::string(32, 'A') + "/events",
  };
  for (const std::string& path : paths) {
    HttpRequest request = Request();
    request.path = path;
    EXPECT_EQ(Refused(request), 403) << path;
  }
}

// A page of another site can make a name of its own lead to this machine.
TEST(Access, ChecksTheHost) {
  for (const std::string host :
       {"localhost:8080", "LOCALHOST", "127.0.0.1", "127.0.0.1:9", "[::1]:8080"}) {
    EXPECT_EQ(Refused(Request(host)), std::nullopt) << host;
  }
  for (const std::string host :
       {"", "evil.example", "evil.example:8080", "localhost.evil.example", "127.0.0.1.evil.example",
        "127.evil.example", "192.168.1.2:8080", "[::1", "[]", "localhost:8080:1", "localhost:x",
        "a@localhost", "[::2]:8080"}) {
    EXPECT_EQ(Refused(Request(host)), 421) << host;
  }
}

TEST(Access, AcceptsAddressesIfBoundToOthersThanLoopback) {
  for (const std::string host : {"192.168.1.2:8080", "[fe80::1]:8080", "localhost", "127.0.0.1"}) {
    EXPECT_EQ(Refused(Request(host), "0.0.0.0"), std::nullopt) << host;
  }
  EXPECT_EQ(Refused(Request("evil.example"), "0.0.0.0"), 421);
  EXPECT_EQ(Refused(Request(""), "0.0.0.0"), 421);
}

TEST(Access, ChecksWhereTheRequestComesFrom) {
  for (const std::string origin :
       {"http://evil.example", "null", "", "https://127.0.0.1:8080", "http://127.0.0.1",
        "http://127.0.0.1:8081", "http://localhost:8080"}) {
    HttpRequest request = Request();
    request.origin = origin;
    EXPECT_EQ(Refused(request), 403) << origin;
  }
  for (const std::string site : {"cross-site", "same-site", "x"}) {
    HttpRequest request = Request();
    request.fetch_site = site;
    EXPECT_EQ(Refused(request), 403) << site;
  }
}

TEST(Access, KnowsTwoMethods) {
  HttpRequest request = Request();
  request.method = HttpRequest::Method::kOther;
  EXPECT_EQ(Refused(request), 405);
}

}  // namespace
}  // namespace arcadeq
