#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "watch/http_request.h"

namespace arcadeq {

// 128 random bits as hexadecimal digits. Throws UserError if the system has none.
std::string MakeToken();

// Decides which requests from browsers are answered. Only those of the page itself are: the token,
// which is the first part of its address, is secret; a page of another site can neither use a name
// of its own for this address (Host) nor send commands (Origin, Sec-Fetch-Site).
class Access {
 public:
  // `address` is the one that is bound. Unless it is a loopback address, every address is accepted
  // as a host, since the machine may have several; of names, only localhost and `address`.
  Access(std::string token, std::string address);

  // The status to refuse a request with; nothing if it may be answered.
  std::optional<int> Refuse(const HttpRequest& request) const;
  // The path without the token, of a request that is not refused.
  std::string_view PathOf(const HttpRequest& request) const;

  const std::string& token() const { return token_; }

 private:
  bool HostFits(std::string_view host) const;

  std::string token_;
  std::string address_;
  bool loopback_;
};

}  // namespace arcadeq
