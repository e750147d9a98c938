#pragma once

#include <string>

namespace arcadeq {

// Bytes that become available over time.
class ByteSource {
 public:
  virtual ~ByteSource() = default;
  // Appends what has become available since the last call, which may be nothing, and returns
  // whether more may follow. Never waits.
  virtual bool Read(std::string& to) = 0;
};

}  // namespace arcadeq
