#pragma once

#include <cerrno>
#include <system_error>

#include <linux/capability.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace arcadeq {

// While an object of this class lives, file permissions apply to this thread and those that it
// starts, even if root runs the test.
class NoPrivileges {
 public:
  NoPrivileges() : NoPrivileges(Get()) {}
  ~NoPrivileges() { Set(before_); }
  NoPrivileges(const NoPrivileges&) = delete;
  NoPrivileges& operator=(const NoPrivileges&) = delete;

 private:
  struct Capabilities {
    __user_cap_data_struct words[_LINUX_CAPABILITY_U32S_3];
  };

  explicit NoPrivileges(const Capabilities& before) : before_(before) {
    Capabilities none = before;
    for (auto& word : none.words) word.effective = 0;
    if (Set(none) != 0) throw std::system_error(errno, std::generic_category(), "capset");
  }

  static Capabilities Get() {
    __user_cap_header_struct header{.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
    Capabilities now{};
    if (syscall(SYS_capget, &header, now.words) != 0) {
      throw std::system_error(errno, std::generic_category(), "capget");
    }
    return now;
  }

  static long Set(const Capabilities& wanted) {
    __user_cap_header_struct header{.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
    return syscall(SYS_capset, &header, wanted.words);
  }

  Capabilities before_;
};

}  // namespace arcadeq
