#include "report/gif_size.h"

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string_view>

#include <fcntl.h>
#include <sys/stat.h>

#include "base/file_descriptor.h"

namespace arcadeq {

std::optional<GifSize> GifSizeOf(const std::filesystem::path& file) {
  const FileDescriptor opened(file, O_RDONLY | O_NONBLOCK);
  struct stat status {};
  if (opened.get() < 0 || ::fstat(opened.get(), &status) != 0) {
    ThrowSystemError("read", file, errno);
  }
  if (!S_ISREG(status.st_mode)) return std::nullopt;
  std::array<unsigned char, 10> header{};
  std::size_t got = 0;
  const int error = ReadAll(opened.get(), std::as_writable_bytes(std::span(header)), got);
  if (error != 0) ThrowSystemError("read", file, error);
  const std::string_view magic(reinterpret_cast<const char*>(header.data()), 6);
  if (got < header.size() || (magic != "GIF89a" && magic != "GIF87a")) return std::nullopt;
  return GifSize{.bytes = static_cast<std::uint64_t>(status.st_size),
                 .width = header[6] | header[7] << 8,
                 .height = header[8] | header[9] << 8};
}

}  // namespace arcadeq
