#pragma once

#include <atomic>
#include <functional>
#include <string>
#include <thread>

#include "base/file_descriptor.h"

namespace arcadeq {

// Reads, on a thread of its own, the lines that a person types on a terminal, without the blanks
// around them. A process in the background reads nothing: the terminal belongs to others, who would
// lose what they type, and a read would stop the process (SIGTTIN).
class TypedLines {
 public:
  // `handle` is called with each line, on that thread. `descriptor` is a terminal. Throws UserError
  // if the system cannot start a thread.
  TypedLines(int descriptor, std::function<void(const std::string&)> handle);
  ~TypedLines();
  TypedLines(const TypedLines&) = delete;
  TypedLines& operator=(const TypedLines&) = delete;

 private:
  void Work();
  // Returns false at the end of the terminal.
  bool Read(std::string& line);

  FileDescriptor opened_;
  int descriptor_;
  std::function<void(const std::string&)> handle_;
  std::atomic<bool> ending_{false};
  std::thread thread_;
};

}  // namespace arcadeq
