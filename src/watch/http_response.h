#pragma once

#include <string>
#include <string_view>

namespace arcadeq {

// Responses as bytes. Each ends its connection, and none may be stored, framed by another page, or
// taken for another type than it says.

std::string HttpResponse(int status, std::string_view content_type, std::string_view body);

// A page that may only use what `policy`, a content security policy, allows.
std::string HttpPage(std::string_view policy, std::string_view body);

// The answer to a request that is refused or only needs a status: a line of text for people.
std::string HttpStatus(int status);

// The beginning of a stream of server-sent events, which lasts until the connection ends.
std::string HttpEventStream();

}  // namespace arcadeq
